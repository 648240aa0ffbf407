/** Files of a prediction. */
import { writeNpz } from '@retinoscope/worker';
import { toCsv } from '../../plots/csv.js';
import { fileName, saveFile } from '../../plots/export.js';
import type { OpenedModel } from './opened-model.js';
import type { Prediction } from './predicting.js';
import { rateColumns } from './rates.js';

/** `csv`: the rates. `npz`: `stimulus` in contrast `[time, y, x]` and `rate` `[time, output]` in the model's unit. */
export function savePrediction(
  { rates, first, movie }: Prediction,
  model: OpenedModel,
  format: 'csv' | 'npz',
): void {
  const name = fileName(`${model.own ? 'network' : model.name} rates`, format);
  if (format === 'csv') {
    saveFile(new Blob([toCsv(rateColumns(rates, first))], { type: 'text/csv' }), name);
    return;
  }
  const rate = { shape: [rates.windows, rates.outputs], data: rates.values };
  const npz = writeNpz(movie ? { stimulus: movie, rate } : { rate });
  saveFile(new Blob([new Uint8Array(npz)], { type: 'application/zip' }), name);
}
