import type { TrainingProgress } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TrainingCourse, WorkPhase } from './course.js';

const training = (restart: number, step: number): TrainingProgress => ({
  kind: 'training',
  restart,
  step,
  steps: 100,
  seconds: step,
  secondsLeft: 1,
  samplesPerSecond: 10,
  loss: 1 / step,
  paused: false,
});

const work = (done: number, what: string) => ({ kind: 'work' as const, done, what });

test('one piece of work keeps its words while its parts take turns', () => {
  const phase = new WorkPhase('Finding the receptive field');
  const seen = [work(0.2, 'Drawing'), work(0.1, 'Averaging'), work(0.4, 'Drawing')].map((each) =>
    phase.heard(each),
  );
  expect(seen.map(({ done }) => done)).toEqual([0.2, 0.2, 0.4]);
  expect(new Set(seen.map(({ what }) => what)).size).toBe(1);
  expect(new WorkPhase().heard(work(0.3, 'Reading spikes.mat')).what).toBe('Reading spikes.mat');
});

test('the share of a training never falls, whatever is heard, and stays in [0, 1]', () => {
  const event = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }).map((done) => work(done, 'x')),
    fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 100 })).map(([run, at]) => training(run, at)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const course = new TrainingCourse(3);
      let last = 0;
      for (const each of events) {
        if (each.kind === 'training') course.follows(each);
        const { done } = course.phase(each);
        expect(done).toBeGreaterThanOrEqual(last);
        expect(done).toBeLessThanOrEqual(1);
        last = done;
      }
    }),
  );
});

test('of runs side by side one is followed until it ends, and every trace is kept', () => {
  const course = new TrainingCourse(3);
  const heard = [
    training(1, 10),
    training(0, 12),
    training(1, 100),
    training(2, 30),
    training(0, 31),
  ];
  expect(heard.map((each) => course.follows(each))).toEqual([true, false, true, true, false]);
  expect(course.runs()).toMatchObject({ run: 2, trace: [{ step: 30 }] });
  const { run, trace, otherTraces } = course.runs(0);
  expect([run, trace.map(({ step }) => step)]).toEqual([0, [12, 31]]);
  expect(otherTraces.map((each) => each.map(({ step }) => step))).toEqual([[10, 100], [30]]);
  expect(course.runs(7).run).toBe(2);
});

test('words of the phases', () => {
  const course = new TrainingCourse(2);
  expect(course.phase(work(0.5, 'x')).what).toBe('Preparing the training');
  course.follows(training(0, 50));
  expect(course.phase(training(0, 50)).what).toBe('Training a network');
  expect(course.phase(work(0.5, 'x')).what).toBe('Preparing the next run');
  course.follows(training(1, 100));
  expect(course.phase(work(0.5, 'x')).what).toBe('Testing the network');
});
