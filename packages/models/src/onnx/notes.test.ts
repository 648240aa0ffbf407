import { expect, test } from 'vitest';
import { modelNotes } from './notes.js';

const field = { height: 3, width: 4, spatial: Float32Array.from({ length: 12 }, (_, i) => i) };

test('the field is cut to the squares of the model', () => {
  const { receptiveField } = modelNotes({}, { x: 1, y: 1, width: 2, height: 2 }, field);
  expect(receptiveField).toEqual({ height: 2, width: 2, data: Float32Array.of(5, 6, 9, 10) });
});

test('the true rate comes before the repeats, and what is not known is left out', () => {
  const crop = { x: 0, y: 0, width: 4, height: 3 };
  expect(modelNotes({ rateCC: 0.9, psthCC: 0.3 }, crop)).toEqual({
    testCC: 0.9,
    testCCAgainst: 'true rate',
  });
  expect(modelNotes({ psthCC: 0.7 }, crop)).toEqual({
    testCC: 0.7,
    testCCAgainst: 'mean of repeats',
  });
  expect(modelNotes({ rateCC: Number.NaN }, crop)).toEqual({});
  expect(modelNotes({}, { ...crop, width: 9 }, field)).toEqual({});
});
