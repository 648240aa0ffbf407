/** What a reader of an exported model wants to know first: how well it predicts, and where the cell looks. Pure. */
import type { Crop } from '@retinoscope/core-wasm';
import type { Evaluation, ReceptiveField } from '../training/types.js';
import type { ModelNotes } from './metadata.js';

/** `crop`: the squares that the model sees. Leaves out what is not known. */
export function modelNotes(
  { rateCC, psthCC }: Evaluation,
  crop: Crop,
  field?: Pick<ReceptiveField, 'height' | 'width' | 'spatial'>,
): ModelNotes {
  const testCC = rateCC ?? psthCC;
  const isKnown = testCC !== undefined && Number.isFinite(testCC);
  const inside =
    field && crop.x + crop.width <= field.width && crop.y + crop.height <= field.height;
  return {
    ...(isKnown && {
      testCC,
      testCCAgainst: rateCC === undefined ? 'mean of repeats' : 'true rate',
    }),
    ...(inside && {
      receptiveField: {
        height: crop.height,
        width: crop.width,
        data: Float32Array.from({ length: crop.height * crop.width }, (_, i) => {
          const y = crop.y + Math.floor(i / crop.width);
          return field.spatial[y * field.width + crop.x + (i % crop.width)];
        }),
      },
    }),
  };
}
