/** What is measured of a fit for an experiment: numbers for its table, and what its figure is drawn from. */
import { frameValues, Random } from '@retinoscope/core-wasm';
import { throwIfCancelled } from '../errors.js';
import { cosine } from '../interpretation/maps.js';
import type { Dataset, DatasetSource } from '../recording/index.js';
import {
  type FilterSummary,
  type FitResult,
  keepFilters,
  networkReceptiveField,
  Predictor,
  randomSubset,
  type TestOfCell,
  testCC,
  testOf,
} from '../training/index.js';
import { summary } from './claims.js';
import type { MapData, TitledMap } from './panels.js';
import type { Drawn, DrawnResponses, ExperimentRun, Found, Measures } from './types.js';

/** Opens the datasets that a run names. */
export interface MeasureCall {
  readonly open: (source: DatasetSource) => Promise<Dataset>;
  readonly signal?: AbortSignal;
}

/** Stream of random numbers of the filters that are kept at random. */
const pruningStream = 6;
/** Frames of the training part that the network's receptive field is found from. */
const fieldFrames = 100_000;
/** Trials drawn at the most. */
const mostTrials = 20;

/** Measures `result`, the fit of `run`. */
export async function measureRun(
  run: ExperimentRun,
  result: FitResult,
  call: MeasureCall,
): Promise<Found> {
  const { also = {}, request } = run;
  const { pruning, networkField, transfer, beside, drawnFrames = 0 } = also;
  const found: { measures: Record<string, number | null>; drawn: Record<string, unknown> } = {
    measures: { ...fitMeasures(result) },
    drawn: { ...fitDrawn(result) },
  };
  const { model } = result;
  const { cell, crop } = model.provenance;
  const { lags } = model.architecture;
  const open = async (source: DatasetSource) => {
    throwIfCancelled(call.signal);
    return call.open(source);
  };
  const dataset = await open(request.source);
  const own = pruning || drawnFrames > 0 ? await testOf(dataset, cell, crop, lags) : undefined;
  const predictor = own && (await Predictor.create(model, own.movie));
  if (own && predictor && pruning) {
    Object.assign(found.measures, await pruned(result, own, predictor, pruning));
  }
  if (own && predictor && drawnFrames > 0) {
    found.drawn.responses = drawnResponses(own, predictor.rates(), drawnFrames);
  }
  if (networkField) {
    const field = await networkReceptiveField(model, dataset, fieldFrames);
    const { spatial, temporal } = result.receptiveField;
    Object.assign(found.measures, {
      networkFieldAndSta: cosine(field.spatial, spatial),
      networkTemporalAndSta: cosine(field.temporal, temporal),
    });
    found.drawn.networkField = mapData(field.spatial, field);
    found.drawn.networkTemporal = rounded(field.temporal);
  }
  const transferred: Record<string, DrawnResponses> = {};
  for (const other of transfer ?? []) {
    throwIfCancelled(call.signal);
    const test = await testOf(dataset, other.cell, other.crop, lags);
    const rates = (await Predictor.create(model, test.movie)).rates();
    found.measures[`ccOnCell${other.cell}`] = testCC(test, rates);
    transferred[other.cell] = drawnResponses(test, rates, drawnFrames);
  }
  if (transfer) found.drawn.transfer = transferred;
  if (beside) {
    const besides = await open(beside);
    const test = await testOf(besides, cell, crop, lags);
    const rates = (await Predictor.create(model, test.movie)).rates();
    found.measures.ccBeside = testCC(test, rates);
    found.drawn.beside = drawnResponses({ ...test, first: 0 }, rates, drawnFrames);
    if (also.drawnImages) found.drawn.images = await imagesOf(beside, besides, also.drawnImages);
  }
  return found as { measures: Measures; drawn: Drawn };
}

function fitMeasures(result: FitResult): Measures {
  const { evaluation, filters, receptiveField, matchedCosines } = result;
  const strongest = filters.reduce((a, b) => (b.strength > a.strength ? b : a));
  return {
    cc: evaluation.rateCC ?? evaluation.psthCC ?? null,
    ccOfLN: evaluation.lnCC ?? null,
    noiseCeiling: evaluation.noiseCeiling ?? null,
    validationLoss: result.validationLoss,
    spikes: result.spikes,
    strongestFilterAndSta: Math.abs(cosine(strongest.embedded, receptiveField.spatial)),
    leastMatchedCosine: matchedCosines ? Math.min(...matchedCosines) : null,
    distinctSubunits: result.distinctSubunits,
    effectiveFilters: result.effectiveFilters,
    leastReadout: leastReadout(result),
    featuresLikeField: featureSigns(result, 1),
    featuresAgainstField: featureSigns(result, -1),
    weakFilters: filters.filter(({ strength }) => strength < weak).length,
    meanStrength: filters.reduce((sum, { strength }) => sum + strength, 0) / filters.length,
  };
}

/** Effective filters whose feature has, on the whole, the sign of the receptive field, or the other. */
function featureSigns({ filters, receptiveField }: FitResult, sign: 1 | -1): number {
  return filters.filter(
    ({ effective, feature }) => effective && sign * cosine(feature, receptiveField.spatial) > 0,
  ).length;
}

/** The least weight of the readout, of the largest: negative where a unit takes away from the rate. */
function leastReadout({ model }: FitResult): number {
  const { readout } = model.parameters;
  const largest = readout.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return largest > 0 ? readout.reduce((a, b) => Math.min(a, b)) / largest : 0;
}

/** Share of the largest strength below which a filter is nearly zero. */
const weak = 0.1;

function fitDrawn({ receptiveField, filters, matchedCosines, model }: FitResult): Drawn {
  const { height, width } = receptiveField;
  const titled = (values: (filter: FilterSummary) => Float32Array): TitledMap[] =>
    filters.map((filter) => ({
      ...mapData(values(filter), { height, width }),
      effective: filter.effective,
      match: filter.match,
    }));
  return {
    field: mapData(receptiveField.spatial, receptiveField),
    temporal: rounded(receptiveField.temporal),
    modelTemporal: model.temporalFilter && rounded(model.temporalFilter),
    filters: titled(({ embedded }) => embedded),
    features: titled(({ feature }) => feature),
    matchedCosines: matchedCosines && rounded(matchedCosines),
  };
}

/** CC with the effective filters alone, and with as many chosen at random. */
async function pruned(
  result: FitResult,
  test: TestOfCell,
  predictor: Predictor,
  draws: number,
): Promise<Measures> {
  const { model, filters, effectiveFilters } = result;
  const cc = (keep: readonly boolean[]) =>
    testCC(test, predictor.rates(keepFilters(model, keep))) ?? 0;
  const generator = await Random.create(model.provenance.seed, pruningStream);
  const uniform = () => generator.uniforms(1)[0];
  const drawn = Array.from({ length: draws }, () =>
    cc(randomSubset(effectiveFilters, filters.length, uniform)),
  );
  const random = summary(drawn);
  return {
    ccOfAllFilters: cc(filters.map(() => true)),
    ccOfEffectiveFilters: cc(filters.map(({ effective }) => effective)),
    ccOfRandomFilters: random?.mean ?? null,
    sdOfRandomFilters: random?.sd ?? null,
  };
}

function drawnResponses(test: TestOfCell, rates: Float32Array, frames: number): DrawnResponses {
  const { first, repeats, counts, movie } = test;
  const end = Math.min(movie.frames, first + frames);
  return {
    start: first,
    observed: rounded(test.observed.subarray(first, end)),
    network: rounded(rates.subarray(first, end)),
    trials:
      repeats > 1
        ? Array.from({ length: Math.min(repeats, mostTrials) }, (_, repeat) =>
            Array.from(counts.subarray(repeat * movie.frames + first, repeat * movie.frames + end)),
          )
        : undefined,
  };
}

/** The first images of a test of flashed images. */
async function imagesOf(
  source: DatasetSource,
  { test }: Dataset,
  count: number,
): Promise<MapData[]> {
  if (source.kind !== 'simulated' || !source.images || !test) return [];
  const { onFrames, offFrames, count: all } = source.images;
  const movie = await test.stimulus.read({ first: 0, last: 0 }, undefined);
  return Array.from({ length: Math.min(count, all) }, (_, i) =>
    mapData(frameValues(movie, i * (onFrames + offFrames), 1), movie),
  );
}

function mapData(
  values: ArrayLike<number>,
  { height, width }: { height: number; width: number },
): MapData {
  return { height, width, values: rounded(values) };
}

/** To three significant digits: as much as can be seen. */
function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(3)));
}
