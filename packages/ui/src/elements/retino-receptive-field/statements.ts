/** What a receptive field says in words and numbers. Pure. */

import type {
  BlockRange,
  DatasetSummary,
  FilterSummary,
  ReceptiveField,
} from '@retinoscope/worker';
import { extremeLag, formatCount, formatNumber } from '../../plots/index.js';

export interface Fact {
  readonly term: string;
  readonly value: string;
}

/** Whether there is a receptive field at all, said first and plainly. */
export function significanceStatement(field: ReceptiveField, from = ''): string {
  const z = formatNumber(Math.abs(field.peakZ));
  return field.significant
    ? `Significant: the largest |z| is ${z}, against circularly shifted spike trains${from && `, ${from}`}.`
    : `No significant receptive field${from && ` ${from}`}: the largest |z|, ${z}, does not stand out of circularly shifted spike ` +
        'trains. What is drawn is noise; more spikes, or another cell, are needed.';
}

/** `from the first 40 of 219 blocks`; empty for all of them. */
export function foundFrom(range: BlockRange | undefined, blocks: number): string {
  if (!range) return '';
  const { first, last } = range;
  const which = first === 0 ? `the first ${last + 1}` : `blocks ${first} to ${last}`;
  return `from ${which} of ${blocks} blocks`;
}

export function facts(field: ReceptiveField, summary: DatasetSummary): Fact[] {
  const { polarity, screenPeak: peak, peakZ, separability, spikes, temporal } = field;
  const { frameRate, squareSize } = summary;
  const inMicrometres = squareSize
    ? ` (${formatNumber((peak.x + 0.5) * squareSize, 4)}, ${formatNumber((peak.y + 0.5) * squareSize, 4)} µm)`
    : '';
  return [
    { term: 'Polarity', value: polarity },
    { term: 'Peak square (x, y)', value: `${peak.x}, ${peak.y}${inMicrometres}` },
    { term: 'Largest |z|', value: formatNumber(Math.abs(peakZ)) },
    {
      term: 'Peak of the temporal filter',
      value: `${formatNumber(latency(temporal, frameRate))} ms before the spike`,
    },
    { term: 'Separability', value: `${formatNumber(100 * separability)} % of the STA’s variance` },
    { term: 'Spikes', value: formatCount(spikes) },
  ];
}

/** Time of the largest absolute value before the spike, ms. */
function latency(temporal: ArrayLike<number>, frameRate: number): number {
  return (1000 * extremeLag(temporal)) / frameRate;
}

/**
 * The receptive field of a network `[y, x]` to first order: its embedded filters, each of unit norm, summed
 * with their strengths. Undefined without filters.
 */
export function networkField(filters: readonly FilterSummary[]): Float32Array | undefined {
  if (filters.length === 0) return undefined;
  const sum = new Float32Array(filters[0].embedded.length);
  for (const { embedded, strength } of filters) {
    const norm = Math.hypot(...embedded);
    if (!(norm > 0)) continue;
    for (let i = 0; i < sum.length; i++) sum[i] += (strength * embedded[i]) / norm;
  }
  return sum;
}

/** The strongest filter’s temporal profile, at unit norm; undefined without filters. */
export function networkTemporal(filters: readonly FilterSummary[]): Float32Array | undefined {
  const strongest = filters.reduce<FilterSummary | undefined>(
    (best, filter) => (best && best.strength >= filter.strength ? best : filter),
    undefined,
  );
  return strongest && unitNorm(strongest.temporal);
}

export function unitNorm(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return norm > 0 ? values.map((value) => value / norm) : values;
}
