/** A matrix of values as coloured cells with their numbers, the best of each column outlined. Drawing needs a document. */
import type { MatrixPanel } from '@retinoscope/worker';
import { colourBar, colourBarWidth, unitFits } from '../colour-bar.js';
import type { Column } from '../csv.js';
import { formatNumber } from '../numbers.js';
import { contrast, sequentialColour } from '../scale.js';
import { picture, svgElement } from '../svg.js';
import { shorten, wrap } from '../text.js';
import { opening, type PlotOptions, palettes, textWidth } from '../theme.js';
import { columnsOf } from './rows.js';

/** Side of a cell, pixels: the largest, and the least that holds its number. */
const largestCell = 52;
const numberedCell = 26;

const label = 14;
const small = 11;

/** Pixels between the cells and the colour bar, which has a margin of its own. */
const barGap = 2;

/** Of the outline of the best: apart from every colour of the scale. */
const bestColour = '#d1260f';

export function drawMatrix(panel: MatrixPanel, options: PlotOptions): SVGSVGElement {
  const { theme = 'light' } = options;
  const palette = palettes[theme];
  const { rows, columns, values, unit } = panel;
  const rowCount = Math.max(1, rows.names.length);
  const columnCount = Math.max(1, columns.names.length);
  const rowNames = rows.names.map((name) =>
    shorten(name, Math.min(150, options.width * 0.26), small),
  );
  const left = label + widest(rowNames) + 7;
  const cell = Math.max(
    4,
    Math.min(
      largestCell,
      Math.floor((options.width - left - colourBarWidth - barGap) / columnCount),
    ),
  );
  const upright = columns.names.every((name) => textWidth(name, small) <= cell - 2);
  const columnNames = columns.names.map((name) => (upright ? name : shorten(name, 110, small)));
  const every = Math.max(1, Math.ceil(12 / cell));
  const top = label + (upright ? 16 : widest(columnNames) + 8);
  const grid = { width: cell * columnCount, height: cell * rowCount };
  const width = left + grid.width + barGap + colourBarWidth;
  const limit = largest(values);
  const best = bestRows(values, columnCount);
  const text = { 'font-size': small, fill: palette.ink };
  const node = svgElement('g');

  node.append(
    svgElement(
      'text',
      { ...text, 'font-weight': 600, x: left + grid.width / 2, y: 11, 'text-anchor': 'middle' },
      shorten(columns.label, Math.max(grid.width, width - left), small),
    ),
    svgElement(
      'text',
      {
        ...text,
        'font-weight': 600,
        'text-anchor': 'middle',
        transform: `translate(11,${top + grid.height / 2}) rotate(-90)`,
      },
      shorten(rows.label, grid.height + top, small),
    ),
  );
  columnNames.forEach((name, column) => {
    if (column % every !== 0) return;
    const x = left + (column + 0.5) * cell;
    node.append(
      upright
        ? svgElement('text', { ...text, x, y: top - 5, 'text-anchor': 'middle' }, name)
        : svgElement(
            'text',
            {
              ...text,
              transform: `translate(${x + 4},${top - 5}) rotate(-90)`,
              'text-anchor': 'start',
            },
            name,
          ),
    );
  });
  rowNames.forEach((name, row) => {
    if (row % every !== 0) return;
    const y = top + (row + 0.5) * cell;
    node.append(
      svgElement('text', { ...text, x: left - 6, y, dy: '0.35em', 'text-anchor': 'end' }, name),
    );
  });

  values.forEach((line, row) => {
    line.forEach((value, column) => {
      const box = { x: left + column * cell, y: top + row * cell, width: cell, height: cell };
      const colour = value === null ? 'none' : sequentialColour(value, limit, theme);
      node.append(
        svgElement('rect', {
          ...box,
          fill: colour,
          stroke: palette.background,
          'stroke-width': cell > 12 ? 1 : 0.5,
          'data-say': sayCell(panel, row, column, best[column] === row),
        }),
      );
      if (cell < numberedCell) return;
      const middle = {
        x: box.x + cell / 2,
        y: box.y + cell / 2,
        dy: '0.35em',
        'text-anchor': 'middle',
      };
      node.append(
        svgElement(
          'text',
          {
            ...middle,
            'font-size': cell >= 36 ? small : cell >= 30 ? 10 : 9.5,
            fill: value === null ? palette.muted : textColour(colour),
          },
          value === null ? '–' : cellText(value, cell),
        ),
      );
    });
  });
  best.forEach((row, column) => {
    if (row === undefined) return;
    const stroke = cell >= 20 ? 2 : 1.25;
    const edge = stroke / 2 + 0.5;
    const box = {
      x: left + column * cell + edge,
      y: top + row * cell + edge,
      width: cell - 2 * edge,
      height: cell - 2 * edge,
    };
    if (cell >= 20) {
      node.append(
        svgElement('rect', { ...box, fill: 'none', stroke: palette.halo, 'stroke-width': 3.5 }),
      );
    }
    node.append(
      svgElement('rect', { ...box, fill: 'none', stroke: bestColour, 'stroke-width': stroke }),
    );
  });

  const margin = 8;
  const barHeight = Math.max(104, Math.min(220, grid.height));
  const notes = ['Outlined: the largest of each column.'];
  if (values.flat().includes(null)) notes.push('–: no value.');
  if (!unitFits(unit, barHeight, margin)) notes.push(`Colours: ${unit}.`);
  const note = wrap(notes.join(' '), width);
  const below = top + grid.height + 16;
  note.forEach((line, i) => {
    node.append(
      svgElement(
        'text',
        { x: 1, y: below + i * 14, 'font-size': small, fill: palette.muted },
        line,
      ),
    );
  });
  const bar = colourBar(limit, { height: barHeight, margin, unit, theme, sequential: true });
  const height = Math.max(below + (note.length - 1) * 14 + 6, top + barHeight + margin);
  return picture(
    [
      { panel: { node, width, height }, x: 0, y: 0 },
      { panel: bar, x: left + grid.width + barGap, y: top - margin },
    ],
    { width, height, theme, label: matrixLabel(panel, best) },
  );
}

function widest(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, textWidth(name, small)), 0);
}

/** Two decimals; without the leading zero where the cell is narrow. */
export function cellText(value: number, cell: number): string {
  const text = value.toFixed(2).replace('-', '−');
  return textWidth(text, 10) <= cell - 2 ? text : text.replace(/^(−?)0\./, '$1.');
}

function textColour(ground: string): string {
  const [dark, bright] = ['#10141a', '#ffffff'];
  return contrast(dark, ground) >= contrast(bright, ground) ? dark : bright;
}

function largest(values: MatrixPanel['values']): number {
  const most = values.flat().reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
  return most > 0 ? most : 1;
}

/** Row of the largest value of each column; undefined where a column has none. */
export function bestRows(values: MatrixPanel['values'], columns: number): (number | undefined)[] {
  return Array.from({ length: columns }, (_, column) => {
    let best: number | undefined;
    values.forEach((line, row) => {
      const value = line[column];
      if (value === null || value === undefined || !Number.isFinite(value)) return;
      if (best === undefined || value > (values[best][column] ?? Number.NEGATIVE_INFINITY))
        best = row;
    });
    return best;
  });
}

/** `network 2, cell 5: CC 0.93, largest of its column`. */
export function sayCell(panel: MatrixPanel, row: number, column: number, best: boolean): string {
  const value = panel.values[row][column];
  const { rows, columns, unit } = panel;
  return (
    `${rows.label}: ${rows.names[row]}; ${columns.label}: ${columns.names[column]}; ` +
    (value === null ? 'no value' : `${unit} ${formatNumber(value)}`) +
    (best ? ', largest of its column' : '')
  );
}

function matrixLabel(panel: MatrixPanel, best: readonly (number | undefined)[]): string {
  const { rows, columns, unit, values } = panel;
  const each = best.flatMap((row, column) =>
    row === undefined
      ? []
      : [
          `${columns.names[column]}: ${rows.names[row]}, ${formatNumber(values[row][column] ?? Number.NaN)}`,
        ],
  );
  return (
    `${opening(panel.title)}${unit} of ${rows.names.length} rows (${rows.label}) and ` +
    `${columns.names.length} columns (${columns.label}). Largest of each column: ${each.join('; ')}.`
  );
}

export function matrixColumns(panel: MatrixPanel): Record<string, Column> {
  const { rows, columns, values, unit } = panel;
  const table = values.flatMap((line, row) =>
    line.map((value, column) => [rows.names[row], columns.names[column], value ?? undefined]),
  );
  return columnsOf([rows.label, columns.label, unit], table);
}
