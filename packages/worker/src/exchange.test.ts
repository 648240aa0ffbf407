/** Both exchanges and the meeting before them, over ports of one thread. */
import type { Exchange } from '@retinoscope/models';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { linkReplicas, type ReplicaLink } from './peers.js';
import { joinReplicas, type LinkedReplica } from './replica.js';

const joined: LinkedReplica[] = [];

afterEach(() => {
  vi.unstubAllGlobals();
  for (const replica of joined.splice(0)) replica.close();
});

function join(link: ReplicaLink, signal?: AbortSignal): LinkedReplica {
  const replica = joinReplicas(link, signal);
  joined.push(replica);
  return replica;
}

/** Replicas that have met. */
async function meet(count: number, length: number, sharedMemory: boolean): Promise<Exchange[]> {
  const replicas = linkReplicas(count, sharedMemory).map((link) => join(link));
  return Promise.all(replicas.map((replica) => replica.open(length)));
}

/** Float32 sum in the order of the rows. */
function reference(rows: readonly Float32Array[]): Float32Array {
  return rows[0].map((first, i) =>
    rows.slice(1).reduce((sum, row) => Math.fround(sum + row[i]), first),
  );
}

const kinds = [
  ['messages', false],
  ['shared memory', true],
] as const;

describe.each(kinds)('by %s', (kind, sharedMemory) => {
  test('all get the float32 sum in the order of the replicas, to the bit, and the sum of the scalars', async () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.array(
          fc.array(fc.array(number, { minLength: 6, maxLength: 6 }), {
            minLength: 4,
            maxLength: 4,
          }),
          { minLength: 1, maxLength: 3 },
        ),
        async (count, sums) => {
          const exchanges = await meet(count, 6, sharedMemory);
          expect(exchanges.map((exchange) => exchange.kind)).toEqual(Array(count).fill(kind));
          for (const [step, all] of sums.entries()) {
            const rows = all.slice(0, count).map((row) => Float32Array.from(row));
            const expected = reference(rows.map((row) => row.slice()));
            const scalars = await Promise.all(
              exchanges.map((exchange, i) => exchange.sum(rows[i], 0.1 * (i + 1) + step)),
            );
            const scalar = rows.reduce((sum, _, i) => sum + (0.1 * (i + 1) + step), 0);
            for (const row of rows) expect(row).toEqual(expected);
            expect(scalars).toEqual(Array(count).fill(scalar));
          }
        },
      ),
      { numRuns: sharedMemory ? 5 : 50 },
    );
  });

  test('sums of fewer values than were agreed on leave the rest alone', async () => {
    const [a, b] = await meet(2, 8, sharedMemory);
    const left = Float32Array.of(1, 2);
    const right = Float32Array.of(10, 20);
    await Promise.all([a.sum(left, 1), b.sum(right, 2)]);
    expect([left, right]).toEqual([Float32Array.of(11, 22), Float32Array.of(11, 22)]);
  });

  test('a replica that is cancelled while it waits stops waiting, and sums no more', async () => {
    const controller = new AbortController();
    const [first, second] = linkReplicas(2, sharedMemory);
    const waiting = join(first, controller.signal);
    const [exchange] = await Promise.all([waiting.open(4), join(second).open(4)]);
    const sum = exchange.sum(new Float32Array(4), 0);
    controller.abort();
    await expect(sum).rejects.toMatchObject({ kind: 'cancelled' });
    expect(() => exchange.sum(new Float32Array(4), 0)).toThrowError(/Cancelled/);
  });

  test('one that closes is no longer waited for by itself', async () => {
    const [first, second] = linkReplicas(2, sharedMemory).map((link) => join(link));
    const [exchange] = await Promise.all([first.open(4), second.open(4)]);
    const sum = exchange.sum(new Float32Array(4), 0);
    first.close();
    await expect(sum).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

test('by shared memory, the stop of one is told to those that wait for it', async () => {
  const [first, second] = linkReplicas(2, true).map((link) => join(link));
  const [exchange] = await Promise.all([first.open(4), second.open(4)]);
  const sum = exchange.sum(new Float32Array(4), 0);
  second.close();
  await expect(sum).rejects.toMatchObject({
    kind: 'cancelled',
    message: 'Another worker of this fit has stopped.',
  });
});

test('by shared memory, a sum for which all had arrived is had after one of them has closed', async () => {
  const [first, second] = linkReplicas(2, true).map((link) => join(link));
  const [a, b] = await Promise.all([first.open(1), second.open(1)]);
  const values = Float32Array.of(1);
  const sum = a.sum(values, 1);
  expect(b.sum(Float32Array.of(2), 2)).toBe(3);
  second.close();
  expect(await sum).toBe(3);
  expect(values).toEqual(Float32Array.of(3));
});

test('by shared memory, the last to come needs no promise', async () => {
  const [a, b] = await meet(2, 1, true);
  const early = a.sum(Float32Array.of(1), 1);
  expect(early).toBeInstanceOf(Promise);
  expect(b.sum(Float32Array.of(1), 1)).toBe(2);
  expect(await early).toBe(2);
});

test('a page that is not cross-origin isolated exchanges messages', async () => {
  vi.stubGlobal('crossOriginIsolated', false);
  const exchanges = await meet(2, 4, true);
  expect(exchanges.map(({ kind }) => kind)).toEqual(['messages', 'messages']);
});

test('replicas that opened different data do not start', async () => {
  const [first, second] = linkReplicas(2, false).map((link) => join(link));
  const opening = first.open(4);
  await expect(second.open(5)).rejects.toMatchObject({ kind: 'worker' });
  first.close();
  await expect(opening).rejects.toMatchObject({ kind: 'cancelled' });
});

test('a replica that is cancelled before the others have come does not wait for them', async () => {
  const [link] = linkReplicas(3, true);
  await expect(join(link, AbortSignal.abort()).open(4)).rejects.toMatchObject({
    kind: 'cancelled',
  });
});

/** A pair of ports that pass on the very objects, and note the buffers posted. */
function fakePorts(posted: Set<unknown>): [MessagePort, MessagePort] {
  const ends: { onmessage: ((event: { data: unknown }) => void) | null }[] = [0, 1].map(() => ({
    onmessage: null,
  }));
  const port = (own: number): MessagePort =>
    Object.assign(ends[own], {
      postMessage: (data: unknown, transfer: unknown[] = []) => {
        if (data instanceof ArrayBuffer) {
          expect(transfer).toEqual([data]);
          posted.add(data);
        }
        queueMicrotask(() => ends[1 - own].onmessage?.({ data }));
      },
      close: () => undefined,
    }) as unknown as MessagePort;
  return [port(0), port(1)];
}

describe('messages over ports that pass on the very buffers', () => {
  async function meetOver(posted: Set<unknown>): Promise<[Exchange, Exchange, MessagePort]> {
    const [a, b] = fakePorts(posted);
    const link = (index: number, port: MessagePort): ReplicaLink => ({
      index,
      count: 2,
      ports: [port],
      sharedMemory: false,
    });
    const [first, second] = await Promise.all([join(link(0, a)).open(3), join(link(1, b)).open(3)]);
    return [first, second, a];
  }

  test('100 sums move the same two buffers to and fro', async () => {
    const posted = new Set();
    const [first, second] = await meetOver(posted);
    for (let step = 0; step < 100; step++) {
      const values = new Float32Array(3).fill(step);
      await Promise.all([first.sum(values, 0), second.sum(new Float32Array(3).fill(1), 0)]);
      expect(values[2]).toBe(step + 1);
    }
    expect(posted.size).toBe(2);
  });

  test('a replica that is out of step is found out', async () => {
    const [first, , port] = await meetOver(new Set());
    const sum = first.sum(new Float32Array(3), 0);
    const wrong = new ArrayBuffer(16 + 12);
    new Float64Array(wrong, 0, 1)[0] = 7;
    port.onmessage?.({ data: wrong } as MessageEvent);
    await expect(sum).rejects.toMatchObject({
      kind: 'worker',
      message: expect.stringContaining('out of step'),
    });
  });

  test('a message that cannot be read ends the wait', async () => {
    const [first, , port] = await meetOver(new Set());
    const sum = first.sum(new Float32Array(3), 0);
    port.onmessageerror?.({} as MessageEvent);
    await expect(sum).rejects.toMatchObject({ kind: 'worker' });
  });
});
