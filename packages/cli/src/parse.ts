/** Texts of the command line as checked values. A refusal says what would be accepted. */
import type { BlockRange } from '@retinoscope/worker';
import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `least` to `most`. */
export function whole(least: number, most = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Accepted: a whole number from ${least} to ${most}.`);
  };
}

/** A parser of numbers above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Accepted: a number above 0, such as 0.02.');
}

/** `A:B`, 0-based, B included; or one number for that block alone. */
export function blockRange(text: string): BlockRange {
  const match = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match && first <= last) return { first, last };
  throw new InvalidArgumentError('Accepted: first:last with first ≤ last, 0-based, such as 0:9.');
}

/** Whole numbers of at least 0, each once, such as `0,3,5`. */
export function wholes(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const values = parts.map(Number);
  const once = new Set(values).size === values.length;
  if (once && parts.every((part) => /^\d{1,9}$/.test(part))) return values;
  throw new InvalidArgumentError('Accepted: whole numbers with commas, each once, such as 0,3,5.');
}
