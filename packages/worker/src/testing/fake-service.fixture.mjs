/**
 * A worker thread that serves a service without science, for tests of the boundary. What `describe` does is said
 * by the source's `manifest`; the other calls return what tells the two sides of a transfer apart.
 */
import { parentPort, threadId } from 'node:worker_threads';
import { RetinoscopeError } from '@retinoscope/core-wasm';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { serve } from '../../dist/serve.js';

const kept = { counts: new Float32Array([1, 2, 3]) };
let lastExport = new Uint8Array(0);
let paused = false;
let configured;
let fits = 0;

const behaviours = {
  configured: async () => ({ name: configured?.wasm }),
  name: async (source) => ({ name: source.files[0]?.name ?? 'none', frameRate: threadId }),
  async progress(_, { onProgress }) {
    for (let i = 1; i <= 20; i++) onProgress?.({ kind: 'work', done: i / 20, what: 'counting' });
    return { name: 'counted' };
  },
  async refuse() {
    throw new RetinoscopeError(
      'data',
      'Cell 3 has no spikes. Choose one of the others.',
      { field: 'cell', found: 3, check: () => true },
      { cause: new TypeError('inner') },
    );
  },
  async fail() {
    null.property;
  },
  async exhaust() {
    throw new RangeError('Array buffer allocation failed');
  },
  cooperative: (_, { signal, onProgress }) =>
    new Promise((_, reject) => {
      onProgress?.({ kind: 'work', done: 0, what: 'waiting' });
      signal.addEventListener('abort', () =>
        reject(new RetinoscopeError('cancelled', 'Cancelled.')),
      );
    }),
  hang: (_, { onProgress }) => {
    onProgress?.({ kind: 'work', done: 0, what: 'hanging' });
    return new Promise(() => {});
  },
  block: async (_, { onProgress }) => {
    onProgress?.({ kind: 'work', done: 0, what: 'blocking' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (;;);
  },
  slow: () =>
    new Promise((resolve) => setTimeout(resolve, 300, { name: 'slow', frameRate: threadId })),
  crash: () => {
    setTimeout(() => {
      throw new Error('planted crash');
    });
    return new Promise(() => {});
  },
  exit: () => {
    setTimeout(() => process.exit(7));
    return new Promise(() => {});
  },
  unpostable: async () => ({ name: () => 'a function' }),
  key: async (_, { sourceKey }) => ({ name: String(sourceKey) }),
};

serve(
  {
    describe: (source, call) => behaviours[source.manifest](source, call),
    async predict() {
      return kept.counts;
    },
    async exportOnnx() {
      lastExport = new Uint8Array(1024).fill(7);
      return lastExport;
    },
    async inspect() {
      return { name: 'last export', bytes: lastExport.buffer.byteLength };
    },
    async readArray() {
      const memory = new WebAssembly.Memory({ initial: 2 });
      const view = new Float32Array(memory.buffer, 16, 4).fill(0.5);
      return { shape: [4], data: view };
    },
    async fit(request, { signal, onProgress }) {
      const { seed } = request.settings;
      fits++;
      try {
        for (let step = 1; step <= 3; step++) {
          do await new Promise((resolve) => setTimeout(resolve, 5));
          while (paused && !signal.aborted);
          if (signal.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
          onProgress?.({
            kind: 'training',
            restart: 0,
            step,
            steps: 3,
            seconds: step,
            secondsLeft: 3 - step,
            samplesPerSecond: 10,
            loss: 1,
            paused,
          });
        }
        if (seed === 13) throw new RetinoscopeError('data', 'Seed 13 diverged.');
        return {
          validationLoss: seed === 99 ? Number.NaN : Math.abs(seed - 5.2),
          model: { provenance: { seed } },
          steps: threadId,
        };
      } finally {
        fits--;
      }
    },
    async control(command) {
      paused = command === 'pause';
      return fits > 0;
    },
  },
  nodeEndpoint(parentPort),
  {
    kept: () => kept,
    configure: (onnx) => {
      if (onnx.threads === 0) throw new RetinoscopeError('settings', 'No threads.');
      configured = onnx;
    },
  },
);
