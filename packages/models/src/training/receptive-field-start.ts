/**
 * A network whose first filters are pieces of the receptive field before the first step: each is the STA seen through
 * a Gaussian window of its own, the windows spread over the field and as wide as a filter's share of it. Promises
 * the same start for the same data and random numbers; knows of the cell its STA and its mean count alone.
 */
import {
  frameValues,
  layerOutputs,
  type Movie,
  type NetworkParameters,
  type NetworkShape,
  type Random,
} from '@retinoscope/core-wasm';

/** What the training part says of the cell and its stimulus. */
export interface StartingData {
  /** Spatial receptive field `[y, x]` of the input, any unit. */
  readonly spatial: Float32Array;
  /** The STA's temporal filter, unit L2 norm, index = lag. */
  readonly temporal: Float32Array;
  /** Mean and SD of the stimulus' values. */
  readonly stimulusMean: number;
  readonly stimulusSd: number;
  /** Spikes per frame. */
  readonly meanCount: number;
}

/** Frames of a stimulus of values that its mean and SD are taken from. */
const measuredFrames = 1000;

/** `counts` are those trained on. */
export function startingData(
  { spatial, temporal }: Pick<StartingData, 'spatial' | 'temporal'>,
  movie: Movie,
  counts: Float32Array,
): StartingData {
  const values =
    movie.kind === 'binary'
      ? Float32Array.of(movie.low, movie.high)
      : frameValues(movie, 0, Math.min(measuredFrames, movie.frames));
  const stimulusMean = mean(values);
  const stimulusSd = Math.sqrt(mean(values.map((value) => (value - stimulusMean) ** 2)));
  return { spatial, temporal, stimulusMean, stimulusSd, meanCount: mean(counts) };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** SD of a filter's response to white noise before the rectifier. */
const drive = 0.75;
/** Readout of a filter at the place of its piece, and the sum at the others; shared by more than four filters. */
const mainReadout = 0.4;
const otherReadout = 0.2;
/** Mean readout before a parametric softplus: below 0, in its bend. */
const meanOutput = -0.2;
/** Mean of log(1 + e^(5·o)) over white noise, o the readout of four to eight such filters. */
const meanSoftplus = 1.6;
/** Least mean count, spikes per frame, that the start is made for. */
const leastCount = 1e-4;
/** E[max(z, 0)], z ~ N(0, 1). */
const rectifiedMean = 1 / Math.sqrt(2 * Math.PI);

/**
 * `drawn` with pieces of the receptive field in its first layer, and its weights there as noise on them. In a network
 * of one layer each filter is read where its piece lies, and the mean rate is about the cell's.
 */
export function startFromReceptiveField(
  shape: NetworkShape,
  drawn: NetworkParameters,
  data: StartingData,
  random: Random,
): NetworkParameters {
  const [layer] = shape.layers;
  const { filters } = layer;
  const [map] = layerOutputs(shape);
  const size = layer.height * layer.width;
  const products = shape.rank ?? shape.lags;
  const profile = shape.lags > 1 ? data.temporal : Float32Array.of(1);
  // As much noise on a filter of many lags as on one of a single lag.
  const weights = drawn.layers[0].weights.map((value) => value / Math.sqrt(products));
  const bias = new Float32Array(filters);
  const temporal = drawn.temporal?.slice();
  const places: number[] = [];
  const lagSum = data.temporal.reduce((sum, value) => sum + value, 0);
  const pieces = receptiveFieldPieces(data.spatial, shape.width, filters, random);
  for (const [k, piece] of pieces.entries()) {
    const place = bestPlace(piece, shape, layer);
    places.push(place.y * map.width + place.x);
    const filter = cut(piece, shape.width, place, layer);
    const norm = Math.hypot(...filter);
    const scale = norm > 0 && data.stimulusSd > 0 ? drive / data.stimulusSd / norm : 0;
    for (let product = 0; product < products; product++) {
      // Of separable products the first is the piece, and follows the STA in time.
      const weight = scale * (temporal ? Number(product === 0) : profile[product]);
      const at = (k * products + product) * size;
      for (const [i, value] of filter.entries()) weights[at + i] += weight * value;
    }
    temporal?.set(profile, k * products * shape.lags);
    // A stimulus that is not centred on 0 would hold the unit open or shut.
    bias[k] = -data.stimulusMean * lagSum * scale * filter.reduce((sum, value) => sum + value, 0);
  }
  const started = {
    ...drawn,
    ...(temporal && { temporal }),
    layers: [{ weights, bias }, ...drawn.layers.slice(1)],
  };
  if (shape.layers.length > 1) return started;
  const share = Math.min(1, 4 / filters);
  const positions = map.height * map.width;
  const readout = random
    .normals(filters * positions)
    .map((value) => (Math.abs(value) * share * otherReadout) / positions);
  for (const [k, place] of places.entries()) readout[k * positions + place] = share * mainReadout;
  const meanReadout = filters * share * mainReadout * drive * rectifiedMean;
  const count = Math.max(data.meanCount, leastCount);
  if (shape.head === 'parametric-softplus') {
    const readoutBias = meanOutput - meanReadout;
    return { ...started, readout, readoutBias, alpha: count / meanSoftplus };
  }
  return { ...started, readout, readoutBias: outputOf(count, shape.head) - meanReadout };
}

/** The readout that a head without parameters turns into `rate`. */
function outputOf(rate: number, head: Exclude<NetworkShape['head'], 'parametric-softplus'>) {
  if (head === 'exponential') return Math.log(rate);
  if (head === 'softplus') return Math.log(Math.expm1(rate));
  const probability = Math.min(rate, 0.5);
  return Math.log(probability / (1 - probability));
}

/** Squares of at least this share of the largest |STA| are the receptive field. */
const fieldShare = 0.25;
/** Least SD of a window, squares. */
const leastSd = 0.5;

/**
 * `count` pieces `[y, x]` of a receptive field `[y, x]` of `width` columns: the field times a Gaussian window, whose
 * disc of one SD has the field's area divided by `count`. Centres are drawn by their STA² times the squared distance
 * from the nearest centre drawn before (k-means++, Arthur & Vassilvitskii 2007).
 */
export function receptiveFieldPieces(
  spatial: Float32Array,
  width: number,
  count: number,
  random: Random,
): Float32Array[] {
  const peak = spatial.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const squares = [...spatial.keys()].filter((i) => Math.abs(spatial[i]) >= fieldShare * peak);
  const sd = Math.max(leastSd, Math.sqrt(squares.length / count / Math.PI));
  const power = squares.map((i) => spatial[i] ** 2);
  const apart = (a: number, b: number) =>
    ((a % width) - (b % width)) ** 2 + (Math.floor(a / width) - Math.floor(b / width)) ** 2;
  let nearest: number[] | undefined;
  return Array.from(random.uniforms(count), (uniform) => {
    const spread = nearest?.map((distance, i) => distance * power[i]);
    // The first centre, and those after every square has been one, are drawn by STA² alone.
    const centre = squares[draw(spread?.some((weight) => weight > 0) ? spread : power, uniform)];
    nearest = squares.map((square, i) =>
      Math.min(nearest?.[i] ?? Number.POSITIVE_INFINITY, apart(square, centre)),
    );
    return spatial.map((value, i) => value * Math.exp(-apart(i, centre) / (2 * sd * sd)));
  });
}

/** The index that `uniform`, in [0, 1), falls on, each as likely as its weight. */
function draw(weights: readonly number[], uniform: number): number {
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index < 0 ? weights.length - 1 : index;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Top left square of a window. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Share of a map's energy that a window may miss for each square that it lies nearer to the middle. */
const centrality = 1e-3;

/** The window of `size` that holds most of a map's energy `[y, x]`, the most central of near equals. */
function bestPlace(map: Float32Array, input: Size, size: Size): Place {
  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  const cost = centrality * energy(map);
  const middle = { x: (input.width - size.width) / 2, y: (input.height - size.height) / 2 };
  let best = { x: 0, y: 0, score: Number.NEGATIVE_INFINITY };
  for (let y = 0; y <= input.height - size.height; y++) {
    for (let x = 0; x <= input.width - size.width; x++) {
      const held = energy(cut(map, input.width, { x, y }, size));
      const score = held - cost * Math.hypot(x - middle.x, y - middle.y);
      if (score > best.score) best = { x, y, score };
    }
  }
  return best;
}

/** The window of `size` at a place of a map `[y, x]` of `width` columns. */
function cut(map: Float32Array, width: number, { x, y }: Place, size: Size): Float32Array {
  const out = new Float32Array(size.height * size.width);
  for (let row = 0; row < size.height; row++) {
    const from = (y + row) * width + x;
    out.set(map.subarray(from, from + size.width), row * size.width);
  }
  return out;
}
