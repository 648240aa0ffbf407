/** The other libraries, loaded when they are asked for: they are installed on demand. */
import type { Peer } from './peer.js';
import { alone } from './shared-memory.js';

export async function loadPeers(): Promise<Peer[]> {
  const modules = await alone(() =>
    Promise.all([import('../peers/tensorflow.mjs'), import('../peers/jax.mjs')]),
  );
  return modules.map(({ peer }) => peer);
}
