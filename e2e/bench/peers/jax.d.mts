import type { Peer } from '../src/peer.js';

export declare const peer: Peer;
