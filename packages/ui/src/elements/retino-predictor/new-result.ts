/** What a model gave for a new stimulus: rate over time, sampled spikes, and the numbers a reader wants. */
import { drawSpikes } from '@retinoscope/worker';
import type { ModelFacts } from '@retinoscope/worker/card';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { duration, plural, shortened, significant } from '../../controllers/text.js';
import { toCsv } from '../../plots/csv.js';
import { rasterBands } from '../../plots/spike-raster.js';
import { palettes, type Theme } from '../../plots/theme.js';
import { type RateSeries, timeTraces } from '../../plots/time-traces.js';
import '../retino-picture/retino-picture.js';
import { type Fact, factList } from '../shared/fact-list.js';
import { givesSpikes, shownUnit } from './model-units.js';
import { type Prediction, providerText } from './predicting.js';
import { column, type Rates, rateColumns, spread } from './rates.js';

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

export function newResult(prediction: Prediction, look: NewResultLook): TemplateResult {
  const rate = column(prediction.rates, look.output);
  const single = rate.length === 1;
  return html`
    ${single ? nothing : tracePicture(prediction, rate, look)}
    ${givesSpikes(look.facts) && !single ? spikePicture(prediction, rate, look) : nothing}
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
    .csv=${() => toCsv(rateColumns(prediction))}
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
  { theme, output, name, facts }: NewResultLook,
): RateSeries[] {
  const palette = palettes[theme];
  const own = { label: shortened(name, 40), values: rate, colour: palette.network };
  if (!compared) return [own];
  const { otherUnit } = compared;
  const values = outputOf(compared.aligned, output);
  const { factor } = shownUnit(facts);
  return [
    own,
    {
      label: `${shortened(compared.name, 40)}${otherUnit ? ` (${otherUnit})` : ''}`,
      // Numbers of another unit are drawn as they are.
      values: otherUnit ? values.map((value) => value / factor) : values,
      colour: palette.observed,
      dash: '5 3',
    },
  ];
}

/** The output of the same number, or the last one. */
function outputOf(rates: Rates, output: number): Float32Array {
  return column(rates, Math.min(output, rates.outputs - 1));
}

function spikePicture(
  prediction: Prediction,
  rate: Float32Array,
  look: NewResultLook,
): TemplateResult {
  const { theme, width, frameRate, seed, output } = look;
  return html`<retino-picture name="sampled-spikes" heading="Sampled spikes">
    ${guard([prediction, output, frameRate, seed, theme, width], () => {
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
  const { seconds, rates, compared, leftOut = [] } = prediction;
  const { unit, factor } = shownUnit(facts);
  const { low, mean, high } = spread(rate);
  const peak = rate.indexOf(high);
  const odd = rate.filter(Number.isNaN).length;
  return [
    [
      rate.length === 1 ? 'Rate' : 'Largest rate',
      `${significant(high * factor)} ${unit}${rate.length === 1 || peak < 0 ? '' : ` at ${significant((1000 * peak) / frameRate)} ms`}`,
    ],
    ...(rate.length === 1
      ? []
      : ([
          ['Mean rate', `${significant(mean * factor)} ${unit}`],
          ['Smallest rate', `${significant(low * factor)} ${unit}`],
        ] satisfies Fact[])),
    ...(givesSpikes(facts)
      ? ([['Spikes expected', significant(mean * (rate.length - odd))]] satisfies Fact[])
      : []),
    ...(compared
      ? ([
          [
            'Largest rate, compared',
            comparedText(spread(outputOf(compared.aligned, output)).high, compared.otherUnit, {
              unit,
              factor,
            }),
          ],
        ] satisfies Fact[])
      : []),
    ...(odd > 0 ? ([['Frames without a number', String(odd)]] satisfies Fact[]) : []),
    ...(leftOut.length > 0
      ? ([
          [
            'Left out, no row a frame',
            leftOut
              .slice(0, 6)
              .map((name) => shortened(name, 40))
              .join(', '),
          ],
        ] satisfies Fact[])
      : []),
    ['Frames', String(rates.windows)],
    ['Time in ONNX Runtime', duration(seconds)],
    ['Computed with', providerText(prediction)],
  ];
}

function comparedText(
  largest: number,
  otherUnit: string | undefined,
  { unit, factor }: { readonly unit: string; readonly factor: number },
): string {
  return otherUnit
    ? `${significant(largest)} ${otherUnit}, another unit`
    : `${significant(largest * factor)} ${unit}`;
}
