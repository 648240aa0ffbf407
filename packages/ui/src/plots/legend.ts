/** Legends drawn inside the picture, wrapped to its width. The layout is pure; drawing needs a document. */
import { type Shape, shapePath } from './marks.js';
import { type Panel, svgElement } from './svg.js';
import { wrap } from './text.js';
import { fontSize, type Palette, textWidth } from './theme.js';

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  /** `line` when absent. `bar` is an error bar, `none` a note. */
  readonly mark?: 'line' | 'area' | 'tick' | 'points' | 'bar' | 'outline' | 'none';
  /** Of its points; none when absent. */
  readonly shape?: Shape;
  /** SVG dash array; solid when absent. */
  readonly dash?: string;
}

const keyWidth = 22;
const keyGap = 6;
const entryGap = 16;
const rowHeight = 18;

const lineHeight = 14;

/** Where each entry starts, pixels, the lines of its label, and the height of all rows. */
export function legendLayout(
  labels: readonly string[],
  width: number,
): {
  readonly places: readonly {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
  }[];
  readonly height: number;
} {
  const places: { x: number; y: number; lines: string[] }[] = [];
  let x = 0;
  let y = 0;
  let height = rowHeight;
  for (const label of labels) {
    const key = keyWidth + keyGap;
    const lines = wrap(label, width - key, fontSize);
    const wide = key + Math.max(...lines.map((line) => textWidth(line)));
    if (x > 0 && x + wide > width) {
      x = 0;
      y += height;
      height = rowHeight;
    }
    places.push({ x, y, lines });
    height = Math.max(height, rowHeight + (lines.length - 1) * lineHeight);
    x += wide + entryGap;
  }
  return { places, height: labels.length === 0 ? 0 : y + height };
}

export function legend(entries: readonly LegendEntry[], width: number, palette: Palette): Panel {
  const { places, height } = legendLayout(
    entries.map((entry) => entry.label),
    width,
  );
  const node = svgElement('g');
  entries.forEach((entry, i) => {
    const { x, y, lines } = places[i];
    const middle = y + rowHeight / 2;
    node.append(
      key(entry, x, middle, palette),
      ...lines.map((line, row) =>
        svgElement(
          'text',
          {
            x: x + keyWidth + keyGap,
            y: middle + row * lineHeight,
            dy: '0.35em',
            fill: palette.ink,
            'font-size': fontSize,
          },
          line,
        ),
      ),
    );
  });
  return { node, width, height };
}

function key(entry: LegendEntry, x: number, middle: number, palette: Palette): SVGElement {
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
  if (entry.mark === 'none') return svgElement('g');
  if (entry.mark === 'bar') {
    const at = x + keyWidth / 2;
    return svgElement('path', {
      d: `M${at - 3},${middle - 6}h6m-3,0v12m-3,0h6`,
      stroke: colour,
      'stroke-width': 1.25,
      fill: 'none',
    });
  }
  const line = `M${x},${middle}h${keyWidth}`;
  const group = svgElement('g');
  if (entry.mark === 'outline') {
    group.append(svgElement('path', { d: line, stroke: palette.halo, 'stroke-width': 5 }));
  }
  if (entry.mark !== 'points') {
    group.append(
      svgElement('path', {
        d: line,
        stroke: colour,
        'stroke-width': 2,
        'stroke-dasharray': entry.dash,
      }),
    );
  }
  if (entry.shape) {
    group.append(
      svgElement('path', { d: shapePath(entry.shape, x + keyWidth / 2, middle, 4), fill: colour }),
    );
  }
  return group;
}
