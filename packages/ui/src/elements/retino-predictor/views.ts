/** Parts of retino-predictor that only show what they are given and say what a person did. */
import type { ModelCard, ModelValue } from '@retinoscope/worker';
import { html, type TemplateResult } from 'lit';
import { plural, shortened, significant } from '../../controllers/text.js';
import { column, type Rates, spread } from './rates.js';

const shownWindows = 12;
const shownOutputs = 8;
const shownMetadata = 24;

export function cardView(card: ModelCard): TemplateResult {
  const metadata = Object.entries(card.metadata).slice(0, shownMetadata);
  const rows: [string, string][] = [
    ['Producer', card.producer || 'not stated'],
    ['Operator set', String(card.opset)],
    ...card.inputs.map((value): [string, string] => ['Input', valueText(value)]),
    ...card.outputs.map((value): [string, string] => ['Output', valueText(value)]),
    ['Operators', card.operators.join(', ') || 'none'],
    ...metadata,
  ];
  return html`<details part="card">
    <summary>Model card</summary>
    <dl class="facts">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${shortened(name, 60)}</dt>
            <dd>${shortened(value, 300)}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}

function valueText({ name, type, shape }: ModelValue): string {
  return `${shortened(name, 60)}: ${type} [${shape.join(', ')}]`;
}

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

export function seedField(seed: number, change: (seed: number) => void): TemplateResult {
  return html`<label class="field">
    Noise seed
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
