/** What a model gave for a new stimulus: rate over time, sampled spikes, and the numbers a reader wants. */
import { drawSpikes } from '@retinoscope/worker';
import type { ModelFacts } from '@retinoscope/worker/card';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { duration, plural, shortened, significant } from '../../controllers/text.js';
import { rasterBands } from '../../plots/spike-raster.js';
import { palettes, type Theme } from '../../plots/theme.js';
import { type RateSeries, timeTraces } from '../../plots/time-traces.js';
import '../retino-picture/retino-picture.js';
import { type Fact, factList } from '../shared/fact-list.js';
import { type Prediction, providerText } from './predicting.js';
import { column, rateColumns, resampled, spread } from './rates.js';

/** Trials that spikes are sampled for. */
const trials = 12;

export interface NewResultLook {
  readonly facts: ModelFacts;
  /** Of the stimulus, Hz. */
  readonly frameRate: number;
  /** Which column of the rates. */
  readonly output: number;
  readonly seed: number;
  readonly name: string;
  readonly theme: Theme;
  readonly width: number;
}

/** Whether the file says that its output is spikes per frame: only then it can be told in Hz and sampled. */
function givesSpikes({ units, frameRate }: ModelFacts): boolean {
  return frameRate !== undefined && /spikes? per frame/i.test(units ?? '');
}

/** The unit that rates are shown in, and the factor from the model's own. */
export function shownUnit(facts: ModelFacts): { readonly unit: string; readonly factor: number } {
  if (givesSpikes(facts)) return { unit: 'Hz', factor: facts.frameRate ?? 1 };
  return { unit: shortened(facts.units ?? 'output of the model', 40), factor: 1 };
}

export function newResult(prediction: Prediction, look: NewResultLook): TemplateResult {
  const rate = column(prediction.rates, look.output);
  const single = rate.length === 1;
  return html`
    ${single ? nothing : tracePicture(prediction, rate, look)}
    ${givesSpikes(look.facts) && !single ? spikePicture(rate, look) : nothing}
    ${factList(resultFacts(prediction, rate, look))}
  `;
}

function tracePicture(
  prediction: Prediction,
  rate: Float32Array,
  look: NewResultLook,
): TemplateResult {
  const { facts, frameRate, theme, width, output } = look;
  const label = prediction.columns?.[output]?.label ?? 'rate';
  return html`<retino-picture
    name="predicted-rate"
    heading="Predicted rate"
    .csv=${() => rateColumns(prediction.rates)}
  >
    ${guard([prediction, output, theme, width], () =>
      timeTraces(seriesOf(prediction, rate, look), {
        title: `Predicted rate of ${label}`,
        width,
        theme,
        frameRate,
        say: true,
        ...(givesSpikes(facts) ? {} : { unit: shownUnit(facts).unit }),
      }),
    )}
    <span slot="caption">
      ${
        facts.frameRate === undefined
          ? 'The file does not say how fast its frames are: time is as you chose it.'
          : 'Computed by ONNX Runtime on this computer.'
      }
    </span>
  </retino-picture>`;
}

function seriesOf(
  { compared }: Prediction,
  rate: Float32Array,
  { facts, theme, output, name, frameRate }: NewResultLook,
): RateSeries[] {
  const palette = palettes[theme];
  const own = { label: shortened(name, 40), values: rate, colour: palette.network };
  if (!compared) return [own];
  const { values, factor } = comparedRate(compared, facts, frameRate, output);
  return [
    own,
    {
      label: shortened(compared.name, 40),
      values: resampled(values, compared.frameRate, frameRate, rate.length).map(
        (value) => factor * value,
      ),
      colour: palette.observed,
      dash: '5 3',
    },
  ];
}

/** One output of the other model, and the factor that brings spikes per frame of its frames to those that are shown. */
function comparedRate(
  { rates, frameRate: from }: NonNullable<Prediction['compared']>,
  facts: ModelFacts,
  frameRate: number,
  output: number,
): { readonly values: Float32Array; readonly factor: number } {
  return {
    values: column(rates, Math.min(output, rates.outputs - 1)),
    factor: givesSpikes(facts) ? from / frameRate : 1,
  };
}

function spikePicture(rate: Float32Array, look: NewResultLook): TemplateResult {
  const { theme, width, frameRate, seed } = look;
  return html`<retino-picture name="sampled-spikes" heading="Sampled spikes">
    ${guard([rate.length, rate[0], rate.at(-1), look.output, seed, theme, width], () => {
      const counts = drawSpikes(rate, trials, seed);
      const all = counts.reduce((sum, count) => sum + count, 0);
      return rasterBands(
        [
          {
            title: `${trials} trials, Poisson, seed ${seed}`,
            colour: palettes[theme].network,
            counts,
            trials,
          },
        ],
        rate.length,
        {
          width,
          theme,
          frameRate,
          label: `Spikes sampled from the predicted rate: ${plural(all, 'spike')} in ${trials} trials.`,
        },
      );
    })}
  </retino-picture>`;
}

function resultFacts(
  prediction: Prediction,
  rate: Float32Array,
  { facts, frameRate, output }: NewResultLook,
): Fact[] {
  const { seconds, rates, compared } = prediction;
  const { unit, factor } = shownUnit(facts);
  const { low, mean, high } = spread(rate);
  const peak = rate.indexOf(high);
  const other = compared && comparedRate(compared, facts, frameRate, output);
  return [
    [
      rate.length === 1 ? 'Rate' : 'Largest rate',
      `${significant(high * factor)} ${unit}${rate.length === 1 ? '' : ` at ${significant((1000 * peak) / frameRate)} ms`}`,
    ],
    ...(rate.length === 1
      ? []
      : ([
          ['Mean rate', `${significant(mean * factor)} ${unit}`],
          ['Smallest rate', `${significant(low * factor)} ${unit}`],
        ] satisfies Fact[])),
    ...(givesSpikes(facts)
      ? ([['Spikes expected', significant(mean * rate.length)]] satisfies Fact[])
      : []),
    ...(other
      ? ([
          [
            'Largest rate, compared',
            `${significant(spread(other.values).high * other.factor * factor)} ${unit}`,
          ],
        ] satisfies Fact[])
      : []),
    ['Frames', String(rates.windows)],
    ['Time in ONNX Runtime', duration(seconds)],
    ['Computed with', providerText(prediction)],
  ];
}
