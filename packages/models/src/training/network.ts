/** From an architecture to the network that the engine trains. */
import type { NetworkShape } from '@retinoscope/core-wasm';
import type { Architecture } from '../architecture/index.js';
import { RetinoscopeError } from '../errors.js';

/** Version I's movie is filtered in time beforehand, so its network sees one channel. */
export function networkShape(architecture: Architecture): NetworkShape {
  const { version, lags, height, width, layers, head } = architecture;
  return { lags: version === 1 ? 1 : lags, height, width, layers, head };
}

/** The network while it is trained: its first layer is separable when the architecture has a rank. */
export function trainingShape(architecture: Architecture): NetworkShape {
  const shape = networkShape(architecture);
  const { rank, version } = architecture;
  if (rank !== undefined && version === 1) {
    throw new RetinoscopeError(
      'settings',
      'Version I has one temporal filter for all, and no rank; Version II can be separable.',
      { rank },
    );
  }
  return rank === undefined ? shape : { ...shape, rank };
}
