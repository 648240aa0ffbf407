/** Short texts of single values, as the page says them on pointing. Pure but for `sayArea`. */
import { formatNumber } from './numbers.js';
import { svgElement } from './svg.js';

/** Units that are said after the number; any other text in brackets belongs to the name. */
const units = new Set([
  's',
  'ms',
  'min',
  'h',
  'Hz',
  'µm',
  'mm',
  'deg',
  '°',
  '%',
  'bit',
  'bits',
  'nats',
  'bit/s',
  'bits/s',
  'bit/spike',
  'bits/spike',
  'nats/frame',
  'spikes',
  'spikes/s',
  'spikes/frame',
  'frames',
  'squares',
]);

/** Name and unit of an axis: `rate (spikes/s)`. */
export function splitLabel(label: string): { readonly name: string; readonly unit: string } {
  const found = /^(.*\S)\s*\(([^()]+)\)$/.exec(label);
  return found && units.has(found[2])
    ? { name: found[1], unit: found[2] }
    : { name: label, unit: '' };
}

/** The number with the unit of an axis: `3.2 spikes/s`. */
export function withUnit(label: string, value: number): string {
  const { unit } = splitLabel(label);
  return unit ? `${formatNumber(value)} ${unit}` : formatNumber(value);
}

/** `CC 0.962`, `rate 3.2 spikes/s`; with what `spread` is, `CC 0.962 ± 0.004 (SD)`. */
export function sayValue(
  label: string,
  value: number,
  spread?: { readonly sd: number; readonly what: string },
): string {
  const { name, unit } = splitLabel(label);
  const number = formatNumber(value);
  const bar = spread && spread.sd > 0 ? ` ± ${formatNumber(spread.sd, 2)} (${spread.what})` : '';
  return [name, `${number}${bar && !unit ? bar : ''}`, unit && `${unit}${bar}`]
    .filter(Boolean)
    .join(' ');
}

/** What bars are, without over what: `SD` of `SD over 10 runs`. */
export function barName(errorBars: string | undefined): string {
  return errorBars?.split(/ (?:over|of|across|from) /)[0] || 'SD';
}

/** An unseen rectangle that says `text`. */
export function sayArea(
  text: string,
  box: { x: number; y: number; width: number; height: number },
): SVGRectElement {
  return svgElement('rect', { ...box, fill: 'none', 'data-say': text });
}

/** Ranges of frames, at most `most` and of one length but for the last: `to` is not in the range. */
export function frameBins(
  frames: number,
  most: number,
): { readonly from: number; readonly to: number }[] {
  const length = Math.max(1, Math.ceil(frames / Math.max(1, most)));
  return Array.from({ length: Math.ceil(frames / length) }, (_, i) => ({
    from: i * length,
    to: Math.min(frames, (i + 1) * length),
  }));
}

/** Mean of the finite values from `from` to before `to`; NaN when there is none. */
export function meanOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  let count = 0;
  for (let i = from; i < Math.min(to, values.length); i++) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i];
    count++;
  }
  return sum / count;
}
