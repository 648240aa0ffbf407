import {
  type Experiment,
  type ExperimentRow,
  type ExperimentSetting,
  type Found,
  RetinoscopeError,
  trainingPresets,
} from '@retinoscope/models';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  ExperimentPause,
  type ExperimentProgress,
  memoryStore,
  type RunStore,
  runExperiment,
  type StoredRun,
} from './experiment.js';
import type {
  FitProgress,
  FitRequest,
  FitResult,
  MeasureRequest,
  TrainingControl,
} from './protocol.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const quick: ExperimentSetting = { size: 'quick' };

/** Runs that differ by their seed; what is measured of one is twice its seed. */
const experiment: Experiment = {
  id: 'test',
  title: 'Test',
  paper: 'All hold.',
  differs: 'It is made up.',
  recordable: true,
  runs: ({ size }) =>
    keys.map((key, i) => ({
      key,
      factors: { index: i },
      request: {
        source: { kind: 'simulated', cell: 'paper', frames: 1, testFrames: 0, seed: 1 },
        cell: 0,
        version: 1,
        layers: [],
        head: 'softplus',
        settings: { ...trainingPresets.recovery, seed: i, steps: size === 'full' ? 2 : 1 },
      },
    })),
  claims: (rows) => [
    {
      says: 'all',
      found: `${rows.length}`,
      holds: rows.length === keys.length,
      required: true,
    },
  ],
  panels: (rows) => [
    {
      kind: 'maps',
      title: 'temporal',
      unit: '',
      noun: '',
      maps: rows.map(({ drawn: { temporal = [] } }) => ({ height: 1, width: 1, values: temporal })),
    },
  ],
};

/** Keeps runs as text, as files do. */
function textStore() {
  const kept = new Map<string, string>();
  const store: RunStore = {
    read: async (key) => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as StoredRun);
    },
    write: async (key, stored) => {
      kept.set(key, JSON.stringify(stored));
    },
  };
  return { kept, store };
}

interface FakeCall {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

/**
 * A pool that fits in three steps, a millisecond each, and measures in another; `control` holds the steps.
 * `fitted` and `measured` are seeds in order. `before` may throw at the end of a fit.
 */
function fakePool(size: number, before: (seed: number) => void = () => undefined) {
  const moment = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
  let running = 0;
  let held = false;
  const pool = {
    size,
    most: 0,
    started: [] as number[],
    fitted: [] as number[],
    measured: [] as number[],
    commands: [] as TrainingControl[],
    async control(command: TrainingControl) {
      pool.commands.push(command);
      held = command === 'pause';
      return running > 0;
    },
    async fitRestarts({ settings: { seed }, replicas }: FitRequest, call: FakeCall = {}) {
      expect(replicas).toBe(1);
      pool.started.push(seed);
      pool.most = Math.max(pool.most, ++running);
      try {
        for (let step = 1; step <= 3; step++) {
          do await moment();
          while (held && !call.signal?.aborted);
          if (call.signal?.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
          call.onProgress?.({
            kind: 'training',
            restart: 0,
            step,
            steps: 3,
            seconds: step,
            secondsLeft: 3 - step,
            samplesPerSecond: 1,
            loss: 1,
            paused: held,
          });
        }
        before(seed);
        if (call.signal?.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
        pool.fitted.push(seed);
        return { model: { provenance: { seed } } } as FitResult;
      } finally {
        running--;
      }
    },
    async measure({ run, result }: MeasureRequest, call: FakeCall = {}): Promise<Found> {
      const { seed } = result.model.provenance;
      expect(run.request.settings.seed).toBe(seed);
      await moment();
      if (call.signal?.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
      pool.measured.push(seed);
      return { measures: { value: seed * 2, none: null }, drawn: { temporal: [seed] } };
    },
  };
  return pool;
}

async function wholeTable() {
  return runExperiment(fakePool(1), experiment, quick, memoryStore());
}

test('the table has what the pool measured of every run', async () => {
  const table = await wholeTable();
  expect(table.rows.map(({ key }) => key)).toEqual(keys);
  expect(table.rows.map(({ measures }) => measures)).toEqual(
    keys.map((_, i) => ({ value: 2 * i, none: null })),
  );
  expect(table.rows.map(({ seed }) => seed)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(table.claims[0].holds).toBe(true);
  expect(table.panels).toMatchObject([{ maps: keys.map((_, i) => ({ values: [i] })) }]);
  expect(table.size).toBe('quick');
});

test('a run interrupted at any point is resumed without repeating one, to the same table', async () => {
  const whole = await wholeTable();
  for (let stopAt = 0; stopAt < keys.length; stopAt++) {
    const { kept, store } = textStore();
    const controller = new AbortController();
    const first = fakePool(2, (seed) => {
      if (seed === stopAt) controller.abort();
    });
    const { signal } = controller;
    await expect(runExperiment(first, experiment, quick, store, { signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect([...kept.keys()].sort()).toEqual(first.measured.map((seed) => keys[seed]).sort());
    const second = fakePool(2);
    expect(await runExperiment(second, experiment, quick, store)).toEqual(whole);
    expect([...first.measured, ...second.measured].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('after any number of interruptions at any times no run was kept twice, and the table is the same', async () => {
  const whole = await wholeTable();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      async (moments, size) => {
        const { kept, store } = textStore();
        const written: string[] = [];
        const counting: RunStore = {
          ...store,
          write: async (key, stored) => {
            written.push(key);
            await store.write(key, stored);
          },
        };
        for (const moment of moments) {
          const before = kept.size;
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(), moment);
          await runExperiment(fakePool(size), experiment, quick, counting, {
            signal: controller.signal,
          }).catch((error) => expect(error).toMatchObject({ kind: 'cancelled' }));
          clearTimeout(timer);
          expect(kept.size).toBeGreaterThanOrEqual(before);
        }
        expect(await runExperiment(fakePool(size), experiment, quick, counting)).toEqual(whole);
        expect(written.sort()).toEqual(keys);
      },
    ),
    { numRuns: 12 },
  );
});

test('runs go side by side as workers allow; progress counts them and those stored before', async () => {
  const { store } = textStore();
  const pool = fakePool(3);
  const seen: ExperimentProgress[] = [];
  await runExperiment(pool, experiment, quick, store, { onProgress: (p) => seen.push(p) });
  expect(pool.most).toBe(3);
  const done = seen.map((progress) => progress.done);
  expect([...new Set(done)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(done).toEqual([...done].sort());
  expect(seen[0]).toMatchObject({ runs: 6, stored: 0, running: [], paused: false });
  for (const progress of seen) expect(progress.secondsLeft === undefined).toBe(progress.done === 0);
  expect(seen.at(-1)).toMatchObject({ runs: 6, done: 6, stored: 0, secondsLeft: 0, running: [] });
  const again: ExperimentProgress[] = [];
  await runExperiment(pool, experiment, quick, store, { onProgress: (p) => again.push(p) });
  expect(again).toMatchObject([{ runs: 6, done: 6, stored: 6 }]);
});

test('progress names the runs that go on, each from 0 to its end, and no more of them than lanes', async () => {
  const seen: ExperimentProgress[] = [];
  await runExperiment(fakePool(2), experiment, quick, memoryStore(), {
    onProgress: (progress) => seen.push(progress),
  });
  for (const key of keys) {
    const own = seen.flatMap(({ running }) => running.filter((run) => run.key === key));
    expect([...new Set(own.map(({ done }) => done))]).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(own[0].secondsLeft).toBeUndefined();
    expect(own.at(-1)?.secondsLeft).toBe(0);
  }
  for (const { running, done } of seen) {
    expect(running.length).toBeLessThanOrEqual(2);
    expect(done + running.length).toBeLessThanOrEqual(6);
  }
});

test('onRow hears of what was stored at once and of every run as it ends, with all rows so far', async () => {
  const { kept, store } = textStore();
  await runExperiment(fakePool(1), experiment, quick, store);
  for (const key of ['b', 'e', 'f']) kept.delete(key);
  const heard: (readonly ExperimentRow[])[] = [];
  await runExperiment(fakePool(1), experiment, quick, store, {
    onRow: (rows) => {
      heard.push(rows);
      // What has been said is stored already.
      expect(rows.every(({ key }) => kept.has(key))).toBe(true);
    },
  });
  expect(heard.map((rows) => rows.map(({ key }) => key).join(''))).toEqual([
    'acd',
    'acdb',
    'acdbe',
    'acdbef',
  ]);
  expect(heard[1][3]).toMatchObject({ measures: { value: 2 }, drawn: { temporal: [1] }, seed: 1 });
  const none = vi.fn();
  await runExperiment(fakePool(1), { ...experiment, runs: () => [] }, quick, store, {
    onRow: none,
  });
  expect(none).not.toHaveBeenCalled();
});

test('what is stored of other settings, of another version or in another form is run again', async () => {
  const { kept, store } = textStore();
  await runExperiment(fakePool(1), experiment, quick, store);
  const full = fakePool(1);
  await runExperiment(full, experiment, { size: 'full' }, store);
  expect(full.fitted).toHaveLength(6);
  const old = JSON.parse(kept.get('b') as string) as StoredRun;
  kept.set('b', JSON.stringify({ ...old, softwareVersion: '0.0.0' }));
  kept.set('c', 'null');
  kept.set('e', '{}');
  const newer = fakePool(1);
  await runExperiment(newer, experiment, { size: 'full' }, store);
  expect(newer.fitted).toEqual([1, 2, 4]);
});

test('runs of a recording in memory are known again by the size and time of its files', async () => {
  const of = (text: string, lastModified: number): Experiment => ({
    ...experiment,
    runs: (setting) =>
      experiment.runs(setting).map((run) => ({
        ...run,
        request: {
          ...run.request,
          source: {
            kind: 'recording' as const,
            manifest: {},
            files: [{ name: 'a', blob: new File([text], 'a', { lastModified }) }],
          },
        },
      })),
  });
  const { store } = textStore();
  const count = async (changed: Experiment) => {
    const pool = fakePool(2);
    await runExperiment(pool, changed, quick, store);
    return pool.fitted.length;
  };
  expect(await count(of('one', 1))).toBe(keys.length);
  expect(await count(of('two', 1))).toBe(0);
  expect(await count(of('three', 1))).toBe(keys.length);
  expect(await count(of('three', 2))).toBe(keys.length);
});

test('a fit that fails ends the others and is what the call fails with; what had finished is kept', async () => {
  const { kept, store } = textStore();
  const pool = fakePool(2, (seed) => {
    if (seed === 3) throw new RetinoscopeError('data', 'No spikes.');
  });
  await expect(runExperiment(pool, experiment, quick, store)).rejects.toThrow('No spikes.');
  expect(pool.fitted).not.toContain(5);
  expect(kept.size).toBe(pool.measured.length);
});

test('a store that cannot be written to, and a measurement that fails, are what the call fails with', async () => {
  const full: RunStore = {
    read: async () => undefined,
    write: async () => {
      throw new RetinoscopeError('file', 'The disk is full.');
    },
  };
  await expect(runExperiment(fakePool(2), experiment, quick, full)).rejects.toThrow('disk is full');
  const pool = {
    ...fakePool(2),
    measure: async () => {
      throw new RetinoscopeError('data', 'No test part.');
    },
  };
  const store = textStore();
  await expect(runExperiment(pool, experiment, quick, store.store)).rejects.toThrow('No test part');
  expect(store.kept.size).toBe(0);
});

test('paused before it begins, no run starts; resumed, it goes on to the same table', async () => {
  const whole = await wholeTable();
  const pause = new ExperimentPause();
  pause.set(true);
  const pool = fakePool(2);
  const seen: ExperimentProgress[] = [];
  const table = runExperiment(pool, experiment, quick, memoryStore(), {
    pause,
    onProgress: (progress) => seen.push(progress),
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(pool.started).toEqual([]);
  expect(seen.map(({ paused }) => paused)).toEqual([true]);
  pause.set(false);
  expect(await table).toEqual(whole);
  expect(pool.commands).toEqual(['resume']);
  expect(seen.at(-1)).toMatchObject({ done: 6, paused: false });
});

test('a pause stops the fits that run, starts no other, and ends none; resumed, the table is the same', async () => {
  const whole = await wholeTable();
  const pause = new ExperimentPause();
  const pool = fakePool(2);
  const { kept, store } = textStore();
  const seen: ExperimentProgress[] = [];
  /** Steps of the fits at which it is paused. */
  const moments = new Set(['c 1', 'c 2', 'e 3']);
  const table = runExperiment(pool, experiment, quick, store, {
    pause,
    onProgress: (progress) => {
      seen.push(progress);
      for (const { key, done } of progress.running) {
        if (moments.delete(`${key} ${Math.round(3 * done)}`)) pause.set(true);
      }
    },
  });
  await vi.waitFor(() => expect(pause.paused).toBe(true));
  // What is being measured ends.
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(pool.commands).toEqual(['pause']);
  expect(seen.at(-1)?.paused).toBe(true);
  const before = { started: [...pool.started], kept: kept.size, seen: seen.length };
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect({ started: pool.started, kept: kept.size, seen: seen.length }).toEqual(before);
  expect(before.kept).toBeLessThan(6);
  const resuming = setInterval(() => pause.set(false), 5);
  expect(await table).toEqual(whole);
  clearInterval(resuming);
  expect(moments.size).toBe(0);
  expect(pool.commands).toEqual(['pause', 'resume', 'pause', 'resume', 'pause', 'resume']);
  expect(pool.measured.sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('paused again by who hears that it goes on, it stays paused', async () => {
  const pause = new ExperimentPause();
  const pool = fakePool(1);
  let again = true;
  const table = runExperiment(pool, experiment, quick, memoryStore(), {
    pause,
    onProgress: ({ running, paused }) => {
      const [run] = running;
      if (run?.key === 'b' && run.done > 0 && again) {
        pause.set(true);
        again = paused;
      }
    },
  });
  await vi.waitFor(() => expect(pause.paused).toBe(true));
  again = true;
  pause.set(false);
  expect(pause.paused).toBe(true);
  expect(pool.commands.at(-1)).toBe('pause');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pool.measured).toEqual([0]);
  again = false;
  pause.set(false);
  expect((await table).rows).toHaveLength(6);
});

test('a pause before a fit ends holds back its measurement', async () => {
  const pause = new ExperimentPause();
  const pool = fakePool(1, (seed) => {
    if (seed === 0) pause.set(true);
  });
  const table = runExperiment(pool, experiment, quick, memoryStore(), { pause });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect([pool.fitted, pool.measured]).toEqual([[0], []]);
  pause.set(false);
  expect((await table).rows).toHaveLength(6);
});

test('the seconds left do not grow while it is paused', async () => {
  const pause = new ExperimentPause();
  const seen: ExperimentProgress[] = [];
  const controller = new AbortController();
  const table = runExperiment(fakePool(1), experiment, quick, memoryStore(), {
    pause,
    signal: controller.signal,
    onProgress: (progress) => seen.push(progress),
    onRow: (rows) => {
      if (rows.length === 2) pause.set(true);
    },
  });
  await vi.waitFor(() => expect(pause.paused).toBe(true));
  const before = Number(seen.at(-1)?.secondsLeft);
  await new Promise((resolve) => setTimeout(resolve, 300));
  pause.set(false);
  // That of an estimate with the pause in it would be 5 · 300 ms / 3 at the least.
  expect(Number(seen.at(-1)?.secondsLeft)).toBeLessThanOrEqual(before + 0.1);
  expect(before).toBeGreaterThan(0);
  controller.abort();
  await expect(table).rejects.toMatchObject({ kind: 'cancelled' });
});

test('cancelled while paused it settles as cancelled, and what was finished is kept', async () => {
  for (const beforeItBegan of [true, false]) {
    const { kept, store } = textStore();
    const pause = new ExperimentPause();
    pause.set(beforeItBegan);
    const controller = new AbortController();
    const pool = fakePool(2);
    const table = runExperiment(pool, experiment, quick, store, {
      pause,
      signal: controller.signal,
      onRow: (rows) => {
        if (rows.length === 2) pause.set(true);
      },
    });
    const rejected = expect(table).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitFor(() => expect(pause.paused).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 15));
    controller.abort();
    await rejected;
    expect(kept.size).toBe(beforeItBegan ? 0 : pool.measured.length);
    // Nothing listens any longer.
    const { length } = pool.commands;
    pause.set(false);
    expect(pool.commands).toHaveLength(length);
  }
});

test('a pool that cannot be paused ends the experiment with its error', async () => {
  const pause = new ExperimentPause();
  const pool = {
    ...fakePool(2),
    control: async () => {
      throw new RetinoscopeError('worker', 'The worker ended.');
    },
  };
  const table = runExperiment(pool, experiment, quick, memoryStore(), {
    pause,
    onRow: () => pause.set(true),
  });
  await expect(table).rejects.toThrow('The worker ended.');
});

test('a pause tells its listeners of changes alone', () => {
  const pause = new ExperimentPause();
  const heard: boolean[] = [];
  const stop = pause.listen((paused) => heard.push(paused));
  for (const paused of [false, true, true, false, false, true]) pause.set(paused);
  stop();
  pause.set(false);
  expect(heard).toEqual([true, false, true]);
  expect(pause.paused).toBe(false);
});

test('a memory store gives back what was written last, and nothing for another key', async () => {
  const store = memoryStore();
  const stored = (softwareVersion: string) => ({ softwareVersion }) as StoredRun;
  expect(await store.read('a')).toBeUndefined();
  await store.write('a', stored('1'));
  await store.write('a', stored('2'));
  expect(await store.read('a')).toEqual(stored('2'));
  expect(await store.read('b')).toBeUndefined();
  expect(await memoryStore().read('a')).toBeUndefined();
});
