import {
  type Experiment,
  type FitResult,
  RetinoscopeError,
  type ServicePool,
  type StoredRun,
  trainingPresets,
} from '@retinoscope/worker';
import { beforeEach, expect, test } from 'vitest';
import { ExperimentRunner } from './experiment-runner.js';

const keys = ['a', 'b', 'c', 'd'];

function experimentOf(id: string): Experiment {
  return {
    id,
    title: id,
    paper: '',
    differs: '',
    recordable: false,
    runs: () =>
      keys.map((key, i) => ({
        key: `${id}-${key}`,
        factors: { index: i },
        request: {
          source: { kind: 'simulated', cell: 'paper', frames: 1, testFrames: 0, seed: 1 },
          cell: 0,
          version: 1,
          layers: [],
          head: 'softplus',
          settings: { ...trainingPresets.recovery, seed: i },
        },
      })),
    claims: (rows) => [{ says: 'all', found: `${rows.length}`, holds: true, required: true }],
    panels: () => [],
  };
}

const first = experimentOf('first');
const second = experimentOf('second');
const setting = { size: 'glance' } as const;

let stores: Map<string, Map<string, StoredRun>>;
let fitted: number[];
/** Fits end only when they are let go. */
let waiting: (() => void)[];
let controls: string[];
let ended: number;
let failing: boolean;
let described: number;

beforeEach(() => {
  stores = new Map();
  fitted = [];
  waiting = [];
  controls = [];
  ended = 0;
  failing = false;
  described = 0;
});

function runnerOf(): ExperimentRunner {
  const pool = {
    size: 1,
    async fitRestarts({ settings: { seed } }, call) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        call?.signal?.addEventListener('abort', () =>
          reject(new RetinoscopeError('cancelled', 'Cancelled.')),
        );
      });
      if (failing) throw new RetinoscopeError('data', 'No spikes.');
      fitted.push(seed);
      return { model: { provenance: { seed } } } as FitResult;
    },
    measure: async ({ result }) => ({
      measures: { seed: result.model.provenance.seed },
      drawn: {},
    }),
    describe: async () => {
      described++;
      throw new RetinoscopeError('manifest', 'No such file.');
    },
    control: async (command) => {
      controls.push(command);
      return true;
    },
    terminate: () => {
      ended++;
    },
  } satisfies Partial<ServicePool> as unknown as ServicePool;
  return new ExperimentRunner({
    createPool: () => pool,
    store: async (part) => {
      const kept = stores.get(part) ?? new Map<string, StoredRun>();
      stores.set(part, kept);
      return {
        lasting: true,
        read: async (key) => kept.get(key),
        write: async (key, stored) => void kept.set(key, stored),
        remove: async (key) => void kept.delete(key),
      };
    },
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Lets `count` fits end, one after the other. */
async function letEnd(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    while (waiting.length === 0) await settled();
    waiting.shift()?.();
    await settled();
  }
}

test('rows come in as runs end; cancelled and shown again, what is stored is there and is not run again', async () => {
  const runner = runnerOf();
  await runner.show(first, setting);
  expect(runner.state).toMatchObject({ activity: 'idle', complete: false });
  void runner.start();
  await letEnd(2);
  expect(runner.state).toMatchObject({ activity: 'running', complete: false });
  expect(runner.state?.table.rows).toHaveLength(2);
  runner.cancel();
  await settled();
  expect(runner.state).toMatchObject({ activity: 'idle', complete: false });
  expect(runner.state?.error).toBeUndefined();
  expect(ended).toBe(1);

  waiting = [];
  const again = runnerOf();
  await again.show(first, setting);
  expect(again.state?.table.rows).toHaveLength(2);
  const whole = again.start();
  await letEnd(2);
  await whole;
  expect(again.state).toMatchObject({ activity: 'idle', complete: true });
  expect(fitted).toEqual([0, 1, 2, 3]);
});

test('another experiment that is shown cancels the first, whose rows do not come into it', async () => {
  const runner = runnerOf();
  await runner.show(first, setting);
  void runner.start();
  await letEnd(1);
  await runner.show(second, setting);
  await settled();
  expect(runner.state).toMatchObject({ activity: 'idle', complete: false });
  expect(runner.state?.table).toMatchObject({ experiment: 'second', rows: [] });
  await runner.show(first, setting);
  expect(runner.state?.table.rows).toHaveLength(1);
});

test('a pause reaches the fits, and no other begins until it goes on', async () => {
  const runner = runnerOf();
  await runner.show(first, setting);
  const whole = runner.start();
  await letEnd(1);
  runner.pause();
  expect(runner.state?.activity).toBe('paused');
  await letEnd(1);
  await settled();
  expect(waiting).toHaveLength(0);
  runner.resume();
  await letEnd(2);
  await whole;
  expect(controls).toEqual(['pause', 'resume']);
  expect(runner.state?.complete).toBe(true);
});

test('a failure is said, what was finished stays, and the next start goes on', async () => {
  const runner = runnerOf();
  await runner.show(first, setting);
  const whole = runner.start();
  await letEnd(1);
  failing = true;
  await letEnd(1);
  await whole;
  expect(runner.state).toMatchObject({ activity: 'idle', error: { kind: 'data' } });
  expect(runner.state?.table.rows).toHaveLength(1);
  failing = false;
  const rest = runner.start();
  await letEnd(3);
  await rest;
  expect(runner.state).toMatchObject({ complete: true });
  expect(runner.state?.error).toBeUndefined();
});

test('what is forgotten is gone, other experiments excepted, and comes back when that is undone', async () => {
  const runner = runnerOf();
  for (const experiment of [second, first]) {
    await runner.show(experiment, setting);
    const whole = runner.start();
    await letEnd(4);
    await whole;
  }
  const before = runner.state?.table;
  await runner.forget();
  expect(runner.state).toMatchObject({ activity: 'idle', complete: false, canUndo: true });
  expect(runner.state?.table.rows).toEqual([]);
  await runner.undo();
  expect(runner.state).toMatchObject({ activity: 'idle', complete: true, canUndo: false });
  expect(runner.state?.table).toEqual(before);
  await runner.forget();
  await runner.show(second, setting);
  expect(runner.state).toMatchObject({ complete: true, canUndo: false });
});

test('cells of a recording that cannot be located are an error, which the next start tries again', async () => {
  const runner = runnerOf();
  const recording = { kind: 'recording', manifest: {}, files: [] } as const;
  await runner.show(first, setting, recording);
  expect(runner.state).toMatchObject({ activity: 'idle', error: { kind: 'manifest' } });
  expect(runner.state?.located).toBeUndefined();
  expect(described).toBe(1);
  await runner.start();
  expect(described).toBe(2);
  expect(fitted).toEqual([]);
});
