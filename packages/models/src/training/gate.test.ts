import { expect, test } from 'vitest';
import { TrainingGate } from './gate.js';

test('an open gate lets every step through', () => {
  const gate = new TrainingGate();
  expect([gate.take(), gate.take(), gate.paused]).toEqual([true, true, false]);
});

test('a paused gate lets single steps through, one for each asked', async () => {
  const gate = new TrainingGate();
  gate.pause();
  expect(gate.take()).toBe(false);
  const opened = gate.opened(undefined);
  gate.step();
  await opened;
  expect([gate.take(), gate.take(), gate.paused]).toEqual([true, false, true]);
  const resumed = gate.opened(undefined);
  gate.resume();
  await resumed;
  expect([gate.take(), gate.paused]).toEqual([true, false]);
});

test('a cancelled call does not wait for a paused gate', async () => {
  const gate = new TrainingGate();
  const controller = new AbortController();
  gate.pause();
  const opened = gate.opened(controller.signal);
  controller.abort();
  await opened;
  expect(gate.take()).toBe(false);
});
