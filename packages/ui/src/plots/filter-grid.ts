/**
 * Many maps on ONE symmetric scale with one colour bar. Effective filters are outlined and marked `E`; a filter
 * matched to a true subunit says which and with what cosine. Numbers are 0-based. Needs a document.
 */
import { colourBar, colourBarWidth, unitFits } from './colour-bar.js';
import { symmetricLimit } from './diverging.js';
import { gridLayout, scaleLength, smallestTile } from './geometry.js';
import { formatCorrelation, formatNumber } from './numbers.js';
import { mapCanvas, type PixelMap } from './pixels.js';
import { type Panel, type Placed, picture, svgElement } from './svg.js';
import { fitLines, wrap } from './text.js';
import {
  opening,
  type Palette,
  type PlotOptions,
  palettes,
  type Theme,
  textWidth,
} from './theme.js';

export interface FilterTile extends PixelMap {
  /** Shown above; the number of the tile when absent. */
  readonly title?: string;
  readonly effective?: boolean;
  /** The true subunit, 0-based, with the absolute cosine. */
  readonly match?: { readonly subunit: number; readonly cosine: number };
}

export interface FilterGridOptions extends PlotOptions {
  /** Start of the accessible name. */
  readonly title?: string;
  /** What the colours mean, with its unit; `weight` when absent. */
  readonly unit?: string;
  /** What a tile is; `filter` when absent. */
  readonly noun?: string;
  /** Scale from −limit to limit; the largest absolute value of all maps when absent. */
  readonly limit?: number;
  /** Side of a square, µm. */
  readonly squareSize?: number;
  /** Pixels of a tile at most; 128 when absent. */
  readonly largest?: number;
  /** Whether a tile is said on pointing. */
  readonly say?: boolean;
  /** Whether a bar shows a length in µm, where `squareSize` is known. */
  readonly scaleBar?: boolean;
}

const titleLine = 13;

/** Pixels above a tile without its title. */
const headRoom = 4;
const foot = 18;
const tileGap = 13;
const barMargin = 8;

/** Pixels that the first tile's outline takes at the left. */
const outline = 4;

export function filterGrid(
  tiles: readonly FilterTile[],
  options: FilterGridOptions,
): SVGSVGElement {
  const { width, theme = 'light', unit = 'weight' } = options;
  const palette = palettes[theme];
  const limit = options.limit ?? symmetricLimit(tiles.map((tile) => tile.values));
  const matched = tiles.some((tile) => tile.match);
  const size = maximumSize(tiles);
  const longer = Math.max(size.width, size.height);
  const grid = gridLayout(tiles.length, width - colourBarWidth - outline, {
    smallest: Math.max(
      smallestTile(width),
      tiles.some(({ title }) => title !== undefined) ? 76 : 0,
    ),
    largest: options.largest ?? 128,
    gap: tileGap,
  });
  const titles = tiles.map((tile, i) =>
    fitLines(tile.title ?? String(i), grid.tile - (tile.effective ? 12 : 0), 3),
  );
  const head =
    headRoom + titleLine * titles.reduce((most, lines) => Math.max(most, lines.length), 1);
  const cell = {
    width: (grid.tile * size.width) / longer,
    height: (grid.tile * size.height) / longer,
  };
  const pitch = {
    x: grid.tile + tileGap,
    y: head + cell.height + (matched ? foot : 0) + tileGap,
  };
  const gridWidth = grid.columns * pitch.x;
  const gridHeight = Math.max(grid.rows * pitch.y, 96);

  const placed: Placed[] = tiles.map((tile, i) => ({
    panel: {
      node: drawTile(tile, titles[i], {
        ...cell,
        head,
        limit,
        palette,
        theme,
        say: options.say ? sayTile(tile, i, options) : undefined,
      }),
      ...cell,
    },
    x: (i % grid.columns) * pitch.x + outline,
    y: Math.floor(i / grid.columns) * pitch.y,
  }));
  const barHeight = Math.min(gridHeight - head - barMargin - 8, 220);
  placed.push({
    panel: colourBar(limit, { height: barHeight, margin: barMargin, unit, theme }),
    x: outline + gridWidth,
    y: head - barMargin,
  });
  const total = outline + gridWidth + colourBarWidth;
  const scale = cell.width / size.width;
  const bar =
    options.scaleBar && options.squareSize
      ? scaleBar(options.squareSize / scale, 0.6 * cell.width, palette)
      : undefined;
  const notes = wrap(
    footnotes(tiles, size, options, !unitFits(unit, barHeight, barMargin)),
    total - (bar ? bar.width : 0),
  );
  const noteHeight = 16;
  const node = svgElement('g', { fill: palette.muted, 'font-size': 11 });
  notes.forEach((line, i) => {
    node.append(svgElement('text', { x: 0, y: i * noteHeight + 11 }, line));
  });
  const noteStart = bar ? bar.width + 1 : 1;
  placed.push({ panel: { node, width: total, height: 0 }, x: noteStart, y: gridHeight + 4 });
  if (bar) placed.push({ panel: bar, x: outline, y: gridHeight + 4 });
  return picture(placed, {
    width: total,
    height: gridHeight + 8 + Math.max(notes.length * noteHeight, bar?.height ?? 0),
    theme,
    label: opening(options.title) + label(tiles, size, limit, options),
  });
}

function drawTile(
  tile: FilterTile,
  title: readonly string[],
  options: {
    head: number;
    say: string | undefined;
    width: number;
    height: number;
    limit: number;
    palette: Palette;
    theme: Theme;
  },
): SVGElement {
  const { palette, limit, theme, head } = options;
  const scale = Math.min(options.width / tile.width, options.height / tile.height);
  const width = tile.width * scale;
  const height = tile.height * scale;
  const node = svgElement(
    'g',
    { 'font-size': 11, 'data-say': options.say },
    ...title.map((line, row) =>
      svgElement(
        'text',
        { x: 0, y: head - headRoom - 3 - (title.length - 1 - row) * titleLine, fill: palette.ink },
        line,
      ),
    ),
    svgElement('image', {
      href: mapCanvas(tile, limit, theme, 240).toDataURL(),
      x: 0,
      y: head,
      width,
      height,
      preserveAspectRatio: 'none',
      'image-rendering': 'pixelated',
    }),
    svgElement('rect', {
      x: 0,
      y: head,
      width,
      height,
      fill: 'none',
      stroke: palette.grid,
      'stroke-width': 1,
    }),
  );
  if (tile.effective) {
    // Apart from the map, so that the outline shows on its lightest and darkest colours alike.
    node.append(
      svgElement('rect', {
        x: -3,
        y: head - 3,
        width: width + 6,
        height: height + 6,
        rx: 1,
        fill: 'none',
        stroke: palette.ink,
        'stroke-width': 2,
      }),
      svgElement(
        'text',
        {
          x: width,
          y: head - headRoom - 3,
          'text-anchor': 'end',
          'font-weight': 700,
          fill: palette.ink,
        },
        'E',
      ),
    );
  }
  if (tile.match) {
    node.append(
      svgElement(
        'text',
        { x: 0, y: head + height + 15, fill: palette.ink },
        `S${tile.match.subunit} ${formatCorrelation(tile.match.cosine)}`,
      ),
    );
  }
  return node;
}

/** `filter 2: extreme 0.31, weight; effective; true subunit 1, cosine 0.984`. */
function sayTile(
  tile: FilterTile,
  index: number,
  { unit = 'weight', noun = 'filter' }: FilterGridOptions,
): string {
  let extreme = 0;
  for (let i = 0; i < tile.height * tile.width; i++) {
    if (Math.abs(tile.values[i]) > Math.abs(extreme)) extreme = tile.values[i];
  }
  const { match } = tile;
  return (
    `${tile.title ?? `${noun} ${index}`}: extreme ${formatNumber(extreme)}, ${unit}` +
    (tile.effective ? '; effective' : '') +
    (match ? `; true subunit ${match.subunit}, cosine ${formatCorrelation(match.cosine)}` : '')
  );
}

/** A bar of a round length; `unit` is the length of a pixel, µm. It takes the room of its label. */
export function scaleBar(unit: number, most: number, palette: Palette): Panel {
  const length = scaleLength(unit * most);
  const pixels = length / unit;
  const label = `${formatNumber(length)} µm`;
  const node = svgElement(
    'g',
    {},
    svgElement('path', { d: `M0,3h${pixels}`, stroke: palette.ink, 'stroke-width': 3 }),
    svgElement('text', { x: 0, y: 18, 'font-size': 11, fill: palette.ink }, label),
  );
  return { node, width: Math.max(pixels, textWidth(label, 11)) + 16, height: 20 };
}

/** The size that holds every tile, squares. */
function maximumSize(tiles: readonly PixelMap[]): { width: number; height: number } {
  return {
    width: tiles.reduce((most, tile) => Math.max(most, tile.width), 1),
    height: tiles.reduce((most, tile) => Math.max(most, tile.height), 1),
  };
}

function footnotes(
  tiles: readonly FilterTile[],
  size: { width: number; height: number },
  { squareSize, noun = 'filter', unit }: FilterGridOptions,
  withUnit: boolean,
): string {
  const side = squareSize
    ? ` (${formatNumber(size.width * squareSize)} × ${formatNumber(size.height * squareSize)} µm)`
    : '';
  const notes = [`A tile is ${size.width} × ${size.height} squares${side}; numbers from 0.`];
  if (withUnit && unit) notes.push(`Colours: ${unit}.`);
  if (tiles.some((tile) => tile.effective)) notes.push(`E and a heavy outline: effective ${noun}.`);
  if (tiles.some((tile) => tile.match)) {
    notes.push(
      'S with a number: the true subunit it was matched to, and the absolute cosine with it.',
    );
  }
  return notes.join(' ');
}

function label(
  tiles: readonly FilterTile[],
  size: { width: number; height: number },
  limit: number,
  { unit = 'weight', noun = 'filter' }: FilterGridOptions,
): string {
  const marked = tiles.some((tile) => tile.effective !== undefined);
  const effective = tiles.flatMap((tile, i) => (tile.effective ? [i] : []));
  const matches = tiles.flatMap(({ match }, i) =>
    match
      ? [
          `${noun} ${i} with true subunit ${match.subunit}, cosine ${formatCorrelation(match.cosine)}`,
        ]
      : [],
  );
  return (
    `${tiles.length} ${noun}${tiles.length === 1 ? '' : 's'} of ${size.width} × ${size.height} squares on ` +
    `one scale, ${unit}, from ${formatNumber(-limit)} to ${formatNumber(limit)}.` +
    (marked ? ` Effective: ${effective.length === 0 ? 'none' : effective.join(', ')}.` : '') +
    (matches.length > 0 ? ` Matched: ${matches.join('; ')}.` : '')
  );
}
