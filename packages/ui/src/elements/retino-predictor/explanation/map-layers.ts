/**
 * The maps of a layer's filters as tiles, a place that is marked on all of them, and what is said there. Places are
 * 0-based squares of the maps, which are not those of the stimulus. Pure.
 */
import type { FeatureMap } from '@retinoscope/worker';
import type { PixelMap } from '../../../plots/pixels.js';

/** Filters shown at the most. */
const mostFilters = 64;

export interface Layer {
  readonly height: number;
  readonly width: number;
  /** The first filters. */
  readonly tiles: readonly PixelMap[];
  /** Of all filters. */
  readonly filters: number;
  /** Of maps with a third axis: its length, and the place on it that is shown. */
  readonly depth?: { readonly length: number; readonly shown: number };
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Maps `[filter, …, y, x]`; of the axes between, the middle. */
export function layerOf({ shape, data }: FeatureMap): Layer {
  const [filters, ...axes] = shape;
  const width = axes.at(-1) ?? 1;
  const height = axes.at(-2) ?? 1;
  const length = axes.slice(0, -2).reduce((product, axis) => product * axis, 1);
  const shown = length >> 1;
  const size = height * width;
  return {
    height,
    width,
    tiles: Array.from({ length: Math.min(filters, mostFilters) }, (_, filter) => {
      const from = (filter * length + shown) * size;
      return { values: data.subarray(from, from + size), height, width };
    }),
    filters,
    ...(length > 1 ? { depth: { length, shown } } : {}),
  };
}

const names: Readonly<Record<string, string>> = {
  Abs: 'the absolute value',
  Clip: 'clipping',
  Elu: 'the ELU',
  Exp: 'the exponential',
  LeakyRelu: 'the leaky rectifier',
  Log: 'the logarithm',
  PRelu: 'the leaky rectifier',
  Pow: 'the power',
  Relu: 'the rectifier',
  Sigmoid: 'the sigmoid',
  Softplus: 'the softplus',
  Sqrt: 'the square root',
  Tanh: 'the tanh',
};

function isConvolution({ operator }: FeatureMap): boolean {
  return operator.startsWith('Conv');
}

/** `Layer 1, convolution`; `Layer 1, after the rectifier`. */
export function layerLabel(map: FeatureMap): string {
  const what = isConvolution(map) ? 'convolution' : `after ${names[map.operator] ?? map.operator}`;
  return `Layer ${map.layer}, ${what}`;
}

/** Index of the map that is shown first: the first nonlinearity's, where there is one. */
export function firstLayer(maps: readonly FeatureMap[]): number {
  return Math.max(
    0,
    maps.findIndex((map) => !isConvolution(map)),
  );
}

/** The place below a point of a tile's box, both in the same pixels; the nearest one for a point beyond its edges. */
export function placeAt(
  box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  },
  point: { readonly x: number; readonly y: number },
  { width, height }: Layer,
): Place {
  return {
    x: within(Math.floor(((point.x - box.left) / box.width) * width), width),
    y: within(Math.floor(((point.y - box.top) / box.height) * height), height),
  };
}

/** Of the tile, %: the middle of a place and the size of one. */
export function markOf({ x, y }: Place, { width, height }: Layer) {
  return {
    x: (100 * (x + 0.5)) / width,
    y: (100 * (y + 0.5)) / height,
    width: 100 / width,
    height: 100 / height,
  };
}

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where an arrow key leads, `step` places on; first to the middle. Undefined for other keys. */
export function movedPlace(
  place: Place | undefined,
  key: string,
  { width, height }: Layer,
  step = 1,
): Place | undefined {
  const arrow = arrows[key];
  if (!arrow) return undefined;
  if (!place) return { x: width >> 1, y: height >> 1 };
  return {
    x: within(place.x + step * arrow[0], width),
    y: within(place.y + step * arrow[1], height),
  };
}

const rankNames = ['largest', '2nd', '3rd'];

/** Of each filter the word for its rank by magnitude; undefined for 0 and from the fourth on. */
export function ranksOf(values: readonly number[]): readonly (string | undefined)[] {
  const order = values
    .map((value, filter) => ({ size: Math.abs(value), filter }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size || a.filter - b.filter)
    .slice(0, rankNames.length);
  const ranks = new Array<string | undefined>(values.length).fill(undefined);
  order.forEach(({ filter }, rank) => {
    ranks[filter] = rankNames[rank];
  });
  return ranks;
}

/** Of every tile, at a place. */
export function valuesAt({ tiles, width }: Layer, { x, y }: Place): number[] {
  return tiles.map(({ values }) => values[y * width + x]);
}

function within(at: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at));
}
