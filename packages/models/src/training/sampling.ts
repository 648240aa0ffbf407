/**
 * Which frames are trained on, which validate, and in what order: decided by the seed alone.
 * A frame's history never crosses the start of its block.
 */

export interface FrameSplit {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Frames with `skip` frames of their block before them; the last `validationFraction` of all such frames
 * validate, and training frames whose successors' histories they share stay in training.
 */
export function splitFrames(
  blocks: number,
  blockFrames: number,
  skip: number,
  validationFraction: number,
): FrameSplit {
  const valid = Math.max(0, blockFrames - skip);
  const frames = new Uint32Array(blocks * valid);
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    for (let t = skip; t < blockFrames; t++) frames[at++] = block * blockFrames + t;
  }
  const cut = Math.round(frames.length * (1 - validationFraction));
  return { training: frames.subarray(0, cut), validation: frames.subarray(cut) };
}

/** Length of the runs of contiguous frames that a batch is made of. */
const runLength = 125;

/** Endless batches that go through all training frames once before any comes again. */
export class Sampler {
  private order: Uint32Array;
  private at = 0;

  constructor(
    private readonly frames: Uint32Array,
    private readonly batch: number,
    private readonly sampling: 'runs' | 'shuffled',
    /** Uniform in [0, 1). */
    private readonly random: () => number,
  ) {
    this.order = this.newOrder();
  }

  /** Frames of the next batch; the array is the sampler's own and is written over by the next call. */
  next(): Uint32Array {
    const size = Math.min(this.batch, this.frames.length);
    if (this.at + size > this.order.length) {
      this.order = this.newOrder();
      this.at = 0;
    }
    this.at += size;
    return this.order.subarray(this.at - size, this.at);
  }

  private newOrder(): Uint32Array {
    const length = this.sampling === 'runs' ? Math.min(runLength, this.frames.length) : 1;
    // A random phase, so that runs begin elsewhere in every pass.
    const phase = Math.floor(this.random() * length);
    const starts: number[] = [];
    for (let start = phase - length; start < this.frames.length; start += length)
      starts.push(start);
    for (let i = starts.length - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [starts[i], starts[j]] = [starts[j], starts[i]];
    }
    const order = new Uint32Array(this.frames.length);
    let at = 0;
    for (const start of starts) {
      const run = this.frames.subarray(Math.max(start, 0), start + length);
      order.set(run, at);
      at += run.length;
    }
    return order;
  }
}
