import { expect, test } from 'vitest';
import { noRuns } from '../../controllers/course.js';
import { atWork } from './notice.js';

test('says what is going on, in the words of the progress where there are any', () => {
  const base = { cell: 0, ...noRuns };
  expect(atWork({ ...base, activity: 'idle' })).toBeUndefined();
  expect(atWork({ ...base, activity: 'opening' })).toBe('Opening the recording');
  expect(
    atWork({
      ...base,
      activity: 'receptive-field',
      phase: { done: 0.2, what: 'Looking for it' },
    }),
  ).toBe('Looking for it');
  expect(atWork({ ...base, activity: 'paused' })).toBe('The training is paused.');
});
