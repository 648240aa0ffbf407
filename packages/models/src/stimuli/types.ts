/**
 * Words of new stimuli: what a model sees (its grid), what a stimulus is drawn from (its specification), and where a
 * picture is placed. Contrast is −1 … 1 about the mean grey; lengths are µm on the retina; x to the right, y down,
 * both from the centre of the grid; angles in degrees, 0 to the right, 90 down the screen.
 */

/** The squares that a model sees, and how fast. */
export interface StimulusGrid {
  /** Squares. */
  readonly height: number;
  readonly width: number;
  /** Side of a square, µm. */
  readonly squareSize: number;
  /** Frames a second. */
  readonly frameRate: number;
}

/** Contrast `[time, y, x]`, row-major. */
export interface StimulusMovie {
  readonly shape: readonly [time: number, y: number, x: number];
  readonly data: Float32Array;
}

export type StimulusKind =
  | 'spot'
  | 'annulus'
  | 'bar'
  | 'grating'
  | 'flash'
  | 'checkerboard'
  | 'natural-noise'
  | 'white-noise';

/** One slider: a number in a physical unit. */
export interface StimulusParameter {
  readonly name: string;
  readonly label: string;
  /** `µm`, `µm/s`, `ms`, `Hz`, `°`, `%` or empty. */
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly initial: number;
}

export interface StimulusKindInfo {
  readonly kind: StimulusKind;
  readonly label: string;
  /** One sentence. */
  readonly description: string;
  readonly parameters: readonly StimulusParameter[];
}

/** A stimulus that is generated: its kind and the value of every parameter of that kind. */
export interface StimulusSpec {
  readonly kind: StimulusKind;
  readonly values: Readonly<Record<string, number>>;
}

/** A picture in grey, row-major `[y, x]`, 0 black … 1 white. */
export interface GreyPicture {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** How a picture lies over the grid and what its greys become. */
export interface Placement {
  /** Of the picture's centre from the grid's, µm. */
  readonly x: number;
  readonly y: number;
  /** µm that one pixel of the picture covers. */
  readonly pixelSize: number;
  /** Factor on the contrast, 0 … 4; what passes ±1 is clipped. */
  readonly contrast: number;
  /** −1 inverts. */
  readonly polarity: 1 | -1;
  /** Grey that is contrast 0, 0 … 1. */
  readonly meanGrey: number;
}

/** How a picture is presented to a model that sees time. */
export interface Presentation {
  /** ms of mean grey before, the picture on, and mean grey after. */
  readonly before: number;
  readonly on: number;
  readonly after: number;
}
