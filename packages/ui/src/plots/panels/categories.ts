/** Names of categories below an axis, and the places of series side by side. Pure. */
import { fitLines, shorten } from '../text.js';
import { textWidth } from '../theme.js';

export interface CategoryLabels {
  /** Degrees; 0 for upright lines. */
  readonly angle: number;
  /** Lines of each name; none where it is left out for want of room. */
  readonly lines: readonly (readonly string[])[];
  /** Pixels that the names take below the axis. */
  readonly height: number;
}

const size = 11;
const lineHeight = 13;
const mostLines = 3;

/** Slope of names that do not fit upright, degrees. */
const slope = 40;

/** Names as wrapped lines where a band of `band` pixels holds each, else slanted, and thinned where they would touch. */
export function categoryLabels(
  names: readonly string[],
  band: number,
  left: number,
): CategoryLabels {
  const words = names.flatMap((name) => name.split(' '));
  const room = band - 6;
  const fits =
    words.every((word) => textWidth(word, size) <= room) &&
    names.every((name) => fitLines(name, room, mostLines + 1, size).length <= mostLines);
  if (fits) {
    const lines = names.map((name) => fitLines(name, room, mostLines, size));
    const rows = lines.reduce((most, each) => Math.max(most, each.length), 0);
    return { angle: 0, lines, height: 8 + rows * lineHeight };
  }
  const radians = (slope * Math.PI) / 180;
  const every = Math.max(1, Math.ceil((lineHeight + 1) / (band * Math.sin(radians))));
  let longest = 0;
  const lines = names.map((name, i) => {
    if (i % every !== 0) return [];
    const reach = Math.min(120, (left + (i + 0.5) * band - 4) / Math.cos(radians));
    const text = shorten(name, reach, size);
    longest = Math.max(longest, textWidth(text, size));
    return [text];
  });
  return { angle: -slope, lines, height: Math.ceil(longest * Math.sin(radians)) + 16 };
}

/** Offset of each of `count` series from the middle of its band: `step` pixels apart, less where the band is narrow. */
export function dodge(count: number, band: number, step: number): number[] {
  const apart = Math.min(step, (0.7 * band) / Math.max(1, count));
  return Array.from({ length: count }, (_, i) => (i - (count - 1) / 2) * apart);
}
