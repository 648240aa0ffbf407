/** Scales of the plots beside the diverging one: the sequential scale, contrast, axis ticks. Pure; touches no document. */
import * as Plot from '@observablehq/plot';
import type { Theme } from './theme.js';

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
