/** Files of a prediction. */
import { writeNpz } from '@retinoscope/worker';
import { toCsv } from '../../plots/csv.js';
import { fileName, saveFile } from '../../plots/export.js';
import type { OpenedModel } from './opened-model.js';
import type { Prediction } from './predicting.js';
import { rateColumns } from './rates.js';

/** `csv`: the rates. `npz`: `stimulus` in contrast `[time, y, x]` and `rate` `[time, output]` in the model's unit. */
export function savePrediction(
  prediction: Prediction,
  model: OpenedModel,
  format: 'csv' | 'npz',
): void {
  const { rates, movie } = prediction;
  const name = fileName(`${model.own ? 'network' : model.name} rates`, format);
  if (format === 'csv') {
    saveFile(new Blob([toCsv(rateColumns(prediction))], { type: 'text/csv' }), name);
    return;
  }
  const rate = { shape: [rates.windows, rates.outputs], data: rates.values };
  const npz = writeNpz(movie ? { stimulus: movie, rate } : { rate });
  saveFile(new Blob([new Uint8Array(npz)], { type: 'application/zip' }), name);
}
