/** A page's settings in its URL's hash. Promises that whatever the hash holds, only valid settings come out. */
import type { SimulationPreset } from '@retinoscope/worker';
import { blockText, type ChosenSettings, validSettings } from './fit-settings.js';
import { presets } from './session-controller.js';

export interface Permalink {
  /** A built-in cell; `paper` when absent. */
  readonly cell?: SimulationPreset;
  readonly settings: ChosenSettings;
}

/** Longest hash that is read. */
const mostCharacters = 500;

export function readPermalink(hash: string): Permalink {
  const entries = Object.fromEntries(new URLSearchParams(hash.slice(1, mostCharacters)));
  const { cell, training, ...rest } = entries;
  return {
    cell: presets.find((name) => name === cell),
    settings: validSettings({ ...rest, preset: training }),
  };
}

/** The hash, with `#`; empty when everything is as it is by default. */
export function writePermalink({ cell, settings }: Permalink): string {
  const { preset, blocks, ...rest } = settings;
  const entries = Object.entries({
    cell: cell === 'paper' ? undefined : cell,
    training: preset,
    ...rest,
    blocks: blocks && blockText(blocks),
  });
  const hash = new URLSearchParams(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
  return hash && `#${hash}`;
}
