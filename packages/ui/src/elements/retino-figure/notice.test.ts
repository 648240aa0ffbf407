import { expect, test } from 'vitest';
import { atWork } from './notice.js';

test('says what is going on, in the words of the progress where there are any', () => {
  const base = { cell: 0, history: [], trace: [] };
  expect(atWork({ ...base, activity: 'idle' })).toBeUndefined();
  expect(atWork({ ...base, activity: 'opening' })).toBe('Opening the recording…');
  expect(
    atWork({
      ...base,
      activity: 'receptive-field',
      progress: { kind: 'work', done: 0.2, what: 'Averaging before spikes' },
    }),
  ).toBe('Averaging before spikes');
  expect(atWork({ ...base, activity: 'paused' })).toBe('The training is paused.');
});
