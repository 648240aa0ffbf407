/** What a model gave for arrays: the test part of a recording, noise, or a file. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { duration, plural, shortened, significant } from '../../controllers/text.js';
import { palettes, type Theme } from '../../plots/theme.js';
import { timeTraces } from '../../plots/time-traces.js';
import { factList } from '../shared/fact-list.js';
import { type Prediction, providerText } from './predicting.js';
import { rateTable } from './views.js';

/** Frames of the test part that a trace shows. */
const shownFrames = 300;

export interface ArrayResultLook {
  readonly theme: Theme;
  readonly width: number;
  /** Hz. */
  readonly frameRate: number;
  /** The model is the network that the session exported. */
  readonly own: boolean;
}

export function arrayResult(prediction: Prediction, look: ArrayResultLook): TemplateResult {
  const { rates, first, seconds, difference } = prediction;
  const trace = look.own && rates.outputs === 1 && rates.windows > 1;
  return html`
    ${
      difference === undefined
        ? nothing
        : html`<p class="agreement">
            ONNX Runtime and the trainer agree within
            <strong>${significant(difference, 2)}</strong> spikes per frame over
            ${plural(rates.windows, 'frame')}.
          </p>`
    }
    ${trace ? traceFigure(prediction, look) : rateTable(rates, first)}
    ${factList([
      ['Windows', String(rates.windows)],
      ['Time in ONNX Runtime', duration(seconds)],
      ['Computed with', providerText(prediction)],
      ['Time per window', `${significant((1000 * seconds) / rates.windows)} ms`],
      ['Output', shortened(prediction.outputName, 60)],
    ])}
  `;
}

function traceFigure(
  prediction: Prediction,
  { theme, width, frameRate }: ArrayResultLook,
): TemplateResult {
  const { rates, first, trainer } = prediction;
  const palette = palettes[theme];
  return html`<figure>
    ${guard([prediction, width, theme], () =>
      timeTraces(
        [
          ...(trainer
            ? [
                {
                  label: 'trainer',
                  values: trainer.subarray(0, shownFrames),
                  colour: palette.observed,
                  area: true,
                },
              ]
            : []),
          {
            label: 'ONNX Runtime',
            values: rates.values.subarray(0, shownFrames),
            colour: palette.network,
          },
        ],
        { width, theme, frameRate, first },
      ),
    )}
  </figure>`;
}
