/** Parts of panels that several figures share. Pure. */
import type { FigurePanel, MapData } from './panels.js';

/** The receptive field of a cell and that of its network, each divided by its peak: their units differ. */
export function fieldPanel(
  title: string,
  fields: { readonly sta: MapData; readonly network: MapData },
  squareSize?: number,
): FigurePanel {
  return {
    kind: 'maps',
    title,
    unit: 'share of the peak',
    noun: 'map',
    squareSize,
    maps: [
      { ...unitPeak(fields.sta), title: 'STA' },
      { ...unitPeak(fields.network), title: 'network' },
    ],
  };
}

export function temporalPanel(
  frameRate: number,
  temporal: {
    readonly sta: readonly number[];
    readonly network: readonly number[];
    /** Learned together with the filters. */
    readonly fitted?: readonly number[];
  },
): FigurePanel {
  const { sta, network, fitted } = temporal;
  return {
    kind: 'profiles',
    title: 'Temporal filter',
    frameRate,
    unit: 'weight (unit norm)',
    series: [
      { name: 'STA', role: 'sta', values: sta },
      { name: 'network', role: 'network', values: network },
      ...(fitted
        ? [{ name: 'fitted with the filters', role: 'other' as const, values: fitted }]
        : []),
    ],
  };
}

function unitPeak(map: MapData): MapData {
  const peak = Math.max(...map.values.map(Math.abs)) || 1;
  return { ...map, values: map.values.map((value) => Number((value / peak).toPrecision(3))) };
}

/** Rates, spikes per frame, as spikes per second. */
export function perSecond(rates: readonly number[], frameRate: number): number[] {
  return rates.map((rate) => Number((rate * frameRate).toPrecision(3)));
}
