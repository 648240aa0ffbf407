/** A fitted model as plain typed data: what the network is, its parameters, and how it came to be. */
import type { Crop, Head, LayerShape, NetworkParameters } from '@retinoscope/core-wasm';

/**
 * Yan et al. 2020: Version I (`1`) sees a movie filtered in time by the STA's temporal filter, one channel;
 * Version II (`2`) sees the last `lags` frames as channels.
 */
export type Version = 1 | 2;

export interface Architecture {
  readonly version: Version;
  /** Frames of history, the current one included. */
  readonly lags: number;
  /** Input size, squares. */
  readonly height: number;
  readonly width: number;
  readonly layers: readonly LayerShape[];
  /**
   * Version II trained as a separable first layer: each filter a sum of `rank` products space × time. The parameters
   * of a fitted model are multiplied out to weights for every lag all the same. Version I of rank 1: its temporal
   * filter was learned with the filters.
   */
  readonly rank?: number;
  readonly head: Head;
}

export interface FittedModel {
  readonly format: 'retinoscope-model';
  readonly formatVersion: 1;
  /** Version of the software that fitted it. */
  readonly softwareVersion: string;
  readonly architecture: Architecture;
  readonly parameters: NetworkParameters;
  /** Version I: the temporal filter, unit L2 norm, index = lag, 0 the current frame. */
  readonly temporalFilter?: Float32Array;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly recording: string;
  readonly cell: number;
  /** Where in the stimulus the input was cut out. */
  readonly crop: Crop;
  /** Stimulus values of the two levels, when binary. */
  readonly stimulusValues?: readonly [low: number, high: number];
  /** Hz; the rate is in spikes per frame. */
  readonly frameRate: number;
  readonly squareSize?: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly validationLoss: number;
}
