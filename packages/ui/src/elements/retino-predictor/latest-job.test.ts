import { RetinoscopeError } from '@retinoscope/worker';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Job, LatestJob } from './latest-job.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function heard() {
  const listener = { changed: vi.fn(), failed: vi.fn(), ended: vi.fn() };
  return { listener, job: new LatestJob(listener) };
}

/** Work that ends when it is told to, or is stopped. */
function work() {
  let end: (error?: RetinoscopeError) => void = () => undefined;
  let given: Job | undefined;
  const run = (job: Job) =>
    new Promise<void>((resolve, reject) => {
      given = job;
      end = (error) => (error ? reject(error) : resolve());
      job.signal.addEventListener('abort', () =>
        reject(new RetinoscopeError('cancelled', 'Cancelled.')),
      );
    });
  return { run, end: (error?: RetinoscopeError) => end(error), given: () => given };
}

test('a superseded piece of work is stopped, and changes and tells nothing any more', async () => {
  const { listener, job } = heard();
  const [first, second] = [work(), work()];
  const before = job.run(first.run);
  const after = job.run(second.run);
  await before;
  expect(first.given()?.signal.aborted).toBe(true);
  expect(first.given()?.current).toBe(false);
  first.given()?.onProgress({ kind: 'work', done: 0.5, what: 'Late' });
  expect(job.progress).toBeUndefined();
  expect([job.busy, listener.failed.mock.calls.length, listener.ended.mock.calls.length]).toEqual([
    true,
    0,
    0,
  ]);
  second.end();
  await after;
  expect([job.busy, listener.ended.mock.calls.length]).toEqual([false, 1]);
});

test('a failure is told and kept until the next piece of work begins', async () => {
  const { listener, job } = heard();
  const [bad, good] = [work(), work()];
  const running = job.run(bad.run);
  const failure = new RetinoscopeError('model', 'It does not fit.');
  bad.end(failure);
  await running;
  expect(job.failure).toBe(failure);
  expect(listener.failed).toHaveBeenCalledExactlyOnceWith(failure);
  const next = job.run(good.run);
  expect(job.failure).toBeUndefined();
  good.end();
  await next;
});

test('progress is there at once when it is reported, and else after .3 s', async () => {
  const { job } = heard();
  const slow = work();
  const running = job.run(slow.run);
  expect(job.progress).toBeUndefined();
  vi.advanceTimersByTime(300);
  expect(job.progress?.what).toBe('Predicting');
  slow.given()?.onProgress({ kind: 'work', done: 0.5, what: 'Half' });
  expect(job.progress?.what).toBe('Half');
  slow.end();
  await running;
  expect(job.progress).toBeUndefined();
});

test('what is cancelled ends without a failure; what takes over 60 s is stopped, and it is said', async () => {
  const { listener, job } = heard();
  const cancelled = work();
  const first = job.run(cancelled.run);
  job.cancel();
  await first;
  expect([job.busy, job.failure, listener.ended.mock.calls.length]).toEqual([false, undefined, 1]);
  const endless = work();
  const second = job.run(endless.run);
  vi.advanceTimersByTime(60_000);
  await second;
  expect(job.failure?.message).toMatch(/within 60 s/);
});

test('what is abandoned tells nothing, not even its end', async () => {
  const { listener, job } = heard();
  const gone = work();
  const running = job.run(gone.run);
  listener.changed.mockClear();
  job.abandon();
  await running;
  expect(job.busy).toBe(false);
  expect(listener.ended).not.toHaveBeenCalled();
  expect(listener.changed).not.toHaveBeenCalled();
});
