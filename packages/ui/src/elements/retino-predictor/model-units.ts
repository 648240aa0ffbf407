/**
 * In which units a model is asked: those of its file, and where the file is silent what a person says. Pure.
 * Promises that what is read from a link is within the ranges.
 */
import type { StimulusGrid } from '@retinoscope/worker';
import type { ModelFacts } from '@retinoscope/worker/card';
import { clamp } from '../../controllers/bounds.js';
import { shortened, significant } from '../../controllers/text.js';

export interface ModelUnits {
  /** Side of a square, µm. */
  readonly squareSize: number;
  /** Hz. */
  readonly frameRate: number;
  /** What contrast −1 and 1 are for the model. */
  readonly dark: number;
  readonly bright: number;
}

export type UnitName = keyof ModelUnits;

/** What is taken where neither the file nor a person says it. */
const assumed: ModelUnits = { squareSize: 50, frameRate: 30, dark: -1, bright: 1 };

export const unitRanges: Readonly<Record<UnitName, readonly [number, number]>> = {
  squareSize: [0.1, 10_000],
  frameRate: [0.1, 1000],
  dark: [-1e6, 1e6],
  bright: [-1e6, 1e6],
};

/** Units of the file, and `said` where it has none. */
export function unitsOf(facts: ModelFacts, said: Partial<ModelUnits> = {}): ModelUnits {
  const [dark, bright] = facts.stimulusValues ?? [said.dark, said.bright];
  return {
    squareSize: facts.squareSize ?? said.squareSize ?? assumed.squareSize,
    frameRate: facts.frameRate ?? said.frameRate ?? assumed.frameRate,
    dark: dark ?? assumed.dark,
    bright: bright ?? assumed.bright,
  };
}

/** The units that the file is silent about. */
export function silentUnits(facts: ModelFacts): readonly UnitName[] {
  return [
    ...(facts.squareSize === undefined ? (['squareSize'] as const) : []),
    ...(facts.frameRate === undefined ? (['frameRate'] as const) : []),
    ...(facts.stimulusValues === undefined ? (['dark', 'bright'] as const) : []),
  ];
}

export function gridOf({ grid }: ModelFacts, { squareSize, frameRate }: ModelUnits): StimulusGrid {
  return { height: grid.height, width: grid.width, squareSize, frameRate };
}

/** What contrast becomes, for a reader. */
export function unitsText(facts: ModelFacts, { dark, bright }: ModelUnits): string {
  const becomes = `Contrast −1 … 1 becomes ${significant(dark)} … ${significant(bright)}`;
  return facts.stimulusValues
    ? `${becomes}, the values that this model was trained on.`
    : `${becomes}; the file does not say what this model was trained on.`;
}

/** Whether the file says that its output is spikes per frame: only then it can be told in Hz and sampled. */
export function givesSpikes({ units, frameRate }: ModelFacts): boolean {
  return frameRate !== undefined && /spikes? per frame/i.test(units ?? '');
}

/** Factor from the model's unit to Hz; undefined where the file says none that is a rate. */
function toHertz(facts: ModelFacts): number | undefined {
  if (givesSpikes(facts)) return facts.frameRate;
  return /^(hz|spikes? ?(per|\/) ?s(ec(onds?)?)?)$/i.test(facts.units?.trim() ?? '')
    ? 1
    : undefined;
}

/** Factor from the unit of one model to that of another; undefined where there is none. */
export function unitFactor(from: ModelFacts, to: ModelFacts): number | undefined {
  const [given, wanted] = [toHertz(from), toHertz(to)];
  if (given !== undefined && wanted !== undefined) return given / wanted;
  return given === wanted && from.units === to.units ? 1 : undefined;
}

/** The unit that rates are shown in, and the factor from the model's own. */
export function shownUnit(facts: ModelFacts): { readonly unit: string; readonly factor: number } {
  if (givesSpikes(facts)) return { unit: 'Hz', factor: facts.frameRate ?? 1 };
  return { unit: shortened(facts.units ?? 'output of the model', 40), factor: 1 };
}

/** Numbers within their ranges, from anything. */
export function readUnits(value: unknown): Partial<ModelUnits> {
  if (typeof value !== 'object' || value === null) return {};
  const given = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(unitRanges).flatMap(([name, [low, high]]) => {
      const number = given[name];
      const isKnown = typeof number === 'number' && Number.isFinite(number);
      return isKnown ? [[name, clamp(number, low, high)]] : [];
    }),
  );
}
