import { Worker } from 'node:worker_threads';
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { DatasetSource, FittedModel } from '@retinoscope/models';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ClientOptions, createClient, type ServiceClient } from './client.js';
import { handleOf } from './spawn-node.js';

const script = new URL('./testing/fake-service.fixture.mjs', import.meta.url);
const model = {} as FittedModel;
const threads: Worker[] = [];
const clients: ServiceClient[] = [];

function client(options: ClientOptions = { cancelGrace: 150 }, url = script): ServiceClient {
  const made = createClient(() => {
    const thread = new Worker(url, { stderr: true });
    threads.push(thread);
    return handleOf(thread);
  }, options);
  clients.push(made);
  return made;
}

/** A source whose manifest names what the fake service shall do. */
function source(manifest: string): DatasetSource {
  return { kind: 'recording', manifest, files: [{ name: 'cells.mat', path: 'cells.mat' }] };
}

/** A promise's rejection; fails when it fulfils. */
async function rejection(promise: Promise<unknown>): Promise<RetinoscopeError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(RetinoscopeError);
  return thrown as RetinoscopeError;
}

/** Resolves once the call `start` makes has reported progress, with the call. */
async function underWay(
  start: (onProgress: () => void) => Promise<unknown>,
): Promise<{ promise: Promise<unknown> }> {
  let promise: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    promise = start(resolve);
    promise.catch(() => undefined);
  });
  return { promise };
}

function openPorts(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
}

afterEach(async () => {
  for (const made of clients.splice(0)) made.terminate();
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

describe('a client', () => {
  test('starts no worker before the first call, and one worker for several', async () => {
    const service = client();
    expect(threads).toHaveLength(0);
    const [a, b] = await Promise.all([
      service.describe(source('name')),
      service.describe(source('name')),
    ]);
    const c = await service.describe(source('name'));
    expect([a.name, b.name, c.name]).toEqual(['cells.mat', 'cells.mat', 'cells.mat']);
    expect(threads).toHaveLength(1);
  });

  test('rejects calls when the worker fails before it is ready', async () => {
    const failing = client(
      { cancelGrace: 150 },
      new URL('./testing/not-a-worker.fixture.mjs', import.meta.url),
    );
    const error = await rejection(failing.describe(source('name')));
    expect(error.kind).toBe('worker');
    expect(error.message).toContain('planted failure to start');
  });

  test('rejects calls when no worker can be made', async () => {
    const unable = createClient(() => {
      throw new Error('SecurityError');
    });
    const error = await rejection(unable.describe(source('name')));
    expect(error.kind).toBe('worker');
    expect(error.message).toContain('could not be started');
    expect(unable.pending).toBe(0);
  });

  test('delivers all progress, in order, before the result', async () => {
    const service = client();
    const heard: number[] = [];
    await service.describe(source('progress'), { onProgress: ({ done }) => heard.push(done) });
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) / 20));
  });

  test('tells each new worker where ONNX Runtime is, before the first call', async () => {
    const service = client({ onnx: { wasm: new URL('https://example.org/ort.wasm') } });
    const asked = () => service.describe(source('configured'));
    expect((await asked()).name).toBe('https://example.org/ort.wasm');
    service.terminate();
    expect((await asked()).name).toBe('https://example.org/ort.wasm');
    const refused = client({ onnx: { threads: 0 } }).describe(source('name'));
    expect((await rejection(refused)).kind).toBe('settings');
  });

  test('sends a key by which the same Blob, and no other of its size, is known again', async () => {
    const service = client();
    const blob = new Blob(['abc']);
    const of = (given: Blob): DatasetSource => ({
      kind: 'recording',
      manifest: 'key',
      files: [{ name: 'f', blob: given }],
    });
    const [first, again, other] = await Promise.all(
      [blob, blob, new Blob(['abd'])].map((given) => service.describe(of(given))),
    );
    expect(first.name).toBe(again.name);
    expect(first.name).not.toBe(other.name);
  });
});

describe('errors', () => {
  test('keep kind, message, detail and cause', async () => {
    const error = await rejection(client().describe(source('refuse')));
    expect(error.kind).toBe('data');
    expect(error.message).toBe('Cell 3 has no spikes. Choose one of the others.');
    expect(error.detail).toMatchObject({ field: 'cell', found: 3 });
    expect(typeof error.detail.check).toBe('string');
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'inner' });
  });

  test('of any other class become errors of the worker, and failed allocations of memory', async () => {
    const service = client();
    const failed = await rejection(service.describe(source('fail')));
    expect(failed.kind).toBe('worker');
    expect(failed.detail.name).toBe('TypeError');
    expect((await rejection(service.describe(source('exhaust')))).kind).toBe('memory');
  });

  test('are given for results and requests that cannot be posted', async () => {
    const service = client();
    expect((await rejection(service.describe(source('unpostable')))).kind).toBe('worker');
    const request = { ...source('name'), check: () => true };
    expect((await rejection(service.describe(request))).kind).toBe('worker');
    expect(service.pending).toBe(0);
  });
});

describe('transfer', () => {
  test('moves a result: nothing is left in the worker', async () => {
    const service = client();
    const bytes = await service.exportOnnx(model, 'frames');
    expect(bytes).toEqual(new Uint8Array(1024).fill(7));
    const left = await service.inspect({ name: 'any', path: 'any' });
    expect(left.bytes).toBe(0);
  });

  test('copies what the service keeps', async () => {
    const service = client();
    const request = { model, source: source('name'), part: 'test' } as const;
    await service.predict(request);
    expect(await service.predict(request)).toEqual(new Float32Array([1, 2, 3]));
  });

  test('posts of a WebAssembly memory only the view', async () => {
    const { data } = await client().readArray({ name: 'any', path: 'any' });
    expect(data).toEqual(new Float32Array(4).fill(0.5));
    expect(data.buffer.byteLength).toBe(16);
  });
});

describe('cancellation', () => {
  test('before the call starts no worker', async () => {
    const service = client();
    const signal = AbortSignal.abort();
    expect((await rejection(service.describe(source('name'), { signal }))).kind).toBe('cancelled');
    expect(threads).toHaveLength(0);
  });

  test('reaches the running call, and the worker goes on', async () => {
    const service = client();
    const controller = new AbortController();
    const { promise } = await underWay((onProgress) =>
      service.describe(source('cooperative'), { signal: controller.signal, onProgress }),
    );
    controller.abort();
    expect((await rejection(promise)).kind).toBe('cancelled');
    await service.describe(source('name'));
    expect(threads).toHaveLength(1);
  });

  test.each(['hang', 'block'])(
    'ends a worker that does not heed it (%s), and the next call starts a new one',
    async (how) => {
      const service = client();
      const controller = new AbortController();
      const { promise } = await underWay((onProgress) =>
        service.describe(source(how), { signal: controller.signal, onProgress }),
      );
      controller.abort();
      expect((await rejection(promise)).kind).toBe('cancelled');
      expect((await service.describe(source('name'))).name).toBe('cells.mat');
      expect(threads).toHaveLength(2);
    },
  );

  test('of a call that does not heed it lets the others start over', async () => {
    const service = client();
    const controller = new AbortController();
    const hanging = await underWay((onProgress) =>
      service.describe(source('hang'), { signal: controller.signal, onProgress }),
    );
    const other = service.describe(source('slow'));
    controller.abort();
    expect((await rejection(hanging.promise)).kind).toBe('cancelled');
    expect((await other).name).toBe('slow');
    expect(threads).toHaveLength(2);
  });

  test('follows an exception of the progress listener, which rejects the call', async () => {
    const onProgress = () => {
      throw new RetinoscopeError('settings', 'Planted.');
    };
    const call = client().describe(source('cooperative'), { onProgress });
    expect((await rejection(call)).message).toBe('Planted.');
  });
});

describe('a crash', () => {
  test.each(['crash', 'exit'])(
    'by %s rejects all that is pending, and a restart works',
    async (how) => {
      const service = client();
      const heard = vi.fn();
      const stop = service.onCrash(heard);
      const errors = await Promise.all([
        rejection(service.describe(source('hang'))),
        rejection(service.describe(source(how))),
      ]);
      expect(errors.map(({ kind }) => kind)).toEqual(['worker', 'worker']);
      expect(heard).toHaveBeenCalledTimes(1);
      expect((await service.describe(source('name'))).name).toBe('cells.mat');
      expect(threads).toHaveLength(2);
      stop();
      await rejection(service.describe(source(how)));
      expect(heard).toHaveBeenCalledTimes(1);
    },
  );
});

describe('terminate', () => {
  test('rejects all that is pending, and the next call starts a new worker', async () => {
    const service = client();
    const { promise } = await underWay((onProgress) =>
      service.describe(source('hang'), { onProgress }),
    );
    const early = service.describe(source('name'));
    service.terminate();
    expect((await rejection(promise)).kind).toBe('worker');
    expect((await rejection(early)).kind).toBe('worker');
    await service.describe(source('name'));
    expect(threads).toHaveLength(2);
  });

  test('leaves no listener, no port and no pending call behind', async () => {
    const ports = openPorts();
    const service = client();
    const onProgress = () => undefined;
    for (let i = 0; i < 3; i++) await service.describe(source('progress'), { onProgress });
    expect(threads[0].listenerCount('message')).toBe(1);
    const { promise } = await underWay((report) =>
      service.describe(source('hang'), { onProgress: report }),
    );
    expect(openPorts()).toBeGreaterThan(ports);
    service.terminate();
    await rejection(promise);
    expect(service.pending).toBe(0);
    expect(threads[0].listenerCount('message')).toBe(0);
    await vi.waitFor(() => {
      expect(threads[0].listenerCount('exit')).toBe(0);
      expect(openPorts()).toBe(ports);
    });
  });
});

test('control answers false without starting a worker', async () => {
  expect(await client().control('pause')).toBe(false);
  expect(threads).toHaveLength(0);
});
