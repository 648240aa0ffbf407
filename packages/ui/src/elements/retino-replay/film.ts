/**
 * A training as a film of its filters: one frame a snapshot, and in the end the filters that were kept. Says of each
 * frame what it is, so that none is taken for another. Pure.
 */
import type { FitResult } from '@retinoscope/worker';
import type { SessionState } from '../../controllers/session.js';
import type { Snapshot } from '../../controllers/snapshots.js';
import { significant } from '../../controllers/text.js';
import { symmetricLimit } from '../../plots/diverging.js';
import { formatCount } from '../../plots/numbers.js';

export interface Frame {
  readonly step: number;
  /** Since the training started. */
  readonly seconds: number;
  /** `fitted`: the filters of the result. */
  readonly kind: 'snapshot' | 'fitted';
  /** Training loss of a snapshot, validation loss of the fitted filters. */
  readonly loss: number;
  /** Spatial maps `[filter][y, x]`. */
  readonly maps: readonly Float32Array[];
}

export interface Film {
  readonly frames: readonly [Frame, ...Frame[]];
  /** Of the whole training. */
  readonly steps: number;
  /** The training goes on, and with it the film. */
  readonly live: boolean;
  /** Squares of a map. */
  readonly height: number;
  readonly width: number;
  /** Largest weight of all frames: one scale for the whole film. */
  readonly limit: number;
}

/** Seconds that a whole training takes at speed 1. */
const wholeSeconds = 8;

export const speeds = [0.5, 1, 2, 4] as const;
export type Speed = (typeof speeds)[number];

/** `text` if it is a speed, else 1. */
export function validSpeed(text: string | undefined): Speed {
  return speeds.find((speed) => String(speed) === text) ?? 1;
}

/** Undefined before there is anything to see. */
export function filmOf(state: SessionState): Film | undefined {
  const { activity, fit, fitRequest, snapshots } = state;
  const live = activity === 'training' || activity === 'paused';
  const layer = fitRequest?.layers[0];
  const last = live || !fit ? undefined : fittedFrame(fit);
  const taken = last ? turned(snapshots, last.maps) : snapshots;
  const [first, ...rest]: Frame[] = [
    ...taken.map(
      ({ step, seconds, loss, filters }): Frame => ({
        step,
        seconds,
        loss,
        maps: filters,
        kind: 'snapshot',
      }),
    ),
    ...(last ? [last] : []),
  ];
  if (!layer || !first) return undefined;
  return {
    frames: [first, ...rest],
    steps: fit && !live ? fit.steps : fitRequest.settings.steps,
    live,
    height: layer.height,
    width: layer.width,
    limit: Math.max(...[first, ...rest].map(({ maps }) => limitOf(maps))),
  };
}

/** Known limits, as the film is made anew with every snapshot. */
const limits = new WeakMap<readonly Float32Array[], number>();

function limitOf(maps: readonly Float32Array[]): number {
  const limit = limits.get(maps) ?? symmetricLimit(maps);
  limits.set(maps, limit);
  return limit;
}

function fittedFrame({ filters, history, steps, seconds, validationLoss }: FitResult): Frame {
  const best = history.find((point) => point.validationLoss === validationLoss)?.step ?? steps;
  return {
    step: best,
    seconds: (seconds * best) / Math.max(steps, 1),
    kind: 'fitted',
    loss: validationLoss,
    maps: filters.map(({ spatial }) => spatial),
  };
}

/** A fitted filter has the sign of its effect, a snapshot that of its weights: each snapshot is given the former. */
function turned(
  snapshots: readonly Snapshot[],
  fitted: readonly Float32Array[],
): readonly Snapshot[] {
  const last = snapshots.at(-1);
  if (!last) return snapshots;
  const opposed = last.filters.map((map, i) => dot(map, fitted[i]) < 0);
  if (!opposed.includes(true)) return snapshots;
  return snapshots.map((snapshot) => ({
    ...snapshot,
    filters: snapshot.filters.map((map, i) => (opposed[i] ? map.map((value) => -value) : map)),
  }));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Index of the frame at `step` of the film; the last frame where there is no step. */
export function frameAt({ frames }: Film, step: number | undefined): number {
  if (step === undefined) return frames.length - 1;
  const later = frames.findIndex((frame) => frame.kind === 'fitted' || frame.step > step);
  return later < 0 ? frames.length - 1 : Math.max(0, later - 1);
}

/** The step that is reached from `step` after `seconds` of playing; undefined at the end of the film. */
export function played(
  { frames }: Film,
  step: number,
  seconds: number,
  speed: Speed,
): number | undefined {
  const last = frames.findLast(({ kind }) => kind === 'snapshot')?.step ?? 0;
  const reached = step + ((last - frames[0].step) * seconds * speed) / wholeSeconds;
  return reached >= last ? undefined : reached;
}

/** What a frame is, with its step and its loss: the latest of a training, one shown again, or the result. */
export function frameText(film: Film, index: number): string {
  const { kind, step, loss } = film.frames[index];
  const at = `step ${formatCount(step)} of ${formatCount(film.steps)}`;
  if (kind === 'fitted') {
    return `Fitted filters, ${at}: validation loss ${significant(loss)}`;
  }
  const latest = film.live && index === film.frames.length - 1;
  return `${latest ? 'In training' : 'Replay'}, ${at}: training loss ${significant(loss)}`;
}
