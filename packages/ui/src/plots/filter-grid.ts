/**
 * Many maps on ONE symmetric scale with one colour bar. Effective filters are outlined and marked `E`; a filter
 * matched to a true subunit says which and with what cosine. Numbers are 0-based. Needs a document.
 */
import { colourBar, colourBarWidth } from './colour-bar.js';
import { gridLayout, smallestTile } from './geometry.js';
import { mapCanvas, type PixelMap } from './pixels.js';
import { formatCorrelation, formatNumber, symmetricLimit } from './scale.js';
import { type Placed, picture, svgElement } from './svg.js';
import { type Palette, type PlotOptions, palettes, type Theme, textWidth } from './theme.js';

export interface FilterTile extends PixelMap {
  readonly effective?: boolean;
  /** The true subunit, 0-based, with the absolute cosine. */
  readonly match?: { readonly subunit: number; readonly cosine: number };
}

export interface FilterGridOptions extends PlotOptions {
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
}

const head = 17;
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
    smallest: smallestTile(width),
    largest: options.largest ?? 128,
    gap: tileGap,
  });
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
      node: drawTile(tile, i, { ...cell, limit, palette, theme }),
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
  const notes = wrap(footnotes(tiles, size, options), total);
  const noteHeight = 16;
  const node = svgElement('g', { fill: palette.muted, 'font-size': 11 });
  notes.forEach((line, i) => {
    node.append(svgElement('text', { x: 0, y: i * noteHeight + 11 }, line));
  });
  placed.push({ panel: { node, width: total, height: 0 }, x: 1, y: gridHeight + 4 });
  return picture(placed, {
    width: total,
    height: gridHeight + 8 + notes.length * noteHeight,
    theme,
    label: label(tiles, size, limit, options),
  });
}

function drawTile(
  tile: FilterTile,
  index: number,
  options: {
    width: number;
    height: number;
    limit: number;
    palette: Palette;
    theme: Theme;
  },
): SVGElement {
  const { palette, limit, theme } = options;
  const scale = Math.min(options.width / tile.width, options.height / tile.height);
  const width = tile.width * scale;
  const height = tile.height * scale;
  const node = svgElement(
    'g',
    { 'font-size': 11 },
    svgElement('text', { x: 0, y: 10, fill: palette.ink }, String(index)),
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
        { x: width, y: 10, 'text-anchor': 'end', 'font-weight': 700, fill: palette.ink },
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
  { squareSize, noun = 'filter' }: FilterGridOptions,
): string {
  const side = squareSize
    ? ` (${formatNumber(size.width * squareSize)} × ${formatNumber(size.height * squareSize)} µm)`
    : '';
  const notes = [`A tile is ${size.width} × ${size.height} squares${side}; numbers from 0.`];
  if (tiles.some((tile) => tile.effective)) notes.push(`E and a heavy outline: effective ${noun}.`);
  if (tiles.some((tile) => tile.match)) {
    notes.push(
      'S with a number: the true subunit it was matched to, and the absolute cosine with it.',
    );
  }
  return notes.join(' ');
}

/** Lines of at most `width` pixels at the size of the notes. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, 10.5) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (line) lines.push(line);
  return lines;
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
