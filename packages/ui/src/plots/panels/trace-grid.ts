/** Small traces in rows and columns on the same axes, observed as an area, the network as a line. Drawing needs a document. */
import type { TraceGridPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { legend } from '../legend.js';
import { extent } from '../line-axes.js';
import { formatNumber } from '../numbers.js';
import { meanOf, withUnit } from '../say.js';
import { type Placed, picture, svgElement } from '../svg.js';
import { fitLines, shorten } from '../text.js';
import { opening, type Palette, type PlotOptions, palettes, textWidth } from '../theme.js';
import { timeDomain } from '../time-traces.js';
import { columnsOf } from './rows.js';
import { roundDomain, ticksOf, tickText } from './xy.js';

type Cell = TraceGridPanel['cells'][number][number];

const gap = 5;
const small = 11;
const tiny = 10;

/** Pixels at the top of a cell, kept for its note. */
const noteRoom = 15;

export function drawTraceGrid(panel: TraceGridPanel, options: PlotOptions): SVGSVGElement {
  const { width, theme = 'light' } = options;
  const palette = palettes[theme];
  const { rows, columns, cells, frameRate, start } = panel;
  const columnCount = Math.max(1, columns.names.length);
  const frames = cells
    .flat()
    .reduce((most, { observed, network }) => Math.max(most, observed.length, network.length), 2);
  const [low, high] = extent(cells.flat().flatMap(({ observed, network }) => [observed, network]));
  const domain = roundDomain(low, high, 5);
  const time = timeDomain(start, frames, frameRate);

  const nameRoom = Math.min(120, width * 0.17, widest(rows.names));
  const rowNames = rows.names.map((name) => fitLines(name, nameRoom + 2, 3, small));
  const tickRoom = textWidth(tickText(domain[1]), tiny) + 8;
  const left = 18 + nameRoom + 6 + tickRoom;
  const cellWidth = Math.max(12, (width - left - 8 - (columnCount - 1) * gap) / columnCount);
  const cellHeight = Math.round(noteRoom + Math.max(34, Math.min(96, 0.52 * cellWidth)));
  const columnNames = columns.names.map((name) => fitLines(name, cellWidth, 2, small));
  const slanted = columns.names.some(
    (name, i) => textWidth(name, small) > cellWidth && columnNames[i].join(' ') !== name,
  );
  const upright = slanted ? columns.names.map((name) => shorten(name, 90, small)) : undefined;
  const nameHeight = upright
    ? widest(upright) + 6
    : 13 * Math.max(1, ...columnNames.map((lines) => lines.length)) + 3;

  const keys = legend(
    [
      { label: 'observed', colour: palette.observed, mark: 'area' },
      { label: 'network', colour: palette.network },
    ],
    width - left,
    palette,
  );
  const top = keys.height + 18 + nameHeight;
  const node = svgElement('g');
  const text = { 'font-size': small, fill: palette.ink };
  const gridWidth = columnCount * (cellWidth + gap) - gap;
  const gridHeight = rows.names.length * (cellHeight + gap) - gap;
  node.append(
    svgElement(
      'text',
      {
        ...text,
        'font-weight': 600,
        x: left + gridWidth / 2,
        y: keys.height + 12,
        'text-anchor': 'middle',
      },
      shorten(columns.label, gridWidth, small),
    ),
    svgElement(
      'text',
      {
        ...text,
        'font-weight': 600,
        'text-anchor': 'middle',
        transform: `translate(11,${top + gridHeight / 2}) rotate(-90)`,
      },
      shorten(rows.label, gridHeight, small),
    ),
  );
  const xOf = (column: number): number => left + column * (cellWidth + gap);
  const yOf = (row: number): number => top + row * (cellHeight + gap);
  columns.names.forEach((_, column) => {
    const middle = xOf(column) + cellWidth / 2;
    if (upright) {
      node.append(
        svgElement(
          'text',
          { ...text, transform: `translate(${middle + 4},${top - 5}) rotate(-90)` },
          upright[column],
        ),
      );
      return;
    }
    const lines = columnNames[column];
    lines.forEach((line, i) => {
      const y = top - 6 - (lines.length - 1 - i) * 13;
      node.append(svgElement('text', { ...text, x: middle, y, 'text-anchor': 'middle' }, line));
    });
  });
  rowNames.forEach((lines, row) => {
    const middle = yOf(row) + cellHeight / 2;
    lines.forEach((line, i) => {
      const y = middle + (i - (lines.length - 1) / 2) * 12;
      node.append(
        svgElement(
          'text',
          { ...text, x: 18 + nameRoom, y, dy: '0.35em', 'text-anchor': 'end' },
          line,
        ),
      );
    });
    for (const tick of [domain[0], domain[1]]) {
      const y = tick === domain[1] ? yOf(row) + noteRoom + 6 : yOf(row) + cellHeight - 1;
      node.append(
        svgElement(
          'text',
          { x: left - 4, y, 'text-anchor': 'end', 'font-size': tiny, fill: palette.muted },
          tickText(tick),
        ),
      );
    }
  });

  const self = selfCells(panel);
  const inCell = { width: cellWidth, height: cellHeight, domain, frames };
  cells.forEach((line, row) => {
    line.forEach((cell, column) => {
      const group = drawCell(cell, {
        ...inCell,
        palette,
        self: self(row, column),
        say: sayTrace(panel, row, column),
      });
      group.setAttribute('transform', `translate(${xOf(column)},${yOf(row)})`);
      node.append(group);
    });
  });

  const bottom = top + gridHeight;
  timeTicks(time, cellWidth).forEach((ticks) => {
    for (let column = 0; column < columnCount; column += ticks.every) {
      for (const at of ticks.at) {
        const x = xOf(column) + (cellWidth * (at - time[0])) / (time[1] - time[0]);
        node.append(
          svgElement('path', { d: `M${x},${bottom}v4`, stroke: palette.muted }),
          svgElement(
            'text',
            { x, y: bottom + 15, 'text-anchor': 'middle', 'font-size': tiny, fill: palette.muted },
            tickText(at),
          ),
        );
      }
    }
  });
  const anySelf = cells.some((line, row) => line.some((_, column) => self(row, column)));
  const notes = fitLines(
    `Horizontal: time (s); vertical: ${panel.unit}, the same in all.` +
      (anySelf ? ' Heavier frames: the diagonal.' : ''),
    width - 4,
    3,
  );
  notes.forEach((line, i) => {
    node.append(
      svgElement(
        'text',
        { x: 1, y: bottom + 34 + i * 14, 'font-size': small, fill: palette.muted },
        line,
      ),
    );
  });
  const height = bottom + 34 + (notes.length - 1) * 14 + 6;
  const placed: Placed[] = [
    { panel: { node, width, height }, x: 0, y: 0 },
    { panel: keys, x: left, y: 0 },
  ];
  return picture(placed, { width, height, theme, label: label(panel, time) });
}

function widest(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, textWidth(name, small)), 0);
}

function drawCell(
  { observed, network, note }: Cell,
  options: {
    width: number;
    height: number;
    domain: readonly [number, number];
    frames: number;
    palette: Palette;
    self: boolean;
    say: string;
  },
): SVGGElement {
  const { width, height, domain, frames, palette, self, say } = options;
  const x = (i: number): number => (width * i) / (frames - 1);
  const y = (value: number): number =>
    height - ((height - noteRoom) * (value - domain[0])) / (domain[1] - domain[0]);
  const area = tracePath(observed, x, y);
  const base = y(Math.max(0, domain[0]));
  const short = shortNote(note, width - 6);
  return svgElement(
    'g',
    { 'data-say': say },
    svgElement('rect', { width, height, fill: palette.background }),
    svgElement('path', {
      d: `M0,${y((domain[0] + domain[1]) / 2)}h${width}`,
      stroke: palette.grid,
      'stroke-width': 0.75,
    }),
    svgElement('path', {
      d: area && `${area}L${round(x(observed.length - 1))},${round(base)}L0,${round(base)}Z`,
      fill: palette.observed,
      'fill-opacity': 0.22,
    }),
    svgElement('path', { d: area, fill: 'none', stroke: palette.observed, 'stroke-width': 0.75 }),
    svgElement('path', {
      d: tracePath(network, x, y),
      fill: 'none',
      stroke: palette.network,
      'stroke-width': width < 90 ? 1.1 : 1.4,
      'stroke-linejoin': 'round',
    }),
    svgElement('rect', {
      width,
      height,
      fill: 'none',
      stroke: self ? palette.ink : palette.grid,
      'stroke-width': self ? 1.75 : 1,
    }),
    svgElement(
      'text',
      {
        x: width - 4,
        y: 11.5,
        'text-anchor': 'end',
        'font-size': tiny,
        fill: palette.ink,
      },
      short,
    ),
  );
}

/** A line through the values; a value that is not finite breaks it. */
export function tracePath(
  values: readonly number[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let joined = false;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      joined = false;
      return;
    }
    path += `${joined ? 'L' : 'M'}${round(x(i))},${round(y(value))}`;
    joined = true;
  });
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The note where it fits, else its last word, else nothing. */
export function shortNote(note: string, width: number): string {
  const last = note.split(' ').at(-1) ?? '';
  return [note, last].find((text) => textWidth(text, tiny) <= width) ?? '';
}

/** Ticks below each `every`-th column: both ends of the time where a cell holds them, else round numbers within. */
function timeTicks(
  time: readonly [number, number],
  width: number,
): { at: number[]; every: number }[] {
  const ticks = ticksOf({ label: '', scale: 'linear', domain: time }, Math.max(2, width / 45));
  const room = width / Math.max(1, ticks.length);
  const needed = Math.max(...ticks.map((tick) => textWidth(tickText(tick), tiny))) + 6;
  if (ticks.length > 0 && needed <= room) return [{ at: ticks, every: 1 }];
  const one = ticks.slice(-1);
  return [{ at: one, every: Math.max(1, Math.ceil(needed / (width + gap))) }];
}

/** Whether a cell is that of a row with itself: by name, or by number where the grid is square and no name is in both. */
export function selfCells(panel: TraceGridPanel): (row: number, column: number) => boolean {
  const rows = panel.rows.names;
  const columns = panel.columns.names;
  if (rows.some((name) => columns.includes(name))) {
    return (row, column) => rows[row] === columns[column];
  }
  return (row, column) => rows.length === columns.length && row === column;
}

/** `cell A, model B: CC 0.91; observed mean 3.2 spikes/s, network mean 3.1 spikes/s`. */
function sayTrace(panel: TraceGridPanel, row: number, column: number): string {
  const { rows, columns, unit, cells } = panel;
  const { note, observed, network } = cells[row][column];
  return (
    `${rows.label}: ${rows.names[row]}; ${columns.label}: ${columns.names[column]}; ${note}; ` +
    `mean observed ${withUnit(unit, meanOf(observed))}, network ${withUnit(unit, meanOf(network))}`
  );
}

function label(panel: TraceGridPanel, time: readonly [number, number]): string {
  const { rows, columns, cells, unit } = panel;
  const notes = cells.map(
    (line, row) =>
      `${rows.names[row]}: ${line.map(({ note }, column) => `${columns.names[column]} ${note}`).join(', ')}`,
  );
  return (
    `${opening(panel.title)}${unit}, observed and network, from ${formatNumber(time[0], 5)} to ` +
    `${formatNumber(time[1], 5)} s, for ${rows.label} (rows) and ${columns.label} (columns). ${notes.join('; ')}.`
  );
}

export function traceGridColumns(panel: TraceGridPanel): Record<string, Column> {
  const { rows, columns, cells, frameRate, start, unit } = panel;
  const table = cells.flatMap((line, row) =>
    line.flatMap((cell, column) =>
      (['observed', 'network'] as const).flatMap((series) =>
        cell[series].map((value, i) => [
          rows.names[row],
          columns.names[column],
          series,
          start + i,
          (start + i) / frameRate,
          value,
        ]),
      ),
    ),
  );
  return columnsOf([rows.label, columns.label, 'series', 'frame', 'time (s)', unit], table);
}
