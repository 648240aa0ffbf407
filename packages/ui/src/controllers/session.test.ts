import {
  builtInCell,
  type DatasetSummary,
  type FitProgress,
  type FitRequest,
  type FitResult,
  type ReceptiveField,
  RetinoscopeError,
  type ServiceCall,
  type TrainingProgress,
  type WorkProgress,
} from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { changeEvent, Session, type SessionService } from './session.js';

const summary: DatasetSummary = {
  name: 'cell',
  frameRate: 30,
  height: 8,
  width: 8,
  blocks: 1,
  blockFrames: 1000,
  binary: true,
  cells: [
    { name: 'a', spikes: 50, spikesPerFrame: 0.05 },
    { name: 'b', spikes: 60, spikesPerFrame: 0.06 },
  ],
};

const field = { peak: { x: 3, y: 3 }, significant: true } as ReceptiveField;

const fitOf = (request: FitRequest, run = 0): FitResult =>
  ({
    model: {
      format: 'retinoscope-model',
      provenance: {
        seed: request.settings.seed + run,
        crop: { x: 0, y: 0, width: 8, height: 8 },
      },
    },
    evaluation: {},
    history: [],
    steps: request.settings.steps,
  }) as unknown as FitResult;

/** A service whose calls are answered by hand. */
function scripted() {
  type Answer = {
    resolve(value: unknown): void;
    reject(error: unknown): void;
    call?: ServiceCall<FitProgress>;
    args: unknown;
  };
  const waiting: Record<string, Answer[]> = {};
  const method = (name: string) => (args: unknown, call?: ServiceCall<never>) =>
    new Promise<unknown>((resolve, reject) => {
      const answers = waiting[name] ?? [];
      waiting[name] = answers;
      answers.push({ resolve, reject, args, call: call as ServiceCall<FitProgress> });
    });
  const names = ['describe', 'receptiveField', 'fitRestarts', 'control', 'exportOnnx'] as const;
  const service = Object.fromEntries(
    names.map((name) => [name, method(name)]),
  ) as unknown as SessionService;
  return {
    service,
    /** The oldest call of `name` that was not answered. */
    async next(name: (typeof names)[number]): Promise<Answer> {
      for (let turn = 0; turn < 20 && !waiting[name]?.length; turn++) await Promise.resolve();
      const answer = waiting[name]?.shift();
      if (!answer) throw new Error(`${name} was not called`);
      return answer;
    },
  };
}

async function opened() {
  const script = scripted();
  const session = new Session({ service: script.service });
  const opening = session.open(builtInCell);
  (await script.next('describe')).resolve(summary);
  (await script.next('receptiveField')).resolve(field);
  await opening;
  return { session, script };
}

const training = (step: number, restart = 0, validated = false): FitProgress => ({
  kind: 'training',
  restart,
  step,
  steps: 100,
  seconds: step,
  secondsLeft: 1,
  samplesPerSecond: 10,
  loss: 1 / step,
  paused: false,
  ...(validated && { validation: { loss: 0.5, cc: 0.1 * step } }),
});

test('opening finds the receptive field, and every change is announced', async () => {
  const script = scripted();
  const session = new Session({ service: script.service });
  const seen: string[] = [];
  session.addEventListener(changeEvent, () => seen.push(session.state.activity));
  const opening = session.open(builtInCell);
  const describe = await script.next('describe');
  const progress: WorkProgress = { kind: 'work', done: 0.5, what: 'Simulating' };
  describe.call?.onProgress?.(progress);
  expect(session.state.phase).toEqual({ done: 0.5, what: 'Simulating' });
  describe.resolve(summary);
  (await script.next('receptiveField')).resolve(field);
  await opening;
  expect(seen.at(0)).toBe('opening');
  expect(seen).toContain('receptive-field');
  expect(session.state).toMatchObject({
    activity: 'idle',
    summary,
    receptiveField: field,
    cell: 0,
  });
  expect(session.state.crop).toBeUndefined();
});

test('a dataset that cannot be opened leaves the earlier one in place, with the error', async () => {
  const { session, script } = await opened();
  const opening = session.open({ kind: 'recording', manifest: {}, files: [] });
  (await script.next('describe')).reject(new RetinoscopeError('manifest', 'No name.'));
  await opening;
  expect(session.state).toMatchObject({ source: builtInCell, summary, receptiveField: field });
  expect(session.state.error?.message).toBe('No name.');
  expect(session.state.failed).toBe('opening');
  expect(session.state.activity).toBe('idle');
});

test('late results and progress of a superseded call are dropped, and its signal fires', async () => {
  const { session, script } = await opened();
  const first = session.selectCell(1);
  const late = await script.next('receptiveField');
  const second = session.selectCell(0);
  expect(late.call?.signal?.aborted).toBe(true);
  late.call?.onProgress?.(training(5));
  late.resolve({ ...field, peakZ: 99 });
  await first;
  expect(session.state.receptiveField).toBeUndefined();
  expect(session.state.progress).toBeUndefined();
  (await script.next('receptiveField')).resolve(field);
  await second;
  expect(session.state).toMatchObject({ cell: 0, receptiveField: field, activity: 'idle' });
});

test('a fit gathers its course, then keeps the result and the exported network', async () => {
  const { session, script } = await opened();
  const fitting = session.fit({ settings: { steps: 100, restarts: 1 } });
  const fit = await script.next('fitRestarts');
  expect(fit.args).toMatchObject({
    version: 1,
    head: 'parametric-softplus',
    layers: [{ filters: 4, height: 7, width: 7 }],
    settings: { steps: 100 },
  });
  fit.call?.onProgress?.(training(10));
  fit.call?.onProgress?.(training(20, 0, true));
  expect(session.state.trace.map(({ step }) => step)).toEqual([10, 20]);
  const result = fitOf(fit.args as FitRequest);
  fit.resolve(result);
  const onnx = Uint8Array.of(1, 2);
  (await script.next('exportOnnx')).resolve(onnx);
  await fitting;
  expect(session.state).toMatchObject({ fit: result, onnx, activity: 'idle' });
});

test('a fit that fails keeps the fit before it', async () => {
  const { session, script } = await opened();
  const fitting = session.fit({ settings: { restarts: 1 } });
  const first = await script.next('fitRestarts');
  first.resolve(fitOf(first.args as FitRequest));
  (await script.next('exportOnnx')).resolve(Uint8Array.of(1));
  await fitting;
  const { fit, onnx } = session.state;
  const again = session.fit({ settings: { restarts: 1 } });
  (await script.next('fitRestarts')).reject(new RetinoscopeError('memory', 'Too large.'));
  await again;
  expect(session.state).toMatchObject({ fit, onnx, activity: 'idle' });
  expect(session.state.error?.kind).toBe('memory');
});

test('cancel ends the training without an error; reset drops the fit and undo brings it back', async () => {
  const { session, script } = await opened();
  const fitting = session.fit({ settings: { restarts: 1 } });
  const first = await script.next('fitRestarts');
  first.resolve(fitOf(first.args as FitRequest));
  (await script.next('exportOnnx')).resolve(Uint8Array.of(1));
  await fitting;
  const { fit } = session.state;

  const second = session.fit({ settings: { restarts: 1 } });
  const running = await script.next('fitRestarts');
  running.call?.onProgress?.(training(10));
  expect(session.state.trace).toHaveLength(1);
  session.cancel();
  expect(session.state.trace).toEqual([]);
  expect(running.call?.signal?.aborted).toBe(true);
  running.reject(new RetinoscopeError('cancelled', 'Cancelled.'));
  await second;
  expect(session.state).toMatchObject({ activity: 'idle', fit });
  expect(session.state.error).toBeUndefined();

  session.reset();
  expect(session.state.fit).toBeUndefined();
  expect(session.state.receptiveField).toBe(field);
  expect(session.canUndo).toBe(true);
  session.undo();
  expect(session.state.fit).toBe(fit);
  expect(session.canUndo).toBe(false);
});

test('pause and resume follow what the worker says', async () => {
  const { session, script } = await opened();
  await session.pause();
  expect(session.state.activity).toBe('idle');
  void session.fit({ settings: { restarts: 1 } });
  await script.next('fitRestarts');
  const pausing = session.pause();
  (await script.next('control')).resolve(true);
  await pausing;
  expect(session.state.activity).toBe('paused');
  const resuming = session.resume();
  (await script.next('control')).resolve(true);
  await resuming;
  expect(session.state.activity).toBe('training');
});

test('of several restarts side by side one is followed until it ends, then another', async () => {
  const { session, script } = await opened();
  const fitting = session.fit({ settings: { restarts: 3 } });
  const fit = await script.next('fitRestarts');
  expect(fit.args).toMatchObject({ settings: { restarts: 3 } });
  const report = (progress: FitProgress) => fit.call?.onProgress?.(progress);
  report(training(10, 1));
  report(training(12, 0));
  report(training(100, 1));
  expect(session.state.trace.map(({ step }) => step)).toEqual([10, 100]);
  report(training(30, 2));
  report(training(31, 0));
  expect(session.state.trace.map(({ step }) => step)).toEqual([30]);
  fit.resolve(fitOf(fit.args as FitRequest, 1));
  (await script.next('exportOnnx')).resolve(Uint8Array.of(1));
  await fitting;
  expect(session.state).toMatchObject({ activity: 'idle', run: 1 });
  expect(session.state.trace.map(({ step }) => step)).toEqual([10, 100]);
  expect(session.state.otherTraces).toHaveLength(2);
});

test('a crop or a cell that does not exist is refused by name and changes nothing', async () => {
  const { session } = await opened();
  session.setCrop({ x: 4, y: 0, width: 8, height: 8 });
  expect(session.state.crop).toBeUndefined();
  expect(session.state.error?.message).toContain('8 × 8 squares');
  await session.selectCell(2);
  expect(session.state.cell).toBe(0);
  expect(session.state.error?.message).toContain('cells 0 to 1');
  session.setCrop({ x: 1, y: 1, width: 6, height: 6 });
  expect(session.state).toMatchObject({
    crop: { x: 1, y: 1, width: 6, height: 6 },
    error: undefined,
  });
});

test('a session that has ended starts nothing and announces nothing', async () => {
  const { session, script } = await opened();
  let announced = 0;
  const fitting = session.fit({ settings: { restarts: 1 } });
  const fit = await script.next('fitRestarts');
  session.addEventListener(changeEvent, () => announced++);
  session.dispose();
  expect(fit.call?.signal?.aborted).toBe(true);
  fit.resolve(fitOf(fit.args as FitRequest));
  await fitting;
  await session.open(builtInCell);
  expect(announced).toBe(0);
  expect(session.state.fit).toBeUndefined();
});

test('in a wide recording the receptive field is found from its first blocks, the fit uses all', async () => {
  const wide: DatasetSummary = {
    ...summary,
    width: 200,
    height: 150,
    blocks: 219,
    blockFrames: 1500,
  };
  const script = scripted();
  const session = new Session({ service: script.service });
  const opening = session.open({ kind: 'recording', manifest: {}, files: [] });
  (await script.next('describe')).resolve(wide);
  const located = await script.next('receptiveField');
  expect(located.args).toMatchObject({ blocks: { first: 0, last: 39 } });
  located.resolve(field);
  await opening;
  expect(session.state.receptiveFieldBlocks).toEqual({ first: 0, last: 39 });
  expect(session.fitRequest()?.blocks).toBeUndefined();
});

test('a worker that ends takes its run with it, which is said; the fit goes on with the others', async () => {
  const { session, script } = await opened();
  const heard: ((error: RetinoscopeError) => void)[] = [];
  script.service.onCrash = (listener) => {
    heard.push(listener);
    return () => heard.splice(heard.indexOf(listener), 1);
  };
  const fitting = session.fit({ settings: { restarts: 3 } });
  const fit = await script.next('fitRestarts');
  heard[0](new RetinoscopeError('worker', 'The worker ended.'));
  expect(session.state.warning).toBe(
    'The worker ended. The run that was lost with it is left out.',
  );
  fit.resolve(fitOf(fit.args as FitRequest, 1));
  (await script.next('exportOnnx')).resolve(Uint8Array.of(1));
  await fitting;
  expect(session.state).toMatchObject({
    activity: 'idle',
    warning: expect.stringContaining('left out'),
  });
  expect(heard).toEqual([]);

  const again = session.fit({ settings: { restarts: 3 } });
  expect(session.state.warning).toBeUndefined();
  (await script.next('fitRestarts')).reject(new RetinoscopeError('worker', 'The worker ended.'));
  await again;
  expect(session.state).toMatchObject({ failed: 'training', activity: 'idle' });
});

test('a fit that cannot fit into memory is refused with the number, and none is started', async () => {
  const script = scripted();
  const session = new Session({ service: script.service });
  const opening = session.open(builtInCell);
  (await script.next('describe')).resolve({ ...summary, blockFrames: 2e9 });
  (await script.next('receptiveField')).resolve(field);
  await opening;
  expect(session.memory()?.total).toBeGreaterThan(2e9);
  await session.fit();
  expect(session.state).toMatchObject({ activity: 'idle', failed: 'training' });
  expect(session.state.fitRequest).toBeUndefined();
  expect(session.state.error).toMatchObject({ kind: 'memory' });
  expect(session.state.error?.message).toMatch(/This fit would take \d+\.\d GiB/);
  await expect(script.next('fitRestarts')).rejects.toThrow('was not called');
});

test('of restarts the snapshots of the kept run stay, also when a later training is cancelled', async () => {
  const { session, script } = await opened();
  const filmed = (step: number, restart: number) => ({
    ...(training(step, restart) as TrainingProgress),
    filters: [Float32Array.of(restart)],
  });
  const fitting = session.fit({ settings: { restarts: 2 } });
  const fit = await script.next('fitRestarts');
  for (const step of [10, 20]) {
    for (const restart of [0, 1]) fit.call?.onProgress?.(filmed(step, restart));
  }
  expect(session.state.snapshots.map(({ filters }) => filters[0][0])).toEqual([0, 0]);
  fit.resolve(fitOf(fit.args as FitRequest, 1));
  (await script.next('exportOnnx')).resolve(Uint8Array.of(1));
  await fitting;
  const kept = session.state.snapshots;
  expect(kept.map(({ step, filters }) => [step, filters[0][0]])).toEqual([
    [10, 1],
    [20, 1],
  ]);

  const again = session.fit({ settings: { restarts: 1 } });
  const later = await script.next('fitRestarts');
  expect(session.state.snapshots).toEqual([]);
  later.call?.onProgress?.(filmed(5, 0));
  expect(session.state.snapshots).toHaveLength(1);
  session.cancel();
  later.reject(new RetinoscopeError('cancelled', 'Cancelled.'));
  await again;
  expect(session.state.snapshots).toBe(kept);
});
