/** What is measured of tiny fits, against the fits themselves and against sums of its own. */
import { beforeAll, expect, test } from 'vitest';
import { type Dataset, type DatasetSource, openDataset } from '../recording/index.js';
import { naturalImages, simulationSpec } from '../simulation/index.js';
import { type FitResult, type FitSpec, fitCell, trainingPresets } from '../training/index.js';
import { type MeasureCall, measureRun } from './measure.js';
import type { AlsoMeasured, ExperimentRun } from './types.js';

const whole = { x: 0, y: 0, width: 8, height: 8 };

const paper = simulationSpec('paper');
const [cell] = paper.cells;
/** The model cell, and one of another threshold beside it. */
const source: DatasetSource = {
  kind: 'simulated',
  cell: { ...paper, cells: [cell, { ...cell, threshold: 1.5, gain: 3 }] },
  frames: 6000,
  testFrames: 400,
  testRepeats: 25,
  seed: 1,
};
const images = {
  kind: 'dead-leaves',
  count: 6,
  onFrames: 6,
  offFrames: 24,
  seed: 7,
  repeats: 20,
} as const;
const beside: DatasetSource = { ...source, frames: 1000, testFrames: 0, images };
const spec: FitSpec = {
  cell: 0,
  version: 1,
  layers: [{ filters: 6, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, steps: 40, batch: 500, validationEvery: 20 },
};

let dataset: Dataset;
let result: FitResult;
beforeAll(async () => {
  dataset = await openDataset(source);
  result = await fitCell(dataset, spec);
});

const runOf = (also: AlsoMeasured = {}): ExperimentRun => ({
  key: 'run',
  factors: { cell: 0 },
  request: { ...spec, source },
  also,
});

/** Opens anew what is not the source of the fit, and keeps account of it. */
function opening(): MeasureCall & { readonly opened: DatasetSource[] } {
  const opened: DatasetSource[] = [];
  return {
    opened,
    open: async (wanted) => {
      opened.push(wanted);
      return wanted === source ? dataset : openDataset(wanted);
    },
  };
}

const measure = (also?: AlsoMeasured, of = result) => measureRun(runOf(also), of, opening());

/** Every number somewhere in plain data. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

test('of any fit: its evaluation, its filters and its receptive field, and nothing that was not asked for', async () => {
  const { measures, drawn } = await measure();
  const { evaluation, filters, receptiveField, matchedCosines = [] } = result;
  expect(measures).toMatchObject({
    cc: evaluation.rateCC,
    ccOfLN: evaluation.lnCC,
    noiseCeiling: evaluation.noiseCeiling,
    validationLoss: result.validationLoss,
    spikes: result.spikes,
    effectiveFilters: filters.filter(({ effective }) => effective).length,
    leastMatchedCosine: [...matchedCosines].sort((a, b) => a - b)[0],
  });
  expect(evaluation.rateCC).toBeGreaterThan(0.3);
  const dot = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const strongest = filters.find(({ strength }) => strength === 1);
  expect(measures.strongestFilterAndSta).toBeCloseTo(
    Math.abs(cosine(strongest?.embedded ?? new Float32Array(64), receptiveField.spatial)),
    4,
  );
  const effective = filters.filter((filter) => filter.effective);
  const like = effective.filter(({ feature }) => dot(feature, receptiveField.spatial) > 0).length;
  const against = effective.filter(
    ({ feature }) => dot(feature, receptiveField.spatial) < 0,
  ).length;
  expect([measures.featuresLikeField, measures.featuresAgainstField]).toEqual([like, against]);
  expect(measures.weakFilters).toBe(filters.filter(({ strength }) => strength < 0.1).length);
  expect(measures.meanStrength).toBeCloseTo(
    filters.reduce((sum, { strength }) => sum + strength, 0) / 6,
    9,
  );
  for (const asked of [
    'networkField',
    'networkTemporal',
    'responses',
    'transfer',
    'beside',
    'images',
  ]) {
    expect(drawn).not.toHaveProperty(asked);
    expect(measures).not.toHaveProperty(asked);
  }
  expect(drawn.filters).toHaveLength(6);
});

test('without a test part and without truth, and of a filter of nothing, what is missing is null and never NaN', async () => {
  const [first, ...others] = result.filters;
  const empty = new Float32Array(64);
  const { measures } = await measure(undefined, {
    ...result,
    evaluation: {},
    matchedCosines: undefined,
    filters: [{ ...first, embedded: empty, feature: empty, strength: 2 }, ...others],
  });
  expect(measures).toMatchObject({
    cc: null,
    ccOfLN: null,
    noiseCeiling: null,
    leastMatchedCosine: null,
    strongestFilterAndSta: 0,
  });
  expect(numbersIn(measures).filter((value) => !Number.isFinite(value))).toEqual([]);
  const recorded = await measure(undefined, { ...result, evaluation: { psthCC: 0.25 } });
  expect(recorded.measures.cc).toBe(0.25);
});

test('with every filter effective none is lost: all three CCs are that of the fit within 1e-6, with no spread', async () => {
  const filters = result.filters.map((filter) => ({ ...filter, effective: true }));
  const { measures } = await measure({ pruning: 4 }, { ...result, filters, effectiveFilters: 6 });
  const cc = Number(result.evaluation.rateCC);
  for (const name of ['ccOfAllFilters', 'ccOfEffectiveFilters', 'ccOfRandomFilters']) {
    expect(Math.abs(Number(measures[name]) - cc)).toBeLessThan(1e-6);
  }
  expect(measures.sdOfRandomFilters).toBeLessThan(1e-9);
});

test('with one filter of six effective, random ones differ from it; their mean and SD lie within the six CCs', async () => {
  const only = (kept: number) => ({
    ...result,
    filters: result.filters.map((filter, i) => ({ ...filter, effective: i === kept })),
    effectiveFilters: 1,
  });
  const each = await Promise.all(
    result.filters.map(async (_, i) => (await measure({ pruning: 12 }, only(i))).measures),
  );
  const ccs = each.map(({ ccOfEffectiveFilters }) => Number(ccOfEffectiveFilters));
  expect(new Set(ccs).size).toBeGreaterThan(1);
  const { ccOfRandomFilters, sdOfRandomFilters } = each[0];
  expect(ccOfRandomFilters).toBeGreaterThanOrEqual(Math.min(...ccs));
  expect(ccOfRandomFilters).toBeLessThanOrEqual(Math.max(...ccs));
  expect(sdOfRandomFilters).toBeGreaterThan(0);
  expect(sdOfRandomFilters).toBeLessThanOrEqual(Math.max(...ccs) - Math.min(...ccs));
  // The draws come from the seed of the fit.
  expect(each.map((measures) => measures.ccOfRandomFilters)).toEqual(
    each.map(() => ccOfRandomFilters),
  );
  expect((await measure({ pruning: 1 }, only(0))).measures.sdOfRandomFilters).toBe(0);
});

test('transfer to itself is the CC of the fit, and to another cell the CC with that cell’s rate', async () => {
  const { measures, drawn } = await measure({
    transfer: [
      { cell: 0, crop: whole },
      { cell: 1, crop: whole },
    ],
    drawnFrames: 50,
  });
  expect(measures.ccOnCell0).toBe(result.evaluation.rateCC);
  const network = Array.from(result.test?.network ?? []).slice(20);
  const other = Array.from(dataset.truth?.[1].testRate ?? []).slice(20);
  const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const cov = (a: number[], b: number[]) =>
    mean(a.map((value, i) => (value - mean(a)) * (b[i] - mean(b))));
  const cc = cov(network, other) / Math.sqrt(cov(network, network) * cov(other, other));
  expect(measures.ccOnCell1).toBeCloseTo(cc, 6);
  expect(measures.ccOnCell1).not.toBe(measures.ccOnCell0);
  expect(Object.keys(drawn.transfer ?? {})).toEqual(['0', '1']);
  expect(drawn.transfer?.[0].network).toEqual(drawn.transfer?.[1].network);
  expect(drawn.transfer?.[0].observed).not.toEqual(drawn.transfer?.[1].observed);
});

test('responses are drawn from the first frame compared on, of the length asked for or what there is, 20 trials at the most', async () => {
  for (const [asked, given] of [
    [50, 50],
    [1e6, 380],
  ]) {
    const { drawn } = await measure({ drawnFrames: asked });
    const { start, observed, network, trials = [] } = drawn.responses ?? expect.fail('responses');
    expect(start).toBe(20);
    expect([observed.length, network.length]).toEqual([given, given]);
    expect(trials.map(({ length }) => length)).toEqual(new Array(20).fill(given));
    const counts = dataset.test?.counts[0] ?? new Float32Array(0);
    expect(trials[3]).toEqual(Array.from(counts.subarray(3 * 400 + 20, 3 * 400 + 20 + given)));
    const rate = result.test?.network[25] ?? 0;
    expect(Math.abs(network[5] - rate)).toBeLessThanOrEqual(0.005 * rate);
  }
  expect((await measure({ pruning: 2 })).drawn.responses).toBeUndefined();
});

test('another test gives its CC, responses of the asked length from its first frame, and as many images as asked for', async () => {
  const call = opening();
  const run = runOf({ beside, drawnFrames: 120, drawnImages: 3 });
  const { measures, drawn } = await measureRun(run, result, call);
  expect(call.opened.filter((opened) => opened === beside)).toHaveLength(1);
  expect(measures.ccBeside).toBeGreaterThan(0);
  expect(measures.ccBeside).toBeLessThanOrEqual(1);
  expect(drawn.beside).toMatchObject({ start: 0 });
  expect(drawn.beside?.observed).toHaveLength(120);
  expect(drawn.beside?.network).toHaveLength(120);
  expect(drawn.beside?.trials?.map(({ length }) => length)).toEqual(new Array(20).fill(120));
  const shown = await naturalImages({
    kind: 'dead-leaves',
    count: 6,
    seed: 7,
    height: 8,
    width: 8,
  });
  expect(drawn.images).toHaveLength(3);
  for (const [i, { height, width, values }] of (drawn.images ?? []).entries()) {
    expect([height, width]).toEqual([8, 8]);
    for (const [square, value] of values.entries()) {
      expect(Math.abs(value - shown[i * 64 + square])).toBeLessThanOrEqual(0.001);
    }
  }
  const all = await measure({ beside, drawnImages: 50 });
  expect(all.drawn.images).toHaveLength(6);
  expect((await measure({ beside })).drawn.images).toBeUndefined();
  expect((await measure({ beside: source, drawnImages: 2 })).drawn.images).toEqual([]);
});

test('a test of noise beside the fit’s own gives the same CC as the fit', async () => {
  const { measures } = await measure({ beside: source });
  expect(measures.ccBeside).toBe(result.evaluation.rateCC);
});

test('the network’s receptive field is compared with the STA, and both are drawn', async () => {
  const { measures, drawn } = await measure({ networkField: true });
  for (const name of ['networkFieldAndSta', 'networkTemporalAndSta']) {
    expect(measures[name]).toBeGreaterThan(0.5);
    expect(measures[name]).toBeLessThanOrEqual(1 + 1e-6);
  }
  expect(drawn.networkField?.values).toHaveLength(64);
  expect(drawn.networkTemporal).toHaveLength(20);
});

test('all that is drawn is rounded to three digits, and everything is plain data', async () => {
  const found = await measure({
    pruning: 2,
    networkField: true,
    transfer: [{ cell: 1, crop: whole }],
    beside,
    drawnImages: 2,
    drawnFrames: 60,
  });
  const { match: _, ...maps } = { ...found.drawn, match: undefined };
  const numbers = numbersIn({
    ...maps,
    filters: maps.filters?.map(({ values }) => values),
    features: maps.features?.map(({ values }) => values),
  });
  expect(numbers.length).toBeGreaterThan(1000);
  for (const value of numbers) expect(value).toBe(Number(value.toPrecision(3)));
  expect(numbersIn(found.measures).filter((value) => !Number.isFinite(value))).toEqual([]);
  const text = JSON.stringify(found);
  expect(JSON.stringify(JSON.parse(text))).toBe(text);
});

test('equal calls give equal findings', async () => {
  const also: AlsoMeasured = { pruning: 3, networkField: true, beside, drawnFrames: 30 };
  expect(await measure(also)).toEqual(await measure(also));
});

test('a cancelled signal rejects as cancelled, before the data are opened and between them', async () => {
  const aborted = AbortSignal.abort();
  const never = opening();
  const run = runOf({ transfer: [{ cell: 0, crop: whole }], beside });
  await expect(measureRun(run, result, { ...never, signal: aborted })).rejects.toMatchObject({
    kind: 'cancelled',
  });
  expect(never.opened).toEqual([]);
  const controller = new AbortController();
  const once = opening();
  const open = async (wanted: DatasetSource) => {
    controller.abort();
    return once.open(wanted);
  };
  await expect(measureRun(run, result, { open, signal: controller.signal })).rejects.toMatchObject({
    kind: 'cancelled',
  });
  expect(once.opened).toHaveLength(1);
});
