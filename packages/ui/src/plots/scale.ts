/**
 * Scales and numbers of the plots: the one symmetric diverging scale, axis ticks, and how numbers are written.
 * Pure; touches no document.
 */
import * as Plot from '@observablehq/plot';
import type { Theme } from './theme.js';

/** Largest finite |value| over all maps; 1 when every value is 0 or not finite. */
export function symmetricLimit(maps: Iterable<ArrayLike<number>>): number {
  let limit = 0;
  for (const map of maps) {
    for (let i = 0; i < map.length; i++) {
      const size = Math.abs(map[i]);
      if (size > limit && size < Number.POSITIVE_INFINITY) limit = size;
    }
  }
  return limit > 0 ? limit : 1;
}

/** Blue, white, red at −1, −½, 0, ½, 1; the ends stay clear of the page's background. */
const divergingStops: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#2166ac', '#67a9cf', '#f7f7f7', '#ef8a62', '#b2182b'],
  dark: ['#3d8fe0', '#8fbfe8', '#e6eaef', '#f2a68a', '#e0503f'],
};

/** Entries of the colour table; odd, so that 0 has an entry of its own. */
export const colourCount = 255;

const tables = new Map<Theme, Uint8Array>();

/** Red, green and blue of the diverging scale at `colourCount` equal steps from −1 to 1. */
export function divergingTable(theme: Theme): Uint8Array {
  const known = tables.get(theme);
  if (known) return known;
  const scale = Plot.scale({
    color: {
      type: 'linear',
      domain: [-1, -0.5, 0, 0.5, 1],
      range: [...divergingStops[theme]],
      interpolate: 'lab',
    },
  });
  const table = new Uint8Array(colourCount * 3);
  for (let i = 0; i < colourCount; i++) {
    const colour = String(scale.apply((2 * i) / (colourCount - 1) - 1));
    const channels = colour.match(/\d+/g) ?? [];
    for (let c = 0; c < 3; c++) table[i * 3 + c] = Number(channels[c]);
  }
  tables.set(theme, table);
  return table;
}

/** Entry of the colour table for `value` on the scale from −limit to limit; clamped, the middle for NaN. */
export function colourIndex(value: number, limit: number): number {
  const middle = (colourCount - 1) / 2;
  const at = Math.round((value / limit) * middle);
  return Number.isNaN(at) ? middle : middle + Math.max(-middle, Math.min(middle, at));
}

/** CSS colour of `value` on the scale from −limit to limit. */
export function divergingColour(value: number, limit: number, theme: Theme): string {
  const table = divergingTable(theme);
  const at = colourIndex(value, limit) * 3;
  return `rgb(${table[at]}, ${table[at + 1]}, ${table[at + 2]})`;
}

/** From near the background to one dark or bright blue. */
const sequentialStops: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#f4f7fa', '#a9cbe8', '#4f93cc', '#0b5cad', '#0a2f5e'],
  dark: ['#1d232a', '#1f4a78', '#3377b5', '#7ab8ff', '#e0efff'],
};

const sequentialScales = new Map<Theme, Plot.Scale>();

/** CSS colour of `value` on the scale from 0 to `limit`; clamped. */
export function sequentialColour(value: number, limit: number, theme: Theme): string {
  let scale = sequentialScales.get(theme);
  if (!scale) {
    scale = Plot.scale({
      color: {
        type: 'linear',
        domain: [0, 0.25, 0.5, 0.75, 1],
        range: [...sequentialStops[theme]],
        interpolate: 'lab',
        clamp: true,
      },
    });
    sequentialScales.set(theme, scale);
  }
  return String(scale.apply(Math.max(0, Math.min(1, value / limit || 0))));
}

/** Relative luminance of a CSS colour, `#rrggbb` or `rgb(r, g, b)`, by WCAG. */
export function luminance(colour: string): number {
  const channels = colour.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/\d+/g) ?? []).map(Number);
  const [red, green, blue] = channels.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours by WCAG, 1 … 21. */
export function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((p, q) => p - q);
  return (bright + 0.05) / (dark + 0.05);
}

/**
 * Round numbers from `low` to `high` for a logarithmic axis: 1, 2 and 5 of each decade where `most` allows it, else 1 and 3,
 * else the decades, else every second, third, … of them. Both ends are positive.
 */
export function logTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const within = (mantissas: readonly number[], step: number): number[] => {
    const ticks: number[] = [];
    for (let power = first; power <= last; power++) {
      if (power % step !== 0) continue;
      for (const mantissa of mantissas) {
        const tick = Number(`${mantissa}e${power}`);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
      }
    }
    return ticks;
  };
  for (const mantissas of [
    [1, 2, 5],
    [1, 3],
  ]) {
    const ticks = within(mantissas, 1);
    if (ticks.length <= most) return ticks;
  }
  for (let step = 1; ; step++) {
    const ticks = within([1], step);
    if (ticks.length <= Math.max(1, most)) return ticks;
  }
}

const minus = '−';

/** `value` to `digits` significant digits, with a true minus sign; scientific outside 1e-3 … 1e5. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'undefined' : value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? minus : '';
  if (size < 1e-3 || size >= 1e5) {
    const [mantissa, exponent] = size.toExponential(digits - 1).split('e');
    const power = Number(exponent);
    return `${sign}${Number(mantissa)}e${power < 0 ? minus : ''}${Math.abs(power)}`;
  }
  return `${sign}${Number(size.toPrecision(digits))}`;
}

/** A correlation or cosine with three decimals and its leading zero, `0.984`; 1.000 only when it rounds to it. */
export function formatCorrelation(value: number): string {
  if (!Number.isFinite(value)) return 'undefined';
  return `${value < 0 && value.toFixed(3) !== '-0.000' ? minus : ''}${Math.abs(value).toFixed(3)}`;
}

/** A count with thin spaces between thousands. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f')
    .replace('-', minus);
}

/** Seconds for a person: `8.4 s`, `3 min 20 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, 2)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** At most `most` round whole numbers from `low` to `high`, both included where they are round; no negative zero. */
export function integerTicks(low: number, high: number, most: number): number[] {
  const room = Math.max(1, most);
  let step = 1;
  for (const factor of steps()) {
    step = factor;
    if (Math.floor(high / step) - Math.ceil(low / step) + 1 <= room) break;
  }
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) ticks.push(at * step || 0);
  return ticks;
}

function* steps(): Generator<number> {
  for (let decade = 1; ; decade *= 10) {
    yield decade;
    yield 2 * decade;
    yield 5 * decade;
  }
}
