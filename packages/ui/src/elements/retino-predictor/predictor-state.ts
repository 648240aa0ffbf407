/**
 * What a reader chose, as the text of a link: base64url of JSON. Promises that whatever the text holds, only valid
 * choices come out.
 */
import type { FactChoices } from '@retinoscope/worker/card';
import { readChoices } from './model-choices.js';
import { type ModelUnits, readUnits } from './model-units.js';
import { readStimulusState, type StimulusState } from './stimulus/stimulus-state.js';

export interface PredictorState {
  readonly stimulus?: StimulusState;
  /** Units that the file is silent about. */
  readonly units: Partial<ModelUnits>;
  /** What its input is, where the file leaves that open. */
  readonly choices: FactChoices;
  /** Which of the model's outputs, 0-based. */
  readonly output: number;
}

/** Characters of a text that are read. */
export const mostStateCharacters = 60_000;
const mostOutputs = 100_000;

export function writePredictorState(state: PredictorState): string {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

export function readPredictorState(text: string | null | undefined): PredictorState {
  const given = parsed(text);
  const { output } = given;
  const stimulus = readStimulusState(given.stimulus);
  const isOutput = typeof output === 'number' && Number.isInteger(output) && output >= 0;
  return {
    ...(stimulus && { stimulus }),
    units: readUnits(given.units),
    choices: readChoices(given.choices),
    output: isOutput && output < mostOutputs ? output : 0,
  };
}

function parsed(text: string | null | undefined): Record<string, unknown> {
  if (!text || text.length > mostStateCharacters) return {};
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
