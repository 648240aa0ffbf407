/**
 * What makes a stimulus, as plain data for a link. A picture or a film is not in it, only where it was placed.
 * Pure. Promises that whatever is read, only valid numbers come out.
 */
import {
  type Placement,
  type Presentation,
  type StimulusSpec,
  stimulusKinds,
  validStimulusSpec,
} from '@retinoscope/worker';
import { clamp } from '../../../controllers/bounds.js';
import { mostDrawingCharacters } from './drawing.js';

export type StimulusSource = 'generated' | 'picture' | 'film' | 'drawing';

export interface StimulusState {
  readonly source: StimulusSource;
  readonly spec: StimulusSpec;
  readonly presentation: Presentation;
  /** Of a picture or a film. */
  readonly placement?: Placement;
  /** Text of a `Drawing`. */
  readonly drawing?: string;
}

const sources: readonly StimulusSource[] = ['generated', 'picture', 'film', 'drawing'];

/** ms of each part of a presentation, at the most. */
export const longestPart = 5000;
/** ms that a picture is on, at the least. */
export const shortestOn = 10;

const initialPresentation: Presentation = { before: 500, on: 500, after: 500 };

/** The first kind of stimulus that is generated, as it is at first. */
export function initialState(): StimulusState {
  return {
    source: 'generated',
    spec: initialSpec(stimulusKinds[0].kind),
    presentation: initialPresentation,
  };
}

/** Every parameter of `kind` as it is at first. */
export function initialSpec(kind: StimulusSpec['kind']): StimulusSpec {
  const parameters = stimulusKinds.find((info) => info.kind === kind)?.parameters ?? [];
  return {
    kind,
    values: Object.fromEntries(parameters.map(({ name, initial }) => [name, initial])),
  };
}

/**
 * A state from anything: undefined where no source of a stimulus is named. What is missing or no number is as it is at
 * first, numbers are brought within their ranges, and a placement that is not whole is left out.
 */
export function readStimulusState(value: unknown): StimulusState | undefined {
  const given = entriesOf(value);
  const source = sources.find((name) => name === given.source);
  if (!source) return undefined;
  const first = initialState();
  const presentation = entriesOf(given.presentation);
  const { drawing } = given;
  const placement = validPlacement(given.placement);
  return {
    source,
    spec: validStimulusSpec(given.spec) ?? first.spec,
    presentation: {
      before: within(presentation.before, 0, longestPart) ?? initialPresentation.before,
      on: within(presentation.on, shortestOn, longestPart) ?? initialPresentation.on,
      after: within(presentation.after, 0, longestPart) ?? initialPresentation.after,
    },
    ...(placement && { placement }),
    ...(typeof drawing === 'string' && drawing.length <= mostDrawingCharacters && { drawing }),
  };
}

function validPlacement(value: unknown): Placement | undefined {
  const given = entriesOf(value);
  const x = within(given.x, -1e5, 1e5);
  const y = within(given.y, -1e5, 1e5);
  const pixelSize = within(given.pixelSize, 1e-3, 1e5);
  if (x === undefined || y === undefined || pixelSize === undefined) return undefined;
  return {
    x,
    y,
    pixelSize,
    contrast: within(given.contrast, 0, 4) ?? 1,
    polarity: given.polarity === -1 ? -1 : 1,
    meanGrey: within(given.meanGrey, 0, 1) ?? 0.5,
  };
}

function within(value: unknown, low: number, high: number): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? clamp(value, low, high) : undefined;
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
