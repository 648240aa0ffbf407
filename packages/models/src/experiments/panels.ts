/**
 * What a figure is made of, as plain data: a page, a document and a file are drawn from the same description.
 * Knows nothing of how a panel is drawn. Numbers are rounded by whoever makes a panel.
 */

/** A map `[y, x]`. */
export interface MapData {
  readonly height: number;
  readonly width: number;
  readonly values: readonly number[];
}

/** Whose numbers a series is: it decides the colour. */
export type SeriesRole = 'observed' | 'network' | 'ln' | 'sta' | 'truth' | 'other';

export interface Axis {
  /** With its unit. */
  readonly label: string;
  /** `linear` when absent. */
  readonly scale?: 'linear' | 'log';
  /** Least and most shown; those of the data when absent. */
  readonly domain?: readonly [number, number];
}

export interface TitledMap extends MapData {
  /** Shown above; the number of the map, from 0, when absent. */
  readonly title?: string;
  readonly effective?: boolean;
  /** The true subunit, 0-based, with the absolute cosine. */
  readonly match?: { readonly subunit: number; readonly cosine: number };
}

/** Maps on one symmetric diverging scale. */
export interface MapsPanel {
  readonly kind: 'maps';
  readonly title: string;
  /** What the colours mean, with its unit. */
  readonly unit: string;
  /** What a map is: `filter`. */
  readonly noun: string;
  readonly maps: readonly TitledMap[];
  /** Side of a square, µm, when known. */
  readonly squareSize?: number;
}

/** Profiles over the lag, lag 0 the current frame. */
export interface ProfilesPanel {
  readonly kind: 'profiles';
  readonly title: string;
  /** Hz. */
  readonly frameRate: number;
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    readonly role: SeriesRole;
    /** Index = lag. */
    readonly values: readonly number[];
    /** Half the height of a bar about each value: an SD, say. */
    readonly errors?: readonly number[];
  }[];
  /** What `errors` are: `SD over 5 restarts`. */
  readonly errorBars?: string;
}

/** Values against what was varied, with error bars. */
export interface SweepPanel {
  readonly kind: 'sweep';
  readonly title: string;
  readonly x: Axis & {
    /** Names of x = 0, 1, 2 …, where x counts things; points are then not joined. */
    readonly categories?: readonly string[];
  };
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly {
      readonly x: number;
      readonly mean: number;
      /** 0 or absent: no bar. */
      readonly sd?: number;
    }[];
  }[];
  /** What the bars are: `SD over 10 runs`. */
  readonly errorBars?: string;
}

/** Rates over time. */
export interface TracesPanel {
  readonly kind: 'traces';
  readonly title: string;
  /** Hz. */
  readonly frameRate: number;
  /** Frame of the first value. */
  readonly start: number;
  /** `rate (spikes/s)`. */
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    readonly role: SeriesRole;
    readonly values: readonly number[];
  }[];
}

/** Small traces in rows and columns, all on the same axes. */
export interface TraceGridPanel {
  readonly kind: 'trace-grid';
  readonly title: string;
  readonly frameRate: number;
  readonly start: number;
  readonly unit: string;
  /** What rows and columns are. */
  readonly rows: { readonly label: string; readonly names: readonly string[] };
  readonly columns: { readonly label: string; readonly names: readonly string[] };
  /** `[row][column]`. */
  readonly cells: readonly (readonly {
    /** Shown in the corner: `CC 0.91`. */
    readonly note: string;
    readonly observed: readonly number[];
    readonly network: readonly number[];
  }[])[];
}

/** Spikes over time, one line a trial. */
export interface RasterPanel {
  readonly kind: 'raster';
  readonly title: string;
  readonly frameRate: number;
  /** Frame of the first column. */
  readonly start: number;
  readonly frames: number;
  readonly rows: readonly {
    readonly name: string;
    readonly role: SeriesRole;
    /** Spike counts `[trial][frame]`. */
    readonly trials: readonly (readonly number[])[];
  }[];
}

/** A matrix of values with 0 the least; the best of each column is marked. */
export interface MatrixPanel {
  readonly kind: 'matrix';
  readonly title: string;
  /** What the values are. */
  readonly unit: string;
  readonly rows: { readonly label: string; readonly names: readonly string[] };
  readonly columns: { readonly label: string; readonly names: readonly string[] };
  /** `[row][column]`; null where there is none. */
  readonly values: readonly (readonly (number | null)[])[];
}

export interface ScatterPanel {
  readonly kind: 'scatter';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number; readonly label: string }[];
  }[];
  /** Whether the line y = x is drawn. */
  readonly identity: boolean;
}

/** Grey images, with the outlines of receptive fields over each. */
export interface ImagesPanel {
  readonly kind: 'images';
  readonly title: string;
  /** Values in −½ … ½, black to white. */
  readonly images: readonly (MapData & { readonly title: string })[];
  /** Spatial receptive fields over the whole image; their outline is drawn. */
  readonly fields: readonly (MapData & { readonly name: string })[];
  readonly squareSize?: number;
}

export type FigurePanel =
  | MapsPanel
  | ProfilesPanel
  | SweepPanel
  | TracesPanel
  | TraceGridPanel
  | RasterPanel
  | MatrixPanel
  | ScatterPanel
  | ImagesPanel;
