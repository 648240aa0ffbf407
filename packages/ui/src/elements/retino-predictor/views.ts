/** Parts of retino-predictor that only show what they are given and say what a person did. */
import type { WorkProgress } from '@retinoscope/worker';
import { html, nothing, type TemplateResult } from 'lit';
import { bytes, plural, shortened, significant } from '../../controllers/text.js';
import { selectField } from '../shared/select-field.js';
import type { OpenedModel } from './opened-model.js';
import type { OutputColumn } from './predicting.js';
import { column, type Rates, spread } from './rates.js';

const shownWindows = 12;
const shownOutputs = 8;
/** Outputs that can be chosen. */
const mostOffered = 500;

/** The first windows and outputs, and the spread of each output shown. */
export function rateTable(rates: Rates, first: number): TemplateResult {
  const outputs = Array.from({ length: Math.min(rates.outputs, shownOutputs) }, (_, i) => i);
  const windows = Array.from({ length: Math.min(rates.windows, shownWindows) }, (_, i) => i);
  const spreads = outputs.map((output) => spread(column(rates, output)));
  const shown = `${plural(rates.windows, 'window')}, ${plural(rates.outputs, 'output')}`;
  return html`<div class="table" tabindex="0" role="group" aria-label="Predicted rates">
    <table>
      <caption>
        Output of the model, in its own unit: ${shown}; the first ${windows.length} windows
        ${rates.outputs > shownOutputs ? html` and ${shownOutputs} outputs` : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Window</th>
          ${outputs.map((output) => html`<th scope="col">Output ${output}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${windows.map(
          (window) =>
            html`<tr>
              <th scope="row">${first + window}</th>
              ${outputs.map(
                (output) =>
                  html`<td>${significant(rates.values[window * rates.outputs + output], 4)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
      <tfoot>
        ${(['low', 'mean', 'high'] as const).map(
          (part, i) =>
            html`<tr>
              <th scope="row">${['Smallest', 'Mean', 'Largest'][i]}</th>
              ${spreads.map((each) => html`<td>${significant(each[part], 4)}</td>`)}
            </tr>`,
        )}
      </tfoot>
    </table>
  </div>`;
}

/** A button that opens a file dialogue. */
export function fileButton(
  label: string,
  accept: string,
  use: (file: File) => void,
): TemplateResult {
  return html`<label class="button">
    ${label}
    <input
      class="visually-hidden"
      type="file"
      accept=${accept}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const [file] = input.files ?? [];
        input.value = '';
        if (file) use(file);
      }}
    />
  </label>`;
}

export function stimulusField(name: string | undefined, use: (file: File) => void): TemplateResult {
  return html`<div class="field">
    <span>${name === undefined ? 'No file chosen' : shortened(name, 40)}</span>
    ${fileButton('Choose stimulus…', '.npy,.npz', use)}
  </div>`;
}

export function seedField(
  label: string,
  seed: number,
  change: (seed: number) => void,
): TemplateResult {
  return html`<label class="field">
    ${label}
    <input
      type="number"
      min="0"
      max="2147483647"
      step="1"
      required
      .value=${String(seed)}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        if (input.validity.valid) change(input.valueAsNumber);
        else input.reportValidity();
      }}
    />
  </label>`;
}

/** Which output of the model is shown. */
export function outputField(
  columns: readonly OutputColumn[],
  chosen: number,
  change: (output: number) => void,
): TemplateResult {
  const options = columns
    .slice(0, mostOffered)
    .map(({ label }, i) => [String(i), shortened(label, 60)] as const);
  return selectField('Output', options, String(chosen), (output) => change(Number(output)));
}

/** Which model is run; where there is none, how there would be. */
export function modelLine(model: OpenedModel | undefined, waiting: boolean): TemplateResult {
  if (model) {
    const name = model.own ? 'The network trained above' : shortened(model.name, 60);
    return html`<p class="muted small">
      ${name}, ${bytes(model.bytes.length)}, run by ONNX Runtime on this computer.
    </p>`;
  }
  return html`<p class="muted">
    ${
      waiting
        ? 'The network is run here as soon as it is trained.'
        : 'Train a network, or open an ONNX model.'
    }
  </p>`;
}

/** What is being waited for, in bytes where it is a download, with a button that gives it up. */
export function progressView(
  progress: WorkProgress | undefined,
  cancel: () => void,
): TemplateResult | typeof nothing {
  if (!progress) return nothing;
  const { what, done, bytes: download } = progress;
  const size = download
    ? `: ${bytes(download.came)}${download.all === undefined ? '' : ` of ${bytes(download.all)}`}`
    : '';
  return html`<div class="message progress">
    <p>${what}${size}</p>
    <progress aria-label=${what} max="1" .value=${done}></progress>
    <button type="button" @click=${cancel}>Cancel</button>
  </div>`;
}
