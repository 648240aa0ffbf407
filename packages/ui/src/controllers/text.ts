/** Numbers and times as short text for a person, where they may be unknown. Pure. */
import { formatCount, formatDuration, formatNumber } from '../plots/numbers.js';

const unknown = '–';

/** `0.993`; an en dash for a number that is not known. */
export function fixed(value: number | undefined, digits = 3): string {
  return isKnown(value) ? value.toFixed(digits).replace('-', '−') : unknown;
}

/** Significant digits, small numbers as powers of ten. */
export function significant(value: number | undefined, digits = 3): string {
  return isKnown(value) ? formatNumber(value, digits) : unknown;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number | undefined): string {
  return isKnown(seconds) && seconds >= 0 ? formatDuration(seconds) : unknown;
}

/** `850 B`, `12.4 kB`, `3.1 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
}

/** To two significant digits, `22 MB`, `220 MB`, `2.2 GB`: for sizes that are bounds. */
export function aboutBytes(size: number): string {
  const rounded = Number(size.toPrecision(2));
  const [unit, name] = rounded >= 1e9 ? [1e9, 'GB'] : rounded >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return `${Number((rounded / unit).toPrecision(2))} ${name}`;
}

/** `1 cell`, `2 cells`. */
export function plural(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** At most `most` characters, the cut shown by an ellipsis. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
