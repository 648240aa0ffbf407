/** What an explanation says in words and numbers. Pure. */
import { plural, significant } from '../../../controllers/text.js';
import type { Fact } from '../../shared/fact-list.js';
import { type LagChoice, lagTitle, leastEnergy, mostLags } from './lag-maps.js';
import type { Amounts, ExplanationShown } from './shown.js';

/** Share of a number that is too small to tell of. */
const negligible = 0.01;

export function facts(amounts: Amounts, lags: LagChoice, shown: ExplanationShown): Fact[] {
  const { rate, greyRate, sum, unit } = amounts;
  const amount = (value: number): string => withUnit(significant(value), unit);
  const several = shown.explanation.lags > 1 && lags.strongest !== undefined;
  return [
    ['Rate at this frame', amount(rate)],
    ['Rate of mean grey', amount(greyRate)],
    ['Difference of the two', amount(rate - greyRate)],
    ['Sum of the map', amount(sum)],
    ...(several ? [['Strongest lag', lagTitle(lags.strongest, shown.frameRate)] as const] : []),
  ];
}

/** How much of the rate the map accounts for, plainly. */
export function balance({ rate, greyRate, sum, product, unit }: Amounts): string {
  const change = rate - greyRate;
  const rest = change - sum;
  const amount = (value: number): string => withUnit(significant(value), unit);
  if (!Number.isFinite(rest)) {
    return 'The model gives numbers that are not finite here; the map cannot be compared with the rate.';
  }
  if (product.every((value) => value === 0)) {
    return Math.abs(change) <= negligible * Math.abs(greyRate)
      ? 'The map is 0 everywhere: the stimulus is mean grey here, or the model does not respond to small changes of it.'
      : `The map is 0 everywhere: small changes of this stimulus do not change the rate, as when a rectifier is closed. The difference of ${amount(change)} from mean grey is the model’s nonlinearity.`;
  }
  if (Math.abs(rest) <= negligible * Math.abs(change)) {
    return `Gradient × input explains ${significant(sum)} of ${amount(change)}, all but ${amount(rest)} of the difference from mean grey.`;
  }
  const within = Math.sign(sum) === Math.sign(change) && Math.abs(sum) < Math.abs(change);
  if (within) {
    return `Gradient × input explains ${significant(sum)} of ${amount(change)}; the rest, ${amount(rest)}, is the model’s nonlinearity.`;
  }
  const careful =
    Math.abs(rest) > Math.abs(change)
      ? ' Read the map with care: it tells of small changes around this stimulus.'
      : '';
  return `Gradient × input gives ${amount(sum)}, while the rate differs from that of mean grey by ${amount(change)}. What is between the two, ${amount(rest)}, is the model’s nonlinearity.${careful}`;
}

export function mapCaption({ explanation, filtered }: ExplanationShown): string {
  const over = filtered
    ? 'The model sees one frame that is already filtered in time, so the map is of that frame.'
    : explanation.lags > 1
      ? `The sum over ${explanation.lags} lags.`
      : 'The model sees one frame.';
  return (
    'Positive squares (red) raised the rate, negative squares (blue) lowered it, compared with mean grey: ' +
    `gradient × (input − mean grey). ${over}`
  );
}

export function lagCaption({ weak, beyond }: LagChoice): string {
  return [
    'The same map for single frames, the current one first, on one scale of their own. Times are before the current frame.',
    ...(weak > 0
      ? [
          `${plural(weak, 'lag')} with less than ${100 * leastEnergy} % of the strongest lag’s energy ${weak === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...(beyond > 0
      ? [`Of the others the strongest ${mostLags} are shown, ${beyond} are left out.`]
      : []),
  ].join(' ');
}

function withUnit(number: string, unit: string): string {
  return unit ? `${number} ${unit}` : number;
}
