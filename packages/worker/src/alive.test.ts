import { afterEach, expect, test, vi } from 'vitest';
import { holdWhileAlive, whenEnded } from './alive.js';

afterEach(() => vi.unstubAllGlobals());

/** Locks of one name after the other, as browsers grant them; `free` ends the holder. */
function locks() {
  const waiting: (() => void)[] = [];
  let held = false;
  const next = () => {
    held = false;
    waiting.shift()?.();
  };
  return {
    free: next,
    request(_name: string, second: unknown, third?: unknown) {
      const granted = (third ?? second) as () => unknown;
      const { signal } = (third ? second : {}) as { signal?: AbortSignal };
      return new Promise((resolve, reject) => {
        const grant = () => {
          if (signal?.aborted) return next();
          held = true;
          resolve(granted());
        };
        signal?.addEventListener('abort', () => reject(signal.reason));
        if (held) waiting.push(grant);
        else grant();
      });
    },
  };
}

test('the end of a holder is told once, and not after the waiting was given up', async () => {
  const manager = locks();
  vi.stubGlobal('navigator', { locks: manager });
  await holdWhileAlive('a');
  const ended = vi.fn();
  whenEnded('a', ended);
  expect(ended).not.toHaveBeenCalled();
  manager.free();
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1));

  const other = locks();
  vi.stubGlobal('navigator', { locks: other });
  await holdWhileAlive('b');
  const silent = vi.fn();
  whenEnded('b', silent)();
  other.free();
  await Promise.resolve();
  expect(silent).not.toHaveBeenCalled();
});

test('without locks, and for a worker without a name, nothing is held and nothing told', async () => {
  vi.stubGlobal('navigator', {});
  await holdWhileAlive('a');
  const ended = vi.fn();
  whenEnded('a', ended)();
  expect(ended).not.toHaveBeenCalled();
  const request = vi.fn();
  vi.stubGlobal('navigator', { locks: { request } });
  await holdWhileAlive('');
  expect(request).not.toHaveBeenCalled();
});
