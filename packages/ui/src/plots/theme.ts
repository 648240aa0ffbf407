/**
 * Colours and type of the plots, light and dark; the same values as the design tokens, but fixed, so that a
 * saved picture looks as it did on the page. Series colours keep a contrast of at least 4.5:1 with the
 * background and stay apart in the common colour-vision deficiencies; no plot tells series apart by colour alone.
 */

export type Theme = 'light' | 'dark';

/** Options that every plot takes. */
export interface PlotOptions {
  /** Pixels; made for 320 to 1200. */
  readonly width: number;
  /** Pixels; chosen from the width when absent. */
  readonly height?: number;
  /** `light` when absent. */
  readonly theme?: Theme;
}

/** A title as the start of a picture's name. */
export function opening(title: string | undefined): string {
  return title ? `${title}. ` : '';
}

export interface Palette {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly observed: string;
  readonly network: string;
  readonly ln: string;
  readonly sta: string;
  readonly truth: string;
  readonly training: string;
  readonly validation: string;
  readonly correlation: string;
  /** Series without a colour of their own, in order. */
  readonly series: readonly string[];
  /** Outlines over a pixel map, readable on its lightest and darkest colours. */
  readonly overlay: string;
  /** Halo below `overlay` and below text over a map. */
  readonly halo: string;
}

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#ffffff',
    ink: '#1b1f24',
    muted: '#555e68',
    grid: '#d8dde3',
    observed: '#3b434c',
    network: '#0b5cad',
    ln: '#a8480b',
    sta: '#a8480b',
    truth: '#1b1f24',
    training: '#0b5cad',
    validation: '#a8480b',
    correlation: '#00725a',
    series: ['#0b5cad', '#a8480b', '#3a1636', '#7d1df0', '#cc2a58', '#00725a'],
    overlay: '#1b1f24',
    halo: '#ffffff',
  },
  dark: {
    background: '#14171a',
    ink: '#e6e8eb',
    muted: '#a3adb8',
    grid: '#343c46',
    observed: '#c6cdd5',
    network: '#7ab8ff',
    ln: '#f2a36b',
    sta: '#f2a36b',
    truth: '#e6e8eb',
    training: '#7ab8ff',
    validation: '#f2a36b',
    correlation: '#5fd1a9',
    series: ['#7ab8ff', '#f2a36b', '#f5ef6a', '#ee5aa0', '#9678fb', '#c5f3d6'],
    overlay: '#10141a',
    halo: '#f4f6f8',
  },
};

export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Pixels. */
export const fontSize = 12;

/** Width of a text, pixels: an upper estimate from its length, for layout where nothing can be measured. */
export function textWidth(text: string, size: number = fontSize): number {
  return text.length * size * 0.58;
}
