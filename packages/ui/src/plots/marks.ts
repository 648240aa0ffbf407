/** Shapes that mark points, and how series are told apart: by colour, dash and shape together. Pure. */
import type { SeriesRole } from '@retinoscope/worker';
import type { Palette } from './theme.js';

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'wedge';

export interface SeriesStyle {
  readonly colour: string;
  /** SVG dash array; solid when absent. */
  readonly dash?: string;
  readonly shape: Shape;
}

const shapes: readonly Shape[] = ['circle', 'square', 'triangle', 'diamond', 'cross', 'wedge'];
const dashes: readonly (string | undefined)[] = [
  undefined,
  '7 3',
  '2 3',
  '9 3 2 3',
  '5 2',
  '12 4',
  '9 3 2 3 2 3',
];

/** Colour and dash of whose numbers they are. */
const roles: Readonly<
  Record<Exclude<SeriesRole, 'other'>, (palette: Palette) => { colour: string; dash?: string }>
> = {
  observed: ({ observed }) => ({ colour: observed, dash: '9 3 2 3' }),
  network: ({ network }) => ({ colour: network }),
  ln: ({ ln }) => ({ colour: ln, dash: '7 3' }),
  sta: ({ sta }) => ({ colour: sta, dash: '5 2' }),
  truth: ({ truth }) => ({ colour: truth, dash: '2 3' }),
};

/** One style a series: that of its role where it has one and is the first of it, else the next that is free. */
export function seriesStyles(
  series: readonly { readonly name: string; readonly role?: SeriesRole }[],
  palette: Palette,
): SeriesStyle[] {
  const styles: SeriesStyle[] = [];
  const given = new Map<number, { colour: string; dash?: string }>();
  const seen = new Set<SeriesRole>();
  series.forEach(({ role = 'other' }, i) => {
    if (role === 'other' || seen.has(role)) return;
    seen.add(role);
    given.set(i, roles[role](palette));
  });
  const colours = new Set([...given.values()].map(({ colour }) => colour));
  const used = new Set([...given.values()].map(({ dash }) => dash));
  series.forEach((_, i) => {
    const own = given.get(i);
    const colour = own?.colour ?? free(palette.series, colours, i);
    const dash = own ? own.dash : free(dashes, used, i);
    colours.add(colour);
    used.add(dash);
    styles.push({ colour, dash, shape: shapes[i % shapes.length] });
  });
  return styles;
}

function free<T>(all: readonly T[], used: ReadonlySet<T>, index: number): T {
  return all.find((each) => !used.has(each)) ?? all[index % all.length];
}

/** Path of a shape about (x, y), of about the same area for each; `radius` is that of the circle. */
export function shapePath(shape: Shape, x: number, y: number, radius: number): string {
  const r = radius;
  const at = (dx: number, dy: number): string => `${round(x + dx)},${round(y + dy)}`;
  const polygon = (corners: readonly (readonly [number, number])[]): string =>
    `M${corners.map(([dx, dy]) => at(dx, dy)).join('L')}Z`;
  switch (shape) {
    case 'circle':
      return `M${at(-r, 0)}a${round(r)},${round(r)} 0 1 1 ${round(2 * r)},0a${round(r)},${round(r)} 0 1 1 ${round(-2 * r)},0Z`;
    case 'square': {
      const s = 0.89 * r;
      return polygon([
        [-s, -s],
        [s, -s],
        [s, s],
        [-s, s],
      ]);
    }
    case 'triangle':
    case 'wedge': {
      const up = shape === 'triangle' ? 1 : -1;
      return polygon([
        [0, -1.3 * r * up],
        [1.2 * r, 0.8 * r * up],
        [-1.2 * r, 0.8 * r * up],
      ]);
    }
    case 'diamond':
      return polygon([
        [0, -1.35 * r],
        [1.2 * r, 0],
        [0, 1.35 * r],
        [-1.2 * r, 0],
      ]);
    case 'cross': {
      const a = 1.25 * r;
      const b = 0.42 * r;
      return polygon([
        [-b, -a],
        [b, -a],
        [b, -b],
        [a, -b],
        [a, b],
        [b, b],
        [b, a],
        [-b, a],
        [-b, b],
        [-a, b],
        [-a, -b],
        [-b, -b],
      ]);
    }
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
