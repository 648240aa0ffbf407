/**
 * What a recording is, once it is open: a stimulus that can be read by parts, and spike counts.
 * A simulated cell takes the same form, with the truth beside it.
 */
import type { Crop, Movie } from '@retinoscope/core-wasm';

export interface LongCall<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Share of a long call done, in [0, 1], and what is being done, for a person. */
export interface WorkProgress {
  readonly kind: 'work';
  readonly done: number;
  readonly what: string;
  /** Of a download: bytes that came, and of how many where that is known. */
  readonly bytes?: { readonly came: number; readonly all?: number };
}

/** A range of blocks, 0-based, `last` included. */
export interface BlockRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A stimulus `[block, time, y, x]` that is read by parts; blocks are contiguous runs of frames.
 * A frame's history does not cross from one block to the next.
 */
export interface StimulusSource {
  readonly height: number;
  readonly width: number;
  readonly blocks: number;
  readonly blockFrames: number;
  /** The squares of the screen that the stimulus covers, when it is a part of it. */
  readonly region?: Crop;
  /** The frames of `range`, one block after the other, cut to `crop`. */
  read(range: BlockRange, crop: Crop | undefined, call?: LongCall<WorkProgress>): Promise<Movie>;
}

/** Stimulus and response of one part (training or test) of a recording. */
export interface TrainingPart {
  readonly stimulus: StimulusSource;
  /** Spike counts of each cell, `[block, time]`, as long as the whole stimulus. */
  readonly counts: readonly Float32Array[];
}

export interface TestPart {
  readonly stimulus: StimulusSource;
  /** Repeats of the same stimulus; 1 when it was shown once. */
  readonly repeats: number;
  /** Spike counts of each cell, `[repeat, time]`. */
  readonly counts: readonly Float32Array[];
}

/** What is known of a simulated cell. */
export interface Truth {
  /** Subunit weights `[y, x]`. */
  readonly subunits: readonly Float32Array[];
  /** The cell's temporal kernel, index = lag, 0 the current frame; single subunits may have another. */
  readonly temporalKernel: Float32Array;
  /** True rate of the test part, spikes per frame, `[time]`. */
  readonly testRate: Float32Array;
}

export interface Dataset {
  readonly name: string;
  /** Frames a second, Hz. */
  readonly frameRate: number;
  /** Side of a square, µm, when known. */
  readonly squareSize?: number;
  readonly cellNames: readonly string[];
  /** Frames at the start of each block whose history is another stimulus. */
  readonly skipFrames?: number;
  readonly training: TrainingPart;
  readonly test?: TestPart;
  /** Per cell; simulated cells only. */
  readonly truth?: readonly Truth[];
}

/** A file given by a person (Blob with its name) or, under Node, by its path. */
export type FileRef =
  | { readonly name: string; readonly blob: Blob }
  | { readonly name: string; readonly path: string };
