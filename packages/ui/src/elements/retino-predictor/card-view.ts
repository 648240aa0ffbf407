/** What a model says of itself: its stored picture and its card. Texts of the file are data, and shortened. */
import type { ModelCard, ModelFacts, ModelValue } from '@retinoscope/worker/card';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { fixed, shortened, significant } from '../../controllers/text.js';
import { divergingTable } from '../../plots/diverging.js';
import { mapCanvas } from '../../plots/pixels.js';
import type { Theme } from '../../plots/theme.js';
import { type Fact, factList } from '../shared/fact-list.js';
import type { OpenedModel } from './opened-model.js';

const shownMetadata = 24;
/** Screen pixels of the stored field's longer side. */
const fieldSize = 160;

/** The stored receptive field on its symmetric scale; nothing when the file stores none. */
export function fieldFigure(
  { receptiveField: field, squareSize }: ModelFacts,
  theme: Theme,
): TemplateResult | typeof nothing {
  if (!field) return nothing;
  const side = squareSize === undefined ? '' : `, squares of ${significant(squareSize)} µm`;
  return html`<figure class="field-figure" part="poster">
    <div class="field-maps">
      ${guard([field, theme], () => {
        const canvas = mapCanvas({ ...field, values: field.data }, 1, theme, fieldSize);
        canvas.setAttribute('role', 'img');
        canvas.setAttribute(
          'aria-label',
          `Receptive field, ${field.width} by ${field.height} squares, relative to its largest value`,
        );
        return canvas;
      })}
      <div class="scale" aria-hidden="true">
        <span>1</span>${guard([theme], () => scaleBar(theme))}<span>−1</span>
      </div>
    </div>
    <figcaption class="muted small">Receptive field, relative${side}</figcaption>
  </figure>`;
}

function scaleBar(theme: Theme): HTMLCanvasElement {
  const table = divergingTable(theme);
  const count = table.length / 3;
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = count;
  const image = new ImageData(1, count);
  for (let i = 0; i < count; i++) {
    image.data.set(table.subarray(3 * (count - 1 - i), 3 * (count - i)), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

/** The facts that a reader wants first. */
export function factsOf({ facts, card }: OpenedModel): Fact[] {
  if (!facts) return card.inputs.map((value): Fact => ['Input', valueText(value)]);
  const { grid, frameRate, squareSize } = facts;
  const rows: (Fact | undefined)[] = [
    facts.cell === undefined ? undefined : ['Cell', shortened(facts.cell, 60)],
    facts.recording === undefined ? undefined : ['Recording', shortened(facts.recording, 120)],
    facts.testCC === undefined
      ? undefined
      : [
          'Test correlation',
          `${fixed(facts.testCC)}${facts.testCCAgainst ? ` with the ${shortened(facts.testCCAgainst, 40)}` : ''}`,
        ],
    [
      'Sees',
      `${grid.width} × ${grid.height} squares${squareSize === undefined ? '' : ` of ${significant(squareSize)} µm`}`,
    ],
    grid.lags > 1
      ? [
          'History',
          `${grid.lags} frames${frameRate === undefined ? '' : ` (${significant((1000 * grid.lags) / frameRate)} ms)`}`,
        ]
      : undefined,
    grid.colours > 1 ? ['Colours', String(grid.colours)] : undefined,
    facts.units === undefined ? undefined : ['Output', shortened(facts.units, 60)],
    facts.licence === undefined ? undefined : ['Licence', shortened(facts.licence, 120)],
    facts.citation === undefined ? undefined : ['Please cite', shortened(facts.citation, 300)],
  ];
  return rows.filter((row) => row !== undefined);
}

/** Everything else, folded away: what is unknown, inputs, outputs, operators, metadata. */
export function cardView({ card, facts }: OpenedModel): TemplateResult {
  return html`<details part="card">
    <summary>Model card</summary>
    ${
      facts && facts.unknown.length > 0
        ? html`<p class="small">The file does not say everything:</p>
            <ul class="small">
              ${facts.unknown.map((sentence) => html`<li>${sentence}</li>`)}
            </ul>`
        : nothing
    }
    ${factList(technicalFacts(card))}
  </details>`;
}

function technicalFacts(card: ModelCard): Fact[] {
  return [
    ['Producer', shortened(card.producer, 120) || 'not stated'],
    ['Operator set', String(card.opset)],
    ...card.inputs.map((value): Fact => ['Input', valueText(value)]),
    ...card.outputs.map((value): Fact => ['Output', valueText(value)]),
    ['Operators', shortened(card.operators.join(', '), 300) || 'none'],
    ...Object.entries(card.metadata)
      .slice(0, shownMetadata)
      .map(([name, value]): Fact => [shortened(name, 60), shortened(value, 300)]),
  ];
}

function valueText({ name, type, shape }: ModelValue): string {
  return `${shortened(name, 60)}: ${type} [${shape.map((axis) => shortened(String(axis), 20)).join(', ')}]`;
}
