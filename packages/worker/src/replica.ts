/**
 * One replica's way to the others of its fit: they meet once their data are ready, and replica 0 decides for all
 * whether sums are taken in a shared memory or by messages. Promises that every replica is told when this one ends.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { Exchange, Replica } from '@retinoscope/models';
import { MessageExchange } from './message-exchange.js';
import { Peers, type ReplicaLink } from './peers.js';
import { canShareMemory, SharedExchange, sharedMemory } from './shared-exchange.js';

/** What replica 0 says to each other one, which answers the same. */
interface Meeting {
  /** Values summed at the most: the same in all, as their data are. */
  readonly length: number;
  readonly memory?: SharedArrayBuffer;
}

export interface LinkedReplica extends Replica {
  /** To be called however the fit ends. */
  close(): void;
}

export function joinReplicas(link: ReplicaLink, signal?: AbortSignal): LinkedReplica {
  const peers = new Peers(link, signal);
  const { index, count } = peers;
  let shared: SharedExchange | undefined;

  const invite = async (length: number): Promise<Meeting> => {
    const memory = link.sharedMemory && canShareMemory() ? sharedMemory(count, length) : undefined;
    const meeting: Meeting = { length, memory };
    for (const other of peers.others) peers.send(other, meeting);
    for (const other of peers.others) await peers.receive(other);
    return meeting;
  };
  const join = async (length: number): Promise<Meeting> => {
    const meeting = (await peers.receive(0)) as Meeting;
    if (meeting.length !== length) throw differ(meeting.length, length);
    peers.send(0, 'here');
    return meeting;
  };

  return {
    index,
    count,
    async open(length): Promise<Exchange> {
      const { memory } = await (index === 0 ? invite(length) : join(length));
      if (!memory) return new MessageExchange(peers, length);
      shared = new SharedExchange(peers, memory, length);
      return shared;
    },
    close() {
      shared?.stop();
      peers.close();
    },
  };
}

function differ(expected: number, found: number): RetinoscopeError {
  return new RetinoscopeError(
    'worker',
    `The workers of this fit opened different data (${expected} and ${found} values). Start it again.`,
    { expected, found },
  );
}
