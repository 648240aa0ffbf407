/** The first layer of a fitted network as it is shown: maps, features, strengths, matches to true subunits. */
import {
  Engine,
  type HeldMovie,
  multiplyOut,
  type NetworkShape,
  Random,
} from '@retinoscope/core-wasm';
import type { FittedModel } from '../architecture/index.js';
import {
  describeFilters,
  filterFeatures,
  firstLayer,
  matchSubunits,
  mergeDuplicates,
  separate,
  spatialAndTemporal,
} from '../interpretation/index.js';
import { networkShape } from './network.js';
import type { FilterSummary } from './types.js';

/** Frames that place the filters of a network of several layers. */
const placingFrames = 2000;
/** Noise inputs behind a feature (Yan et al. 2020); fewer where an input is a stack of frames. */
const featureSamples = 10_000;
const featureBatch = 250;
const featureStream = 4;

export interface FilterReport {
  readonly filters: readonly FilterSummary[];
  /** Absolute cosine of each true subunit's match; absent without truth. */
  readonly matchedCosines?: readonly number[];
  readonly distinctSubunits: number;
  readonly effectiveFilters: number;
}

/** `movie` is the held training movie that several layers are placed with. */
export async function reportFilters(
  engine: Engine,
  movie: HeldMovie,
  model: FittedModel,
  temporal: Float32Array,
  subunits: readonly Float32Array[] | undefined,
): Promise<FilterReport> {
  const { architecture, parameters } = model;
  const shape = networkShape(architecture);
  const first = shape.lags - 1;
  const placing = Math.min(placingFrames, movie.frames - first);
  const weight = engine.firstLayerWeight(movie, first, placing);
  const bank = firstLayer(shape, parameters, weight);
  const described = describeFilters(bank, { reference: shape.lags > 1 ? temporal : undefined });
  const features = await noiseFeatures(shape, model);
  const effective = described.map((filter) => filter.effective);
  const strength = described.map((filter) => filter.strength);
  const embedded = described.map((filter) => filter.embedded);
  const groups = mergeDuplicates(embedded, { effective, strength });
  const matches = subunits && matchSubunits(embedded, subunits, { effective, strength });
  const matchOf = (index: number): FilterSummary['match'] => {
    const subunit = matches?.findIndex((match) => match.members.includes(index)) ?? -1;
    return matches && subunit >= 0 ? { subunit, cosine: matches[subunit].cosine } : undefined;
  };
  return {
    filters: described.map((filter, i) => ({
      spatial: filter.spatial,
      height: bank.height,
      width: bank.width,
      temporal: shape.lags > 1 ? filter.temporal : temporal,
      embedded: filter.embedded,
      feature: features[i],
      moransI: filter.moransI,
      strength: filter.strength,
      effective: filter.effective,
      match: matchOf(i),
    })),
    matchedCosines: matches?.map((match) => match.cosine),
    distinctSubunits: groups.length,
    effectiveFilters: effective.filter(Boolean).length,
  };
}

/** Spatial maps of the first layer's filters, for showing while they are trained. */
export function filterMaps(engine: Engine, temporal: Float32Array): Float32Array[] {
  const { shape } = engine;
  const { filters, height, width } = shape.layers[0];
  const { weights } = multiplyOut(shape, engine.parameters()).layers[0];
  const size = shape.lags * height * width;
  return Array.from({ length: filters }, (_, k) => {
    const filter = weights.slice(k * size, (k + 1) * size);
    if (shape.lags === 1) return filter;
    return spatialAndTemporal(filter, shape.lags, height, width, { reference: temporal }).spatial;
  });
}

/** Feature of each first-layer filter `[y, x]`; of a stack of frames, its first spatial singular vector. */
async function noiseFeatures(shape: NetworkShape, model: FittedModel): Promise<Float32Array[]> {
  const { lags, height, width } = shape;
  const size = height * width;
  // An engine whose movie is a single batch of noise, refilled for each.
  const engine = await Engine.create(shape, { batch: 8 });
  engine.setParameters(model.parameters);
  const frames = featureBatch * lags;
  const held = engine.addMovie({
    kind: 'float',
    frames,
    height,
    width,
    data: new Float32Array(frames * size),
  });
  const random = await Random.create(model.provenance.seed, featureStream);
  const features = filterFeatures({
    inputSize: lags * size,
    filters: shape.layers[0].filters,
    normals: (count) => random.normals(count),
    samples: Math.ceil(featureSamples / lags / featureBatch) * featureBatch,
    batch: featureBatch,
    respond: (inputs, samples) => {
      engine.refill(held, backwards(inputs, samples, lags, size));
      return engine.firstLayer(held, samples, lags);
    },
  });
  if (lags === 1) return features;
  return features.map((feature) => separate(feature, lags, height, width).spatial);
}

/** Inputs `[sample, lag, y, x]`, current frame first, as a movie `[time, y, x]`. */
function backwards(
  inputs: Float32Array,
  samples: number,
  lags: number,
  size: number,
): Float32Array {
  if (lags === 1) return inputs;
  const movie = new Float32Array(inputs.length);
  for (let s = 0; s < samples; s++) {
    for (let lag = 0; lag < lags; lag++) {
      const from = (s * lags + lag) * size;
      movie.set(inputs.subarray(from, from + size), (s * lags + lags - 1 - lag) * size);
    }
  }
  return movie;
}
