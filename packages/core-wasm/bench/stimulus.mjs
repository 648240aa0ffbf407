/**
 * Rates of the stimulus kernels: medians of rounds, one thread. Numbers only; nothing is asserted.
 * Run after a build: `node bench/stimulus.mjs`, with `--experimental-wasm-relaxed-simd` for the relaxed build.
 */
import {
  bestBuild,
  filterInTime,
  filterInTimeInto,
  LabGenerator,
  loadCore,
  Random,
  shuffledNull,
  simulate,
  spikeTriggeredAverage,
} from '../dist/index.js';

/** Median milliseconds of `rounds` calls after one to warm up. */
async function time(call, rounds = 5) {
  await call();
  const milliseconds = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await call();
    milliseconds.push(performance.now() - start);
  }
  return milliseconds.sort((a, b) => a - b)[rounds >> 1];
}

function report(what, value, unit) {
  process.stdout.write(`${what.padEnd(58)} ${value.toPrecision(3).padStart(8)} ${unit}\n`);
}

const ones = (height, width, y, x, size) => {
  const spatial = new Float32Array(height * width);
  for (let i = 0; i < size * size; i++) {
    spatial[(y + Math.floor(i / size)) * width + x + (i % size)] = 1;
  }
  return spatial;
};

/** Four 2×2 subunits in 8×8 squares, a biphasic kernel of 20 lags. */
const kernel = Float32Array.from(
  { length: 20 },
  (_, lag) => -Math.sin((lag - 2) / 3) * Math.exp(-lag / 6) * 0.7,
);
const spec = {
  frameRate: 30,
  height: 8,
  width: 8,
  stimulus: 'binary',
  contrast: 0.5,
  cells: [
    {
      subunits: [0, 1, 2, 3].map((i) => ({
        spatial: ones(8, 8, 2 + 2 * (i >> 1), 2 + 2 * (i & 1), 2),
        weight: 1,
        nonlinearity: 'rectified',
        threshold: 0,
      })),
      temporalKernel: kernel,
      threshold: 1,
      gain: 2,
    },
  ],
};

process.stdout.write(`build ${bestBuild()}, Node ${process.version}\n`);

const random = await Random.create(1);
for (const [name, draw] of Object.entries({
  u32: 'u32',
  uniforms: 'uniforms',
  normals: 'normals',
})) {
  report(`random ${name}`, 4e6 / (await time(() => random[draw](4_000_000))) / 1e3, 'M/s');
}

const generator = await LabGenerator.create(20000);
const field = { height: 150, width: 200 };
report(
  'laboratory generator, outside the crop',
  (300 * 30_000) / (await time(() => generator.skip(300, field))) / 1e3,
  'M draws/s',
);
report(
  'laboratory generator, crop 40 × 40 of 200 × 150',
  (300 * 30_000) /
    (await time(() => generator.frames(300, field, { x: 80, y: 50, width: 40, height: 40 }))) /
    1e3,
  'M draws/s',
);
report(
  'laboratory generator, whole 200 × 150',
  (300 * 30_000) / (await time(() => generator.frames(300, field))) / 1e3,
  'M draws/s',
);

const core = await loadCore();
const frames = 600_000;
const { stimulus, counts } = await simulate(spec, { frames, seed: 1 }, core);
report(
  'simulator, 600k frames of 8 × 8, 4 subunits',
  await time(() => simulate(spec, { frames, seed: 1 }, core)),
  'ms',
);
report(
  'STA of it, 20 lags',
  await time(() => spikeTriggeredAverage(core, stimulus, counts[0], { lags: 20 })),
  'ms',
);
const nullOptions = { lags: 20, shuffles: 100, seed: 1, projectOn: kernel };
report(
  'null of it, 100 shuffles',
  await time(() => shuffledNull(core, stimulus, counts[0], nullOptions), 3),
  'ms',
);
const mark = core.arena.mark();
const destination = core.arena.allocate(frames * 64 * 4);
const filtering = await time(() => filterInTimeInto(core, stimulus, kernel, destination));
report('temporal filter of it, 20 lags, in place', filtering, 'ms');
report('  values', (frames * 64) / filtering / 1e3, 'M/s');
report('  multiply–add', (frames * 64 * 40) / filtering / 1e6, 'GFLOP/s');
core.arena.release(mark);
report(
  'temporal filter of it, returned',
  await time(() => filterInTime(core, stimulus, kernel), 3),
  'ms',
);

const long = 30_000;
const bits = (await Random.create(2)).u32((long * 3750) / 4);
const wide = {
  kind: 'binary',
  frames: long,
  ...field,
  bits: new Uint8Array(bits.buffer),
  low: -0.5,
  high: 0.5,
};
const spikes = (await Random.create(3)).uniforms(long).map((u) => (u < 0.08 ? 1 : 0));
report(
  'STA, 30k frames of 200 × 150, 20 lags, 2.4k spikes',
  await time(() => spikeTriggeredAverage(core, wide, spikes, { lags: 20, blockFrames: 1500 }), 3),
  'ms',
);
report(
  'null of it, 100 shuffles',
  await time(() => shuffledNull(core, wide, spikes, { ...nullOptions, blockFrames: 1500 }), 1),
  'ms',
);

const shape = { frames: 32_000, height: 30, width: 30 };
const gaussian = { kind: 'float', ...shape, data: (await Random.create(4)).normals(32_000 * 900) };
const some = (await Random.create(5)).uniforms(32_000).map((u) => (u < 0.05 ? 1 : 0));
report(
  'STA, 32k float32 frames of 30 × 30, 20 lags, 1.6k spikes',
  await time(() => spikeTriggeredAverage(core, gaussian, some, { lags: 20 })),
  'ms',
);
