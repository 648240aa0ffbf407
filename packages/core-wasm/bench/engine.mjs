/**
 * Training and prediction rates of the engine, thousand samples a second, on networks of the field's sizes.
 * Each build that this Node can run; medians of alternating rounds in one run.
 */
import { bestBuild, Engine, layerOutputs, Random } from '../dist/index.js';

const head = 'parametric-softplus';
const workloads = [
  { name: 'model cell, Version I', lags: 1, side: 8, layers: [[4, 7]], batch: 1000 },
  { name: 'model cell, Version II', lags: 20, side: 8, layers: [[4, 7]], batch: 1000 },
  { name: 'recorded cell, one layer', lags: 1, side: 24, layers: [[16, 15]], batch: 500 },
  {
    name: 'recorded cell, two layers',
    lags: 1,
    side: 30,
    layers: [
      [32, 15],
      [32, 3],
    ],
    batch: 256,
  },
];
const frames = 4000;
const rounds = 5;
const roundMilliseconds = 300;
const rule = {
  learningRate: 1e-3,
  l1Filters: 1e-5,
  l2Filters: 0,
  l2Readout: 0,
  activityL1: 0,
  noise: 0,
  nonNegativeReadout: true,
};

async function prepare(workload, build) {
  const { lags, side, batch } = workload;
  const layers = workload.layers.map(([filters, size]) => ({ filters, height: size, width: size }));
  const shape = { lags, height: side, width: side, layers, head };
  const engine = await Engine.create(shape, { batch, build });
  const random = await Random.create(1);
  const movie = engine.addMovie(
    {
      kind: 'float',
      frames,
      height: side,
      width: side,
      data: random.normals(frames * side * side),
    },
    { counts: random.uniforms(frames).map((u) => (u < 0.05 ? 1 : 0)) },
  );
  let channels = lags;
  const last = layerOutputs(shape).at(-1);
  engine.setParameters({
    layers: layers.map(({ filters, height, width }) => {
      const weights = random.normals(filters * channels * height * width).map((w) => w * 0.05);
      channels = filters;
      return { weights, bias: new Float32Array(filters) };
    }),
    readout: random.uniforms(last.channels * last.height * last.width).map((w) => w * 0.05),
    readoutBias: 0,
    alpha: 0.2,
    beta: 5,
  });
  const samples = Uint32Array.from(
    { length: batch },
    (_, i) => lags - 1 + (i % (frames - lags + 1)),
  );
  return {
    training: () => engine.step(movie, samples, rule),
    prediction: () => engine.predict(movie, lags - 1, batch),
  };
}

/** Calls a second of `work` over one round. */
function rate(work) {
  const start = performance.now();
  let calls = 0;
  do {
    work();
    calls++;
  } while (performance.now() - start < roundMilliseconds);
  return (calls / (performance.now() - start)) * 1000;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const builds = bestBuild() === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];

console.log('thousand samples a second');
for (const workload of workloads) {
  const rows = [];
  for (const build of builds) {
    for (const [kind, work] of Object.entries(await prepare(workload, build))) {
      rows.push({ label: `${kind}, ${build}`, work, rates: [] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) row.rates.push(rate(row.work));
  }
  console.log(`${workload.name}, batch ${workload.batch}`);
  for (const { label, rates } of rows) {
    console.log(`  ${label.padEnd(20)} ${((median(rates) * workload.batch) / 1000).toFixed(1)}`);
  }
}
