/**
 * Forward and backward through the network, block by block of samples, over the buffers of a job.
 * Promises equations only: what a step is and which samples it takes is the engine's. A block is as many samples as
 * the first layer likes to take together; the layers above and the readout take it in smaller parts.
 */
import { between, blockSamples } from './block-size.js';
import { DenseConvolution } from './dense-convolution.js';
import { parameterMask, type VectorLayout } from './engine-layout.js';
import {
  type Convolution,
  type FirstLayer,
  type HeldMovie,
  type Output,
  oddLines,
  roundUp8,
} from './first-layer.js';
import { DirectLayer, type LaterLayer } from './later-layer.js';
import type { Core } from './load.js';
import type { NetworkShape } from './network.js';
import { PlainLayer } from './plain-layer.js';
import { TableConvolution } from './table-convolution.js';
import { TemporalLayer } from './temporal-layer.js';
import { directCost, WinogradLayer, winogradCost } from './winograd.js';

/** Samples of a part: its first in the block, its first in the batch, and how many. */
export interface Part {
  readonly first: number;
  readonly start: number;
  readonly samples: number;
}

/** Frames that one run may be asked for, whatever the batch. */
export const framesAtOnce = 4096;
/** Bytes of first-layer outputs of a block, and its samples at the most, where long stretches gain nothing. */
const blockBytes = 1 << 16;
const mostSamples = 256;
/** Bytes that a part's values and gradients of all later layers take together. */
const partBytes = 1 << 17;
/** Random numbers drawn together, a multiple of 8. */
const noiseAtOnce = 1 << 14;

export class Passes {
  readonly parameters: number;
  readonly gradient: number;
  readonly firstMoment: number;
  readonly secondMoment: number;
  readonly mask: number;
  readonly randomState: number;
  /** Outputs of the readout, rates, counts and gradients of a part. */
  readonly output: number;
  readonly rate: number;
  readonly counts: number;
  readonly outputGradient: number;
  /** Loss, ∂/∂α, ∂/∂β, ∂/∂bias. */
  readonly sums: number;
  private readonly frames: number;
  private readonly noise: number;
  private readonly zeros: number;
  /** Outputs of each layer after its rectifier; the first's are a block's, the others' a part's. */
  private readonly activity: readonly Output[];
  /** Gradients before each rectifier, likewise; the first's with room for the stride that its layer likes. */
  private readonly dz: readonly Output[];
  /** Gradient of the first's outputs after the rectifier, of a part; none where no layer follows. */
  private readonly firstGradients: number;
  private readonly later: readonly LaterLayer[];
  private readonly partSamples: number;
  private readonly blockSamples: number;
  private readonly firstLayers = new Map<string, FirstLayer>();

  constructor(
    private readonly shape: NetworkShape,
    private readonly core: Core,
    private readonly layout: VectorLayout,
    private readonly batch: number,
  ) {
    const { arena } = core;
    const { layers } = layout;
    const zeroed = (count: number) => {
      const pointer = arena.allocate(count * 4);
      arena.f32(pointer, count).fill(0);
      return pointer;
    };
    const vector = () => zeroed(layout.length);
    this.parameters = vector();
    this.gradient = vector();
    this.firstMoment = vector();
    this.secondMoment = vector();
    this.mask = arena.place(parameterMask(shape, layout));
    this.randomState = arena.allocate(64);

    const bytes = layers.map((layer) => layer.positions * layer.padded * 4);
    const laterBytes = bytes.slice(1).reduce((sum, b) => sum + 2 * b, bytes[0]);
    this.blockSamples = blockSamples(bytes[0]);
    this.partSamples = between(8, Math.floor(partBytes / laterBytes), mostSamples);
    this.activity = layers.map((_, i) => ({
      pointer: zeroed(((i === 0 ? this.blockSamples + 8 : this.partSamples) * bytes[i]) / 4),
      stride: bytes[i],
    }));
    this.dz = layers.map((_, i) => {
      const stride = i === 0 ? oddLines(bytes[i]) : bytes[i];
      const samples = i === 0 ? this.blockSamples + 8 : this.partSamples;
      return { pointer: zeroed((samples * stride) / 4), stride };
    });
    this.firstGradients = layers.length > 1 ? zeroed((this.partSamples * bytes[0]) / 4) : 0;
    this.frames = arena.allocate((Math.max(batch, framesAtOnce) + 16) * 4);
    this.noise = arena.allocate(noiseAtOnce * 4);
    this.zeros = zeroed(Math.max(...layers.map((layer) => layer.padded * layer.copies)));
    this.output = zeroed(this.partSamples);
    this.rate = zeroed(this.partSamples);
    this.counts = zeroed(this.partSamples);
    this.outputGradient = zeroed(this.partSamples);
    this.sums = zeroed(4);
    this.later = layers.slice(1).map((_, i) => this.createLaterLayer(i + 1));
  }

  /** Makes ready for passes over `movie`: once after the parameters have changed. */
  prepare(movie: HeldMovie): void {
    this.firstLayer(movie).prepare(movie);
    for (const layer of this.later) layer.prepare();
  }

  /**
   * Forward over the samples whose current frames are `frames`, `noise` its SD; `visit` reads a part's buffers, and
   * with `train` has written the outputs' gradients, whose way back to all parameters is then added.
   */
  run(
    movie: HeldMovie,
    frames: Uint32Array,
    { noise = 0, train = false }: { noise?: number; train?: boolean },
    visit: (part: Part) => void,
  ): void {
    const { arena, kernels } = this.core;
    const first = this.firstLayer(movie);
    if (train) for (const layer of this.later) layer.begin();
    const list = arena.u32(this.frames, roundUp8(frames.length));
    list.set(frames);
    list.fill(frames[frames.length - 1], frames.length);
    for (let start = 0; start < frames.length; ) {
      const samples = first.take(frames, start);
      const block = this.frames + start * 4;
      first.forward(movie, block, samples, noise === 0);
      if (noise > 0) this.addNoise(0, samples, noise);
      for (let from = 0; from < samples; from += this.partSamples) {
        const part = Math.min(this.partSamples, samples - from);
        this.forwardLater(from, part, noise);
        const gather = movie.countBytes === 1 ? kernels.gatherBytes : kernels.gather;
        gather(part, block + from * 4, movie.counts, this.counts);
        visit({ first: from, start: start + from, samples: part });
        if (train) {
          const { pointer, stride } = first.dz;
          const dz = { pointer: pointer + from * stride, stride };
          this.backwardLater(from, part, dz);
          if (this.later.length > 0) this.throughRectifier(0, from, part, this.firstGradients, dz);
        }
      }
      if (train) first.backward(samples);
      start += samples;
    }
    if (train) {
      first.finish();
      for (const layer of this.later) layer.finish();
    }
  }

  /** First-layer outputs after the rectifier of a part, `[sample, position, padded filter]`. */
  firstActivity({ first, samples }: Part): Float32Array {
    const { pointer, stride } = this.activity[0];
    return this.core.arena.f32(pointer + first * stride, (samples * stride) / 4);
  }

  /** Gradient of a part's first-layer outputs, of the outputs' gradients that stand; needs two layers. */
  firstGradient({ first, samples }: Part): Float32Array {
    this.backwardLater(first, samples, this.dz[0]);
    return this.core.arena.f32(this.firstGradients, (samples * this.activity[0].stride) / 4);
  }

  /** Readout bias, α, β. */
  tail(): Float32Array {
    return this.core.arena.f32(this.parameters + this.layout.tailAt * 4, 3);
  }

  private forwardLater(from: number, samples: number, noise: number): void {
    for (const [i, layer] of this.later.entries()) {
      layer.forward(i === 0 ? from : 0, samples, noise === 0);
      if (noise > 0) this.addNoise(i + 1, samples, noise);
    }
    const last = this.activity.length - 1;
    const { pointer, stride } = this.activity[last];
    this.core.kernels.readout(
      roundUp8(samples),
      this.layout.readoutCount,
      pointer + (last === 0 ? from * stride : 0),
      this.parameters + this.layout.readoutAt * 4,
      this.tail()[0],
      this.output,
    );
  }

  /**
   * From the outputs' gradients down to the first layer's outputs: to `firstGradients`, or through its rectifier to
   * `firstDz` when no layer follows.
   */
  private backwardLater(from: number, samples: number, firstDz: Output): void {
    const { layout, activity } = this;
    const last = layout.layers.length - 1;
    const layer = layout.layers[last];
    const dz = last === 0 ? firstDz : this.dz[last];
    this.core.kernels.backThroughReadout(
      samples,
      layer.positions,
      layer.padded,
      activity[last].pointer + (last === 0 ? from * activity[0].stride : 0),
      this.parameters + layout.readoutAt * 4,
      this.outputGradient,
      dz.pointer,
      dz.stride,
      this.gradient + layout.readoutAt * 4,
      this.gradient + layer.biasAt * 4,
    );
    for (let i = last; i > 0; i--) {
      this.later[i - 1].backward(i === 1 ? from : 0, samples);
      if (i > 1) this.throughRectifier(i - 1, 0, samples, this.dz[i - 1].pointer, this.dz[i - 1]);
    }
  }

  /** From the gradients at `dh` of layer `i`'s outputs, of the samples from `from` on, to those before its rectifier. */
  private throughRectifier(i: number, from: number, samples: number, dh: number, dz: Output): void {
    const layer = this.layout.layers[i];
    this.core.kernels.backThroughRectifier(
      samples,
      layer.positions,
      layer.padded,
      this.activity[i].pointer + from * this.activity[i].stride,
      dh,
      dz.pointer,
      dz.stride,
      this.gradient + layer.biasAt * 4,
    );
  }

  private addNoise(i: number, samples: number, sigma: number): void {
    const { kernels } = this.core;
    const layer = this.layout.layers[i];
    const rows = roundUp8(samples) * layer.positions;
    const atOnce = Math.max(1, Math.floor(noiseAtOnce / layer.padded / 8)) * 8;
    for (let row = 0; row < rows; row += atOnce) {
      const some = Math.min(atOnce, rows - row);
      kernels.fillNormal(this.randomState, this.noise, some * layer.padded);
      kernels.rectifyWithNoise(
        some,
        layer.padded,
        sigma,
        this.noise,
        this.mask + layer.biasAt * 4,
        this.activity[i].pointer + row * layer.padded * 4,
      );
    }
  }

  /** Layer `i` > 0, by the kernels that take the least time. */
  private createLaterLayer(i: number): LaterLayer {
    const { core, gradient, layout, parameters } = this;
    const layer = layout.layers[i];
    const before = layout.layers[i - 1];
    const place = {
      samples: this.partSamples,
      inputSamples: i === 1 ? this.blockSamples : this.partSamples,
      input: this.activity[i - 1].pointer,
      inputGradient: i === 1 ? this.firstGradients : this.dz[i - 1].pointer,
      output: this.activity[i].pointer,
      dz: this.dz[i].pointer,
      parameters,
      gradient,
      zeros: this.zeros,
    };
    const size = [before.outHeight, before.outWidth, before.padded, layer.padded] as const;
    const threeByThree = layer.kernelHeight === 3 && layer.kernelWidth === 3;
    if (!threeByThree || directCost(...size) <= winogradCost(...size)) {
      return new DirectLayer(core, layer, before, place);
    }
    const [height, width, channels, filters] = size;
    return new WinogradLayer(
      core,
      { height, width, channels, filters, samples: this.partSamples },
      {
        ...place,
        weights: parameters + layer.weightsAt * 4,
        bias: parameters + layer.biasAt * 4,
        weightGradient: gradient + layer.weightsAt * 4,
        runStride: layer.runStride,
      },
    );
  }

  /** The first layer that suits how a movie is held. */
  private firstLayer(movie: HeldMovie): FirstLayer {
    const key = `${movie.kind} ${movie.taps?.lags ?? 0}`;
    let layer = this.firstLayers.get(key);
    if (!layer) {
      layer = this.createFirstLayer(movie);
      this.firstLayers.set(key, layer);
    }
    return layer;
  }

  private createFirstLayer(movie: HeldMovie): FirstLayer {
    const { core, layout, shape } = this;
    const layer = layout.layers[0];
    const { parameters, gradient } = this;
    const lagsInTime = shape.rank ? shape.lags : (movie.taps?.lags ?? 0);
    const dzOf = (convolution: Convolution): Output => ({
      pointer: this.dz[0].pointer,
      stride: convolution.outputStride(this.activity[0].stride),
    });
    const Convolution = movie.kind === 'bits' ? TableConvolution : DenseConvolution;
    if (lagsInTime === 0) {
      // Tables of many lags do not stay in a cache together: each lag's should serve many samples.
      const samples =
        movie.kind === 'bits' && shape.lags > 1
          ? this.blockSamples
          : between(8, Math.floor(blockBytes / this.activity[0].stride), mostSamples);
      const convolution = new Convolution(core, shape, layer, {
        frames: samples,
        batch: this.batch,
        lags: shape.lags,
        parameters,
        gradient,
        bias: parameters + layer.biasAt * 4,
      });
      const rows = { first: 0, count: layer.outHeight };
      return new PlainLayer(convolution, this.activity[0], dzOf(convolution), samples, rows);
    }
    const frames = this.blockSamples + (lagsInTime - 1) * Math.ceil(this.blockSamples / 64);
    const convolution = new Convolution(core, shape, layer, {
      frames,
      batch: this.batch,
      lags: 1,
      parameters,
      gradient,
      bias: this.zeros,
    });
    return new TemporalLayer(core, layer, layout.temporal, convolution, {
      lags: lagsInTime,
      activity: this.activity[0],
      dz: dzOf(convolution),
      samples: this.blockSamples,
      frames,
      parameters,
      gradient,
      zeros: this.zeros,
    });
  }
}
