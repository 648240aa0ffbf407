/** The controls of a stimulus: what is generated, where a picture lies, when it is on, and what is drawn with. */
import {
  type Placement,
  type Presentation,
  type StimulusGrid,
  type StimulusKind,
  type StimulusSpec,
  stimulusKinds,
} from '@retinoscope/worker';
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { choice, slider } from './slider.js';
import { mostZoom } from './stimulus-editor.js';
import { longestPart, shortestOn } from './stimulus-state.js';

/** The kind, what it is in a sentence, and a slider for each of its parameters. */
export function generatedControls(
  spec: StimulusSpec,
  choose: (kind: StimulusKind) => void,
  change: (spec: StimulusSpec) => void,
): TemplateResult {
  const info = stimulusKinds.find(({ kind }) => kind === spec.kind) ?? stimulusKinds[0];
  return html`<label class="field">
      Kind
      <select
        .value=${live(spec.kind)}
        @change=${({ target }: Event) => {
          const chosen = stimulusKinds.find(
            ({ kind }) => kind === (target as HTMLSelectElement).value,
          );
          if (chosen) choose(chosen.kind);
        }}
      >
        ${stimulusKinds.map(
          ({ kind, label }) =>
            html`<option value=${kind} ?selected=${kind === spec.kind}>${label}</option>`,
        )}
      </select>
    </label>
    <p class="muted small">${info.description}</p>
    <div class="sliders">
      ${info.parameters.map((parameter) =>
        slider({
          ...parameter,
          value: spec.values[parameter.name] ?? parameter.initial,
          change: (value) =>
            change({ ...spec, values: { ...spec.values, [parameter.name]: value } }),
        }),
      )}
    </div>`;
}

/** `cover` is the size of a pixel at which the picture just covers the grid. */
export function placementControls(
  placement: Placement,
  { grid, cover }: { readonly grid: StimulusGrid; readonly cover: number },
  change: (placement: Placement) => void,
  reset: () => void,
): TemplateResult {
  const { x, y, pixelSize, contrast, polarity, meanGrey } = placement;
  const reach = (squares: number): number => Math.ceil(squares * grid.squareSize);
  return html`<div class="sliders">
      ${slider({
        label: 'Size of a pixel',
        unit: 'µm',
        minimum: Number((cover / mostZoom).toPrecision(3)),
        maximum: Number((cover * mostZoom).toPrecision(3)),
        step: 1,
        logarithmic: true,
        value: pixelSize,
        change: (value) => change({ ...placement, pixelSize: value }),
      })}
      ${slider({
        label: 'Position, x',
        unit: 'µm',
        minimum: -reach(grid.width),
        maximum: reach(grid.width),
        step: 1,
        value: x,
        change: (value) => change({ ...placement, x: value }),
      })}
      ${slider({
        label: 'Position, y',
        unit: 'µm',
        minimum: -reach(grid.height),
        maximum: reach(grid.height),
        step: 1,
        value: y,
        change: (value) => change({ ...placement, y: value }),
      })}
      ${slider({
        label: 'Contrast, times',
        unit: '',
        minimum: 0,
        maximum: 4,
        step: 0.05,
        value: contrast,
        change: (value) => change({ ...placement, contrast: value }),
      })}
      ${slider({
        label: 'Grey that is contrast 0',
        unit: '',
        minimum: 0,
        maximum: 1,
        step: 0.01,
        value: meanGrey,
        change: (value) => change({ ...placement, meanGrey: value }),
      })}
    </div>
    <div class="row">
      <label class="check">
        <input
          type="checkbox"
          .checked=${live(polarity === -1)}
          @change=${({ target }: Event) =>
            change({ ...placement, polarity: (target as HTMLInputElement).checked ? -1 : 1 })}
        />
        Dark and bright swapped
      </label>
      <button type="button" @click=${reset}>Cover the grid</button>
    </div>`;
}

export function presentationControls(
  presentation: Presentation,
  change: (presentation: Presentation) => void,
): TemplateResult {
  const part = (name: keyof Presentation, label: string, minimum: number): TemplateResult =>
    slider({
      label,
      unit: 'ms',
      minimum,
      maximum: longestPart,
      step: 10,
      value: presentation[name],
      change: (value) => change({ ...presentation, [name]: value }),
    });
  return html`<div class="sliders">
    ${part('before', 'Grey before', 0)} ${part('on', 'On', shortestOn)}
    ${part('after', 'Grey after', 0)}
  </div>`;
}

export interface DrawingTools {
  readonly contrast: number;
  /** Squares. */
  readonly brush: number;
  readonly erasing: boolean;
}

export type DrawingStep = 'fill' | 'invert' | 'clear' | 'undo' | 'redo';

export function drawingControls(
  tools: DrawingTools,
  can: { readonly undo: boolean; readonly redo: boolean; readonly largestBrush: number },
  change: (tools: DrawingTools) => void,
  step: (step: DrawingStep) => void,
): TemplateResult {
  const { contrast, brush, erasing } = tools;
  const button = (name: DrawingStep, label: string, possible = true): TemplateResult =>
    html`<button type="button" ?disabled=${!possible} @click=${() => step(name)}>${label}</button>`;
  return html`${choice({
    name: 'retino-drawing-tool',
    label: 'Tool',
    choices: [
      ['paint', 'Paint'],
      ['erase', 'Erase to grey'],
    ],
    chosen: erasing ? 'erase' : 'paint',
    change: (tool) => change({ ...tools, erasing: tool === 'erase' }),
  })}
    <div class="sliders">
      ${slider({
        label: 'Contrast of the brush',
        unit: '',
        minimum: -1,
        maximum: 1,
        step: 0.05,
        value: contrast,
        change: (value) => change({ ...tools, contrast: value, erasing: false }),
      })}
      ${slider({
        label: 'Side of the brush, squares',
        unit: '',
        minimum: 1,
        maximum: can.largestBrush,
        step: 1,
        value: brush,
        change: (value) => change({ ...tools, brush: Math.round(value) }),
      })}
    </div>
    <div class="row" role="group" aria-label="Whole drawing">
      ${button('undo', 'Undo', can.undo)} ${button('redo', 'Redo', can.redo)}
      ${button('fill', 'Fill')} ${button('invert', 'Invert')} ${button('clear', 'Clear')}
    </div>`;
}
