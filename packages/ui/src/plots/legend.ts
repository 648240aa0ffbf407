/** Legends drawn inside the picture, wrapped to its width. The layout is pure; drawing needs a document. */
import { type Panel, svgElement } from './svg.js';
import { fontSize, type Palette, textWidth } from './theme.js';

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  /** `line` when absent. */
  readonly mark?: 'line' | 'area' | 'tick';
  /** SVG dash array; solid when absent. */
  readonly dash?: string;
}

const keyWidth = 22;
const keyGap = 6;
const entryGap = 16;
const rowHeight = 18;

/** Where each entry starts, pixels, and the height of all rows. */
export function legendLayout(
  labels: readonly string[],
  width: number,
): {
  readonly places: readonly { readonly x: number; readonly y: number }[];
  readonly height: number;
} {
  const places: { x: number; y: number }[] = [];
  let x = 0;
  let y = 0;
  for (const label of labels) {
    const wide = keyWidth + keyGap + textWidth(label);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += rowHeight;
    }
    places.push({ x, y });
    x += wide + entryGap;
  }
  return { places, height: labels.length === 0 ? 0 : y + rowHeight };
}

export function legend(entries: readonly LegendEntry[], width: number, palette: Palette): Panel {
  const { places, height } = legendLayout(
    entries.map((entry) => entry.label),
    width,
  );
  const node = svgElement('g');
  entries.forEach((entry, i) => {
    const { x, y } = places[i];
    const middle = y + rowHeight / 2;
    node.append(
      key(entry, x, middle),
      svgElement(
        'text',
        {
          x: x + keyWidth + keyGap,
          y: middle,
          dy: '0.35em',
          fill: palette.ink,
          'font-size': fontSize,
        },
        entry.label,
      ),
    );
  });
  return { node, width, height };
}

function key(entry: LegendEntry, x: number, middle: number): SVGElement {
  const { colour } = entry;
  if (entry.mark === 'area') {
    return svgElement(
      'g',
      {},
      svgElement('rect', {
        x,
        y: middle - 5,
        width: keyWidth,
        height: 10,
        fill: colour,
        'fill-opacity': 0.25,
      }),
      svgElement('path', {
        d: `M${x},${middle - 5}h${keyWidth}`,
        stroke: colour,
        'stroke-width': 1.5,
      }),
    );
  }
  if (entry.mark === 'tick') {
    const ticks = [4, 8, 15].map((at) => `M${x + at},${middle - 5}v10`).join('');
    return svgElement('path', { d: ticks, stroke: colour, 'stroke-width': 1.5 });
  }
  return svgElement('path', {
    d: `M${x},${middle}h${keyWidth}`,
    stroke: colour,
    'stroke-width': 2,
    'stroke-dasharray': entry.dash,
  });
}
