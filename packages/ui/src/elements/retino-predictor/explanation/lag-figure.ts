/**
 * The maps of single lags as one picture on one scale, the colour bar above them, so that a narrow page has room for
 * several in a row. Needs a document.
 */
import { colourCount } from '../../../plots/diverging.js';
import { gridLayout } from '../../../plots/geometry.js';
import { formatNumber } from '../../../plots/numbers.js';
import { mapCanvas, type PixelMap } from '../../../plots/pixels.js';
import { type Placed, picture, svgElement } from '../../../plots/svg.js';
import { shorten } from '../../../plots/text.js';
import { palettes, type Theme, textWidth } from '../../../plots/theme.js';

interface LagTile extends PixelMap {
  /** When: `−33 ms`. */
  readonly title: string;
}

interface LagFigureOptions {
  /** Pixels. */
  readonly width: number;
  readonly theme: Theme;
  /** Scale from −limit to limit. */
  readonly limit: number;
  /** What the colours mean, with its unit. */
  readonly unit: string;
}

const gap = 10;
const titleLine = 16;
const fontSize = 11;
const bar = { width: 220, height: 10, room: 50 };

/** `tiles` are all of one size. */
export function lagFigure(tiles: readonly LagTile[], options: LagFigureOptions): SVGSVGElement {
  const { width, theme, limit, unit } = options;
  const palette = palettes[theme];
  const { height: high, width: wide } = tiles[0];
  const longer = Math.max(high, wide);
  const widestTitle = tiles.reduce((most, { title }) => {
    return Math.max(most, textWidth(title, fontSize));
  }, 0);
  // A tall map leaves room beside it, which its title needs all the same.
  const grid = gridLayout(tiles.length, width - 2, {
    smallest: Math.max(54, widestTitle),
    largest: 110,
    gap,
  });
  const tile = { width: (grid.tile * wide) / longer, height: (grid.tile * high) / longer };
  const placed: Placed[] = [
    { panel: { node: colourBar(options), width: bar.width, height: bar.room }, x: 1, y: 0 },
    ...tiles.map((each, i) => ({
      panel: {
        node: svgElement(
          'g',
          { 'font-size': fontSize, fill: palette.ink, 'data-say': say(each, unit) },
          svgElement('text', { x: 0, y: 11 }, each.title),
          svgElement('image', {
            href: mapCanvas(each, limit, theme, 220).toDataURL(),
            x: 0,
            y: titleLine,
            ...tile,
            preserveAspectRatio: 'none',
            'image-rendering': 'pixelated',
          }),
          svgElement('rect', { x: 0, y: titleLine, ...tile, fill: 'none', stroke: palette.grid }),
        ),
        ...tile,
      },
      x: 1 + (i % grid.columns) * (grid.tile + gap),
      y: bar.room + Math.floor(i / grid.columns) * (titleLine + tile.height + gap),
    })),
  ];
  return picture(placed, {
    width,
    height: bar.room + grid.rows * (titleLine + tile.height + gap) - gap + 1,
    theme,
    label:
      `Maps of ${tiles.length} lags of ${wide} × ${high} squares on one scale, ${unit}, from ` +
      `${formatNumber(-limit)} to ${formatNumber(limit)}: ${tiles.map(({ title }) => title).join(', ')}.`,
  });
}

/** The scale from left to right, with its ends, its middle and its unit. */
function colourBar({ width, theme, limit, unit }: LagFigureOptions): SVGElement {
  const palette = palettes[theme];
  const length = Math.min(bar.width, width - 2);
  const steps = Array.from({ length: colourCount }, (_, i) => (2 * i) / (colourCount - 1) - 1);
  const ramp = mapCanvas({ values: steps, height: 1, width: colourCount }, 1, theme, colourCount);
  const box = { x: 0, y: 16, width: length, height: bar.height };
  const y = box.y + bar.height + 13;
  const end = (at: number, anchor: string, text: string): SVGElement =>
    svgElement('text', { x: at, y, 'text-anchor': anchor, fill: palette.ink }, text);
  return svgElement(
    'g',
    { 'font-size': fontSize },
    svgElement('text', { x: 0, y: 10, fill: palette.muted }, shorten(unit, width - 2, fontSize)),
    svgElement('image', { href: ramp.toDataURL(), ...box, preserveAspectRatio: 'none' }),
    svgElement('rect', { ...box, fill: 'none', stroke: palette.muted, 'stroke-width': 0.5 }),
    end(0, 'start', formatNumber(-limit, 2)),
    end(length / 2, 'middle', '0'),
    end(length, 'end', formatNumber(limit, 2)),
  );
}

/** `−33 ms: from −1.2 to 3.4, change of the rate (Hz)`. */
function say({ title, values, height, width }: LagTile, unit: string): string {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < height * width; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return `${title}: from ${formatNumber(least)} to ${formatNumber(most)}, ${unit}`;
}
