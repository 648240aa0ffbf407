/**
 * Forward and backward through the network, one block of samples at a time, over the buffers of a job.
 * Promises equations only: what a step is and which samples it takes is the engine's.
 */
import type { Buffers, LayerLayout, VectorLayout } from './engine-layout.js';
import type { Core } from './load.js';
import type { NetworkShape } from './network.js';

/** A movie held in the arena, with the counts of the cell that saw it. */
export interface HeldMovie {
  readonly frames: number;
  readonly pointer: number;
  readonly counts: number;
}

export class Passes {
  constructor(
    private readonly shape: NetworkShape,
    private readonly core: Core,
    private readonly layout: VectorLayout,
    private readonly at: Buffers,
  ) {}

  /** Readout outputs of `samples` samples whose frames stand at `frames`, each layer's activity with them; `noise` is its SD. */
  forward(movie: HeldMovie, frames: number, samples: number, noise: number): void {
    const { at, layout, shape } = this;
    const { kernels } = this.core;
    const padded = roundUp8(samples);
    const first = layout.layers[0];
    kernels.rowPointers(
      padded,
      frames,
      movie.pointer,
      shape.lags - 1,
      shape.height * shape.width * 4,
      first.positions,
      at.positionOffsets,
      at.layers[0].pointers,
    );
    for (const [i, layer] of layout.layers.entries()) {
      const buffers = at.layers[i];
      const rows = padded * layer.positions;
      const convolve = layer.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
      for (let f = 0; f < layer.padded; f += layer.block) {
        convolve(
          rows,
          buffers.pointers,
          layer.runs,
          buffers.offsets,
          layer.runLength,
          layer.runStride,
          this.weights(layer, f),
          at.parameters + (layer.biasAt + f) * 4,
          buffers.activity + f * 4,
          layer.padded * 4,
          noise > 0 ? 0 : 1,
        );
      }
      if (noise > 0) {
        kernels.fillNormal(at.randomState, at.noise, rows * layer.padded);
        kernels.rectifyWithNoise(
          rows,
          layer.padded,
          noise,
          at.noise,
          at.mask + layer.biasAt * 4,
          buffers.activity,
        );
      }
    }
    const last = layout.layers.length - 1;
    kernels.readout(
      padded,
      layout.readoutCount,
      at.layers[last].activity,
      at.parameters + layout.readoutAt * 4,
      this.tail()[0],
      at.output,
    );
  }

  /** Adds the gradients of `samples` samples from the outputs' gradients; `turn` has been called since the weights changed. */
  backward(samples: number): void {
    const { at, layout } = this;
    const { kernels } = this.core;
    const last = layout.layers.length - 1;
    kernels.readoutGradient(
      samples,
      layout.readoutCount,
      at.layers[last].activity,
      at.outputGradient,
      at.gradient + layout.readoutAt * 4,
    );
    for (let i = last; i >= 0; i--) {
      const layer = layout.layers[i];
      const buffers = at.layers[i];
      const rows = samples * layer.positions;
      const weightGradient =
        layer.block === 8 ? kernels.weightGradient4x8 : kernels.weightGradient8x4;
      for (let f = 0; f < layer.padded; f += layer.block) {
        const activity = buffers.activity + f * 4;
        const biasGradient = at.gradient + (layer.biasAt + f) * 4;
        if (i === last) {
          kernels.backThroughReadout(
            samples,
            layer.positions,
            layer.padded,
            layer.block,
            activity,
            at.parameters + (layout.readoutAt + f) * 4,
            at.outputGradient,
            at.dz,
            biasGradient,
          );
        } else {
          kernels.backThroughRectifier(
            rows,
            layer.padded,
            layer.block,
            (at.layers[i + 1].back?.inputGradient ?? 0) + f * 4,
            activity,
            at.dz,
            biasGradient,
          );
        }
        weightGradient(
          rows,
          buffers.pointers,
          layer.runs,
          buffers.offsets,
          layer.runLength,
          layer.runStride,
          at.dz,
          at.gradient + layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes,
        );
        const { back } = buffers;
        if (back) {
          kernels.padGradient(
            samples,
            layer.outHeight,
            layer.outWidth,
            layer.block,
            at.dz,
            back.inner + f * 4,
            back.columnBytes,
            back.rowBytes,
            back.sampleBytes,
          );
        }
      }
      if (buffers.back) this.inputGradient(i, samples);
    }
  }

  /** Runs forward over `count` frames, `stride` apart, block by block; `done` reads the buffers of each. */
  eachBlock(
    movie: HeldMovie,
    { first, count, stride }: { first: number; count: number; stride: number },
    done: (start: number, samples: number) => void,
  ): void {
    const { at } = this;
    for (let start = 0; start < count; start += at.blockSamples) {
      const samples = Math.min(at.blockSamples, count - start);
      const frames = this.core.arena.u32(at.frames, roundUp8(samples));
      for (let s = 0; s < frames.length; s++) {
        frames[s] = first + Math.min(start + s, count - 1) * stride;
      }
      this.forward(movie, at.frames, samples, 0);
      done(start, samples);
    }
  }

  /** Turns the later layers' filters for the input gradient: once after the weights have changed. */
  turn(): void {
    const { at, layout } = this;
    for (const [i, layer] of layout.layers.entries()) {
      const { back } = at.layers[i];
      if (!back) continue;
      const before = layout.layers[i - 1];
      this.core.kernels.turnWeights(
        layer.kernelHeight,
        layer.kernelWidth,
        before.padded,
        layer.padded,
        before.block,
        layer.block,
        at.parameters + layer.weightsAt * 4,
        layer.runStride,
        back.turned,
        back.turnedRunStride,
      );
    }
  }

  /** Readout bias, α, β. */
  tail(): Float32Array {
    return this.core.arena.f32(this.at.parameters + this.layout.tailAt * 4, 3);
  }

  /** ∂L/∂input of layer i: the full correlation of its gradient with its filters. */
  private inputGradient(i: number, samples: number): void {
    const { at, layout } = this;
    const { kernels } = this.core;
    const layer = layout.layers[i];
    const before = layout.layers[i - 1];
    const { back } = at.layers[i];
    if (!back) return;
    const convolve = before.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    const blockBytes = layer.kernelHeight * back.turnedRunStride;
    for (let c = 0; c < before.padded; c += before.block) {
      convolve(
        roundUp8(samples) * before.positions,
        back.pointers,
        layer.kernelHeight,
        back.offsets,
        layer.kernelWidth * layer.padded,
        back.turnedRunStride,
        back.turned + (c / before.block) * blockBytes,
        at.zeros,
        back.inputGradient + c * 4,
        before.padded * 4,
        0,
      );
    }
  }

  private weights(layer: LayerLayout, filter: number): number {
    return this.at.parameters + layer.weightsAt * 4 + (filter / layer.block) * layer.blockBytes;
  }
}

/** Samples are done eight at a time; the last of a block are repeated to fill up. */
export const roundUp8 = (value: number): number => (value + 7) & ~7;
