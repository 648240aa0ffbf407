/**
 * First layer that filters in time what a convolution of single frames gives: Version I by the movie's own filter, a
 * separable layer by profiles that it learns. Both commute with the convolution, so frames of a stretch of
 * contiguous samples are convolved once. Promises the result of filtering first, up to rounding; frames before the
 * movie's first count as 0.
 */
import type { LayerLayout, VectorLayout } from './engine-layout.js';
import {
  type Convolution,
  type FirstLayer,
  type HeldMovie,
  type Output,
  type Rows,
  roundUp8,
} from './first-layer.js';
import type { Core } from './load.js';

/** Bytes of each frame's outputs that are filtered together. */
const tileBytes = 1024;

/** Contiguous samples, and where their frames lie among those convolved. */
interface Stretch {
  /** First sample of the block. */
  readonly sample: number;
  readonly length: number;
  /** First of its frames among those convolved. */
  readonly frame: number;
  /** Frames of its history that the movie does not have. */
  readonly missing: number;
}

export interface TemporalLayerPlace {
  readonly lags: number;
  readonly activity: Output;
  readonly dz: Output;
  /** Samples, and frames convolved, of a block at the most. */
  readonly samples: number;
  readonly frames: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly zeros: number;
}

export class TemporalLayer implements FirstLayer {
  private stretches: Stretch[] = [];
  private convolved = 0;
  private readonly list: number;
  private readonly spatial: Output;
  private readonly forwardTaps: number;
  private readonly backwardTaps: number;
  private readonly copyTaps: number;
  private taps = 0;
  /** Positions filtered together through all times, a multiple of 4. */
  private readonly tile: number;

  constructor(
    private readonly core: Core,
    private readonly layer: LayerLayout,
    private readonly temporal: VectorLayout['temporal'],
    private readonly convolution: Convolution,
    private readonly place: TemporalLayerPlace,
  ) {
    const { arena } = core;
    const tapBytes = layer.padded * 4;
    this.list = arena.allocate(roundUp8(place.frames) * 4);
    const stride = convolution.outputStride(layer.positions * layer.copies * tapBytes);
    // The gradient of the last taps looks at three frames before the first; filters may write one past the last.
    const bytes = (roundUp8(place.frames) + 8) * stride;
    const spatial = arena.allocate(bytes);
    arena.u8(spatial, bytes).fill(0);
    this.spatial = { pointer: spatial + 3 * stride, stride };
    this.tile = Math.max(4, Math.floor(tileBytes / (layer.copies * tapBytes) / 4) * 4);
    this.copyTaps = (place.lags + 2) * tapBytes;
    this.forwardTaps = arena.allocate(layer.copies * this.copyTaps);
    this.backwardTaps = arena.allocate(layer.copies * this.copyTaps);
  }

  get dz(): Output {
    return this.place.dz;
  }

  /** Whole stretches, as many as there is room for; of one that is too long, what there is room for. */
  take(frames: Uint32Array, first: number): number {
    const history = this.place.lags - 1;
    let room = this.place.frames;
    let taken = 0;
    while (first + taken < frames.length) {
      const start = first + taken;
      let length = 1;
      while (frames[start + length] === frames[start] + length) length++;
      const most = Math.min(room - history, this.place.samples - taken);
      if (length > most) return taken > 0 ? taken : most;
      taken += length;
      room -= length + history;
    }
    return taken;
  }

  prepare(movie: HeldMovie): void {
    const { layer, place } = this;
    const { kernels } = this.core;
    const tapBytes = layer.padded * 4;
    this.taps = this.temporal
      ? place.parameters + this.temporal.at * 4
      : (movie.taps?.pointer ?? 0);
    for (let copy = 0; copy < layer.copies; copy++) {
      const taps = this.tapsOf(copy);
      kernels.padTaps(place.lags, tapBytes, 1, taps, this.forwardTaps + copy * this.copyTaps);
      kernels.padTaps(place.lags, tapBytes, 0, taps, this.backwardTaps + copy * this.copyTaps);
    }
    this.convolution.prepare(movie);
  }

  forward(movie: HeldMovie, frames: number, samples: number, rectify: boolean): void {
    const { layer, place } = this;
    const { kernels } = this.core;
    this.split(frames, samples);
    this.convolution.gather(movie, this.list, this.convolved);
    const tapBytes = layer.padded * 4;
    this.eachRows((rows, positions, inOffset, outOffset) => {
      this.convolution.forward(this.convolved, rows, this.spatial, Number.NEGATIVE_INFINITY);
      for (const { sample, length, frame, missing } of this.stretches) {
        kernels.filterOutputs(
          length,
          length + place.lags - 1 - missing,
          missing,
          positions,
          this.tile,
          layer.copies,
          this.spatial.pointer + frame * this.spatial.stride + inOffset,
          this.spatial.stride,
          layer.copies * tapBytes,
          place.lags,
          this.forwardTaps,
          tapBytes,
          this.copyTaps,
          place.parameters + layer.biasAt * 4,
          place.activity.pointer + sample * place.activity.stride + outOffset,
          place.activity.stride,
          tapBytes,
          rectify ? 0 : Number.NEGATIVE_INFINITY,
        );
      }
    });
  }

  backward(): void {
    const { layer, place, temporal } = this;
    const { kernels } = this.core;
    const tapBytes = layer.padded * 4;
    if (this.stretches.some(({ missing }) => missing > 0)) {
      throw new RangeError('A frame to train on needs its whole history in the movie.');
    }
    if (temporal) {
      for (const { sample, length, frame } of this.stretches) {
        for (let copy = 0; copy < layer.copies; copy++) {
          kernels.tapGradient(
            length,
            layer.positions,
            layer.padded / 4,
            place.lags,
            this.spatial.pointer + frame * this.spatial.stride + copy * tapBytes,
            this.spatial.stride,
            layer.copies * tapBytes,
            place.dz.pointer + sample * place.dz.stride,
            place.dz.stride,
            tapBytes,
            place.gradient + (temporal.at + copy * temporal.lags * layer.padded) * 4,
            tapBytes,
          );
        }
      }
    }
    // What was convolved is no longer needed: its gradient takes its place.
    this.eachRows((rows, positions, inOffset, outOffset) => {
      for (const { sample, length, frame } of this.stretches) {
        for (let copy = 0; copy < layer.copies; copy++) {
          kernels.filterOutputs(
            length + place.lags - 1,
            length,
            place.lags - 1,
            positions,
            this.tile,
            1,
            place.dz.pointer + sample * place.dz.stride + outOffset,
            place.dz.stride,
            tapBytes,
            place.lags,
            this.backwardTaps + copy * this.copyTaps,
            tapBytes,
            0,
            place.zeros,
            this.spatial.pointer + frame * this.spatial.stride + inOffset + copy * tapBytes,
            this.spatial.stride,
            layer.copies * tapBytes,
            Number.NEGATIVE_INFINITY,
          );
        }
      }
      this.convolution.backward(this.convolved, rows, this.spatial);
    });
  }

  finish(): void {
    this.convolution.finish();
  }

  /** Rows of the output, few enough that their times stay in a cache between the convolution and the filter. */
  private eachRows(
    visit: (rows: Rows, positions: number, inOffset: number, outOffset: number) => void,
  ): void {
    const { layer, convolution } = this;
    for (let first = 0; first < layer.outHeight; first += convolution.rowsAtOnce) {
      const count = Math.min(convolution.rowsAtOnce, layer.outHeight - first);
      const offset = first * layer.outWidth * layer.padded * 4;
      visit({ first, count }, count * layer.outWidth, offset * layer.copies, offset);
    }
  }

  private tapsOf(copy: number): number {
    const lags = this.temporal?.lags ?? 0;
    return this.taps + copy * lags * this.layer.padded * 4;
  }

  /** Finds the stretches of a block and lists the frames that they need. */
  private split(frames: number, samples: number): void {
    const { arena } = this.core;
    const history = this.place.lags - 1;
    const asked = arena.u32(frames, samples);
    const list = arena.u32(this.list, roundUp8(this.place.frames));
    this.stretches = [];
    let at = 0;
    for (let sample = 0; sample < samples; ) {
      const first = asked[sample];
      let length = 1;
      while (sample + length < samples && asked[sample + length] === first + length) length++;
      const missing = Math.max(0, history - first);
      this.stretches.push({ sample, length, frame: at, missing });
      for (let frame = first - history + missing; frame < first + length; frame++)
        list[at++] = frame;
      sample += length;
    }
    this.convolved = at;
    list.fill(list[at - 1], at, roundUp8(at));
  }
}
