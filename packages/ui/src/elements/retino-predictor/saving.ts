/** Files of a prediction. */
import { writeNpz } from '@retinoscope/worker';
import { toCsv } from '../../plots/csv.js';
import { fileName, saveFile } from '../../plots/export.js';
import type { OpenedModel } from './opened-model.js';
import type { Prediction } from './predicting.js';
import { type Rates, rateColumns } from './rates.js';
import { contrastName } from './stimulus/array-media.js';

/**
 * `csv`: the rates. `npz`: the stimulus as `contrast` `[time, y, x]` and `rate` `[time, output]` in the model's unit. Both
 * with the rates of the model that it is compared with, frame by frame in the same unit, as `compared_rate`.
 */
export function savePrediction(
  prediction: Prediction,
  model: OpenedModel,
  format: 'csv' | 'npz',
): void {
  const { rates, movie, compared } = prediction;
  const name = fileName(`${model.own ? 'network' : model.name} rates`, format);
  if (format === 'csv') {
    saveFile(new Blob([toCsv(rateColumns(prediction))], { type: 'text/csv' }), name);
    return;
  }
  const npz = writeNpz({
    ...(movie && { [contrastName]: movie }),
    rate: tensorOf(rates),
    ...(compared && { compared_rate: tensorOf(compared.aligned) }),
  });
  saveFile(new Blob([new Uint8Array(npz)], { type: 'application/zip' }), name);
}

function tensorOf({ windows, outputs, values }: Rates) {
  return { shape: [windows, outputs], data: values };
}
