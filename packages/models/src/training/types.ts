/** What an analysis is asked for and what it gives: plain data, as it is shown, saved and sent. */
import type { Crop, Head, LayerShape } from '@retinoscope/core-wasm';
import type { FittedModel, Version } from '../architecture/index.js';
import type { BlockRange, WorkProgress } from '../recording/index.js';
import type { Corruption } from './corruption.js';
import type { TrainingSettings } from './settings.js';

/** A part of a dataset for one cell. */
export interface Selection {
  /** 0-based. */
  readonly cell: number;
  /** Blocks of the training part, 0-based, `last` included; all when absent. */
  readonly blocks?: BlockRange;
  /** Squares used; the whole stimulus when absent. */
  readonly crop?: Crop;
  /** Frames of history, the current one included; `defaultLags` when absent. */
  readonly lags?: number;
}

export interface ReceptiveFieldSelection extends Selection {
  /** Circular shifts of the spike train behind the z-score. */
  readonly shuffles?: number;
}

export interface FitSpec extends Selection {
  readonly version: Version;
  readonly layers: readonly LayerShape[];
  /**
   * Version II: each first filter a sum of `rank` products space × time; weights for every lag when absent.
   * Version I: 1 to learn the temporal filter, from the STA's, together with the filters; the STA's when absent.
   */
  readonly rank?: number;
  readonly head: Head;
  readonly settings: TrainingSettings;
  /** Training images that are not what the cell saw; none when absent. */
  readonly corruption?: Corruption;
  /** Milliseconds between snapshots of the filters in the progress; none when absent. */
  readonly snapshotEvery?: number;
  /** Frames left out at the start of each test block; lags when absent. */
  readonly testSkip?: number;
}

/** Yan et al. 2020: the STA, and its first singular vectors. */
export interface ReceptiveField {
  readonly lags: number;
  readonly height: number;
  readonly width: number;
  /** Spike-triggered average `[lag, y, x]`, lag 0 the current frame, in stimulus units. */
  readonly sta: Float32Array;
  /** Unit L2 norm, index = lag. */
  readonly temporal: Float32Array;
  /** Spatial receptive field `[y, x]`, in stimulus units. */
  readonly spatial: Float32Array;
  /** z-score `[y, x]` of the spatial receptive field against circularly shifted spike trains. */
  readonly z: Float32Array;
  /** Largest |z|. */
  readonly peakZ: number;
  /** The square of the largest |STA| at any lag, in squares of the whole stimulus. */
  readonly peak: { readonly x: number; readonly y: number };
  /** The same square counted from the corner of the screen, where the stimulus is a known region of it. */
  readonly screenPeak: { readonly x: number; readonly y: number };
  readonly polarity: 'ON' | 'OFF';
  /** False when no square stands out of the null. */
  readonly significant: boolean;
  /** Share of the STA's variance in the first space-time component. */
  readonly separability: number;
  readonly spikes: number;
}

/** How replicas reach each other: a memory that all of them see, or messages. */
export type ExchangeKind = 'shared memory' | 'messages';

/** Replicas that train one model together, each in a worker of its own. */
export interface Replicas {
  readonly count: number;
  readonly exchange: ExchangeKind;
}

export interface TrainingProgress {
  readonly kind: 'training';
  /** 0-based restart. */
  readonly restart: number;
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
  readonly secondsLeft: number;
  readonly samplesPerSecond: number;
  /** Mean training loss of the steps since the last report. */
  readonly loss: number;
  /** Present when this step was validated. */
  readonly validation?: { readonly loss: number; readonly cc: number };
  /** Spatial maps `[filter][y, x]` of the first layer, at snapshots. */
  readonly filters?: readonly Float32Array[];
  readonly paused: boolean;
  /** Absent when one worker trains alone. */
  readonly replicas?: Replicas;
}

export interface HistoryPoint {
  readonly step: number;
  readonly loss: number;
  readonly validationLoss: number;
  readonly validationCC: number;
}

export interface FilterSummary {
  /** Spatial map `[y, x]` of the filter (first singular vector over lags in Version II), its sign that of its effect. */
  readonly spatial: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Temporal profile, index = lag. */
  readonly temporal: Float32Array;
  /** The filter placed at its readout position in the input `[y, x]` of the crop. */
  readonly embedded: Float32Array;
  /** Response-weighted noise average `[y, x]` of the crop. */
  readonly feature: Float32Array;
  readonly moransI: number;
  /** ‖w‖·max|readout|, relative to the largest. */
  readonly strength: number;
  readonly effective: boolean;
  /** True subunit this filter was matched to, with the absolute cosine; simulated cells only. */
  readonly match?: { readonly subunit: number; readonly cosine: number };
}

export interface TestResponses {
  readonly frames: number;
  readonly repeats: number;
  /** First frame shown and compared. */
  readonly first: number;
  /** Observed counts `[repeat, time]`. */
  readonly counts: Float32Array;
  /** Mean over repeats, or the true rate of a simulated cell, spikes per frame, `[time]`. */
  readonly observed: Float32Array;
  readonly observedIs: 'true rate' | 'PSTH';
  /** The network's rate, spikes per frame, `[time]`. */
  readonly network: Float32Array;
  /** The LN model's rate, spikes per frame, `[time]`. */
  readonly ln: Float32Array;
}

export interface Evaluation {
  /** Against the true rate; simulated cells only. */
  readonly rateCC?: number;
  /** Against the mean of the repeats. */
  readonly psthCC?: number;
  /** The LN model, against whichever of the two is given. */
  readonly lnCC?: number;
  /** CC expected between the PSTH and the mean rate of endless repeats. */
  readonly noiseCeiling?: number;
  /** Mean log-likelihood of the test counts over that of a constant rate, bits per spike. */
  readonly bitsPerSpike?: number;
}

export interface FitResult {
  readonly model: FittedModel;
  readonly history: readonly HistoryPoint[];
  readonly evaluation: Evaluation;
  readonly test?: TestResponses;
  readonly filters: readonly FilterSummary[];
  readonly receptiveField: ReceptiveField;
  /** Absolute cosine of the filter matched to each true subunit; simulated cells only. */
  readonly matchedCosines?: readonly number[];
  /** Subunits left after merging duplicates. */
  readonly distinctSubunits: number;
  readonly effectiveFilters: number;
  readonly spikes: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  readonly seconds: number;
  readonly validationLoss: number;
  /** Absent when one worker trained alone. */
  readonly replicas?: Replicas;
}

export type FitProgress = WorkProgress | TrainingProgress;
