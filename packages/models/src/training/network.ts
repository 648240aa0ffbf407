/** From an architecture to the network that the engine trains. */
import { multiplyOut, type NetworkParameters, type NetworkShape } from '@retinoscope/core-wasm';
import type { Architecture } from '../architecture/index.js';
import { RetinoscopeError } from '../errors.js';

/** Version I's movie is filtered in time beforehand, so its network sees one channel. */
export function networkShape(architecture: Architecture): NetworkShape {
  const { version, lags, height, width, layers, head } = architecture;
  return { lags: version === 1 ? 1 : lags, height, width, layers, head };
}

/**
 * The network while it is trained: its first layer is separable when the architecture has a rank; Version I of rank 1
 * learns the temporal filter that all its filters share.
 */
export function trainingShape(architecture: Architecture): NetworkShape {
  const shape = networkShape(architecture);
  const { rank, version, lags } = architecture;
  if (version === 1 && rank === 1) return { ...shape, lags, rank, sharedProfile: true };
  if (rank !== undefined && version === 1) {
    throw new RetinoscopeError(
      'settings',
      `Version I of rank ${rank}: it has one temporal filter for all, given (no rank) or learned (rank 1); Version II can be separable of any rank.`,
      { rank },
    );
  }
  return rank === undefined ? shape : { ...shape, rank };
}

/** What was trained as `trainingShape`, as the parameters of `networkShape`, with the temporal filter that was learned. */
export function trainedParameters(
  architecture: Architecture,
  trained: NetworkParameters,
): { readonly parameters: NetworkParameters; readonly temporalFilter?: Float32Array } {
  const shape = trainingShape(architecture);
  const { temporal, ...others } = trained;
  if (!shape.sharedProfile || !temporal) return { parameters: multiplyOut(shape, trained) };
  const profile = temporal.slice(0, shape.lags);
  const norm = Math.hypot(...profile) || 1;
  const [first, ...later] = trained.layers;
  const weights = first.weights.map((value) => value * norm);
  return {
    parameters: { ...others, layers: [{ ...first, weights }, ...later] },
    temporalFilter: profile.map((value) => value / norm),
  };
}
