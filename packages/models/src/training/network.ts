/** From an architecture to the network that the engine trains. */
import type { NetworkShape } from '@retinoscope/core-wasm';
import type { Architecture } from '../architecture/index.js';

/** Version I's movie is filtered in time beforehand, so its network sees one channel. */
export function networkShape(architecture: Architecture): NetworkShape {
  const { version, lags, height, width, layers, head } = architecture;
  return { lags: version === 1 ? 1 : lags, height, width, layers, head };
}
