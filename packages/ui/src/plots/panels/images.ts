/** Grey images with the outlines of receptive fields over each. Drawing needs a document. */
import type { ImagesPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { type Ellipse, receptiveFieldEllipse } from '../ellipse.js';
import { scaleBar } from '../filter-grid.js';
import { gridLayout } from '../geometry.js';
import { legend } from '../legend.js';
import { formatNumber } from '../numbers.js';
import { greyCanvas } from '../pixels.js';
import { type Placed, picture, svgElement } from '../svg.js';
import { fitLines, wrap } from '../text.js';
import { opening, type Palette, type PlotOptions, palettes } from '../theme.js';
import { columnsOf } from './rows.js';

/** SDs from the centre at which a receptive field is outlined. */
const reach = 1.5;

const gap = 14;
const titleLine = 14;

const dashes: readonly (string | undefined)[] = [
  undefined,
  '6 3',
  '2 2.5',
  '9 3 2 3',
  '4 2',
  '12 3',
];

export interface Outline {
  readonly name: string;
  /** Stands beside the outline. */
  readonly letter: string;
  readonly dash?: string;
  /** In squares of the image. */
  readonly ellipse?: Ellipse;
}

export function drawImages(panel: ImagesPanel, options: PlotOptions): SVGSVGElement {
  const { width, theme = 'light' } = options;
  const palette = palettes[theme];
  const { images, squareSize } = panel;
  const size = {
    width: images.reduce((most, image) => Math.max(most, image.width), 1),
    height: images.reduce((most, image) => Math.max(most, image.height), 1),
  };
  const longer = Math.max(size.width, size.height);
  const grid = gridLayout(images.length, width - 4, {
    smallest: Math.max(130, Math.min(200, width / 5)),
    largest: 260,
    gap,
  });
  const scale = grid.tile / longer;
  const tile = { width: size.width * scale, height: size.height * scale };
  const titles = images.map(({ title }) => fitLines(title, tile.width, 2, 12));
  const head = titleLine * titles.reduce((most, lines) => Math.max(most, lines.length), 1) + 4;
  const used = Math.max(300, grid.columns * (tile.width + gap) - gap + 4);
  const total = Math.min(width, used);

  const outlines = fieldOutlines(panel, size);
  const keys = legend(
    outlines.map(({ letter, name, dash }) => ({
      label: letter === name ? name : `${letter}: ${name}`,
      colour: palette.overlay,
      dash,
      mark: 'outline',
    })),
    total - 2,
    palette,
  );
  const placed: Placed[] = [{ panel: keys, x: 2, y: 0 }];
  const top = keys.height + (outlines.length > 0 ? 6 : 0);
  images.forEach((image, i) => {
    const node = svgElement(
      'g',
      {},
      ...titles[i].map((line, row) =>
        svgElement('text', { x: 0, y: 11 + row * titleLine, fill: palette.ink }, line),
      ),
      svgElement('image', {
        href: greyCanvas(image, 2 * grid.tile).toDataURL(),
        x: 0,
        y: head,
        width: image.width * scale,
        height: image.height * scale,
        preserveAspectRatio: 'none',
        'image-rendering': 'pixelated',
      }),
      svgElement('rect', {
        x: 0,
        y: head,
        width: image.width * scale,
        height: image.height * scale,
        fill: 'none',
        stroke: palette.muted,
        'data-say': sayImage(panel, i),
      }),
    );
    for (const outline of outlines) {
      const shape = drawOutline(outline, scale, head, tile, palette, sayOutline(panel, i, outline));
      if (shape) node.append(shape);
    }
    placed.push({
      panel: { node, width: tile.width, height: head + tile.height },
      x: 2 + (i % grid.columns) * (tile.width + gap),
      y: top + Math.floor(i / grid.columns) * (head + tile.height + gap),
    });
  });
  const below = top + grid.rows * (head + tile.height + gap) - gap + 10;
  const bar = squareSize ? scaleBar(squareSize / scale, 0.4 * tile.width, palette) : undefined;
  if (bar) placed.push({ panel: bar, x: 2, y: below });
  const start = bar ? bar.width + 2 : 2;
  const notes = wrap(footnote(size, squareSize, outlines.length > 0), total - start);
  placed.push({
    panel: {
      node: svgElement(
        'g',
        { fill: palette.muted, 'font-size': 11 },
        ...notes.map((line, i) => svgElement('text', { x: 0, y: 10 + i * 15 }, line)),
      ),
      width: total - start,
      height: 0,
    },
    x: start,
    y: below,
  });
  const height = below + Math.max(bar?.height ?? 0, notes.length * 15) + 4;
  return picture(placed, { width: total, height, theme, label: label(panel, size) });
}

/** The outline of each receptive field, in squares of an image of `size`. */
export function fieldOutlines(
  { fields }: ImagesPanel,
  size: { readonly width: number; readonly height: number },
): Outline[] {
  return fields.map(({ name, values, height, width }, i) => {
    const found = receptiveFieldEllipse(values, height, width);
    const factor = size.width / width;
    const middle = (at: number): number => (at + 0.5) * factor - 0.5;
    return {
      name,
      letter: name.length <= 2 ? name : letterOf(i),
      dash: dashes[i % dashes.length],
      ellipse: found && {
        x: middle(found.x),
        y: middle(found.y),
        sigmaLong: found.sigmaLong * factor,
        sigmaShort: found.sigmaShort * factor,
        angle: found.angle,
      },
    };
  });
}

/** A … Z, then A1, B1, …. */
function letterOf(index: number): string {
  const round = Math.floor(index / 26);
  return String.fromCharCode(65 + (index % 26)) + (round > 0 ? String(round) : '');
}

function drawOutline(
  { ellipse, dash, letter }: Outline,
  scale: number,
  head: number,
  tile: { readonly width: number; readonly height: number },
  palette: Palette,
  say: string,
): SVGElement | undefined {
  if (!ellipse) return undefined;
  const x = (ellipse.x + 0.5) * scale;
  const y = head + (ellipse.y + 0.5) * scale;
  const rx = reach * ellipse.sigmaLong * scale;
  const ry = reach * ellipse.sigmaShort * scale;
  const shape = {
    rx,
    ry,
    fill: 'none',
    transform: `translate(${x},${y}) rotate(${(ellipse.angle * 180) / Math.PI})`,
  };
  // The letter stands at the upper right of the outline, within the image.
  const up = Math.hypot(rx * Math.sin(ellipse.angle), ry * Math.cos(ellipse.angle));
  const right = Math.hypot(rx * Math.cos(ellipse.angle), ry * Math.sin(ellipse.angle));
  const at = {
    x: Math.max(8, Math.min(tile.width - 8, x + 0.72 * right + 5)),
    y: Math.max(head + 13, Math.min(head + tile.height - 4, y - 0.72 * up - 1)),
  };
  return svgElement(
    'g',
    {},
    svgElement('ellipse', {
      ...shape,
      stroke: palette.halo,
      'stroke-width': 4,
      'stroke-opacity': 0.85,
      'data-say': say,
    }),
    svgElement('ellipse', {
      ...shape,
      stroke: palette.overlay,
      'stroke-width': 1.75,
      'stroke-dasharray': dash,
    }),
    svgElement(
      'text',
      {
        ...at,
        'text-anchor': 'middle',
        'font-size': 12,
        'font-weight': 700,
        fill: palette.overlay,
        stroke: palette.halo,
        'stroke-width': 3.5,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      },
      letter,
    ),
  );
}

function footnote(
  size: { width: number; height: number },
  squareSize: number | undefined,
  outlined: boolean,
): string {
  const side = squareSize
    ? ` (${formatNumber(size.width * squareSize)} × ${formatNumber(size.height * squareSize)} µm)`
    : '';
  return (
    `An image is ${size.width} × ${size.height} squares${side}, black −½, white ½.` +
    (outlined ? ` Outlines: receptive fields at ${reach} SD.` : '')
  );
}

function sayImage({ images }: ImagesPanel, index: number): string {
  const { title, values } = images[index];
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return `${title}: mean ${formatNumber(mean)}, SD ${formatNumber(Math.sqrt(variance))}`;
}

/** `A: cell 3, in image 2: centre x 12.1, y 8.4 squares, 1.5 SD 4.2 × 3.1 squares`. */
function sayOutline(
  { images, squareSize }: ImagesPanel,
  index: number,
  { ellipse, letter, name }: Outline,
): string {
  if (!ellipse) return '';
  const unit = squareSize ? 'µm' : 'squares';
  const length = (squares: number): string => formatNumber(squares * (squareSize ?? 1));
  return (
    `${letter === name ? name : `${letter}: ${name}`}, ${images[index].title}: centre x ` +
    `${formatNumber(ellipse.x)}, y ${formatNumber(ellipse.y)} (squares), radii at ${reach} SD ` +
    `${length(reach * ellipse.sigmaLong)} × ${length(reach * ellipse.sigmaShort)} ${unit}`
  );
}

function label(
  { title, images, fields }: ImagesPanel,
  size: { width: number; height: number },
): string {
  const names = fields.map(({ name }) => name);
  return (
    `${opening(title)}${images.length} grey ${images.length === 1 ? 'image' : 'images'} of ` +
    `${size.width} × ${size.height} squares: ${images.map((image) => image.title).join(', ')}.` +
    (names.length > 0 ? ` Receptive fields outlined at ${reach} SD: ${names.join(', ')}.` : '')
  );
}

/** Squares of the images, then those of the receptive fields. */
export function imagesColumns({ images, fields }: ImagesPanel): Record<string, Column> {
  const maps = [
    ...images.map((image) => ({ kind: 'image', name: image.title, map: image })),
    ...fields.map((field) => ({ kind: 'receptive field', name: field.name, map: field })),
  ];
  const rows = maps.flatMap(({ kind, name, map }) =>
    map.values.map((value, at) => [kind, name, Math.floor(at / map.width), at % map.width, value]),
  );
  return columnsOf(['kind', 'series', 'y', 'x', 'value'], rows);
}
