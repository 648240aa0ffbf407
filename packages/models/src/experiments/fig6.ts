/**
 * Yan et al. 2020, Figure 6: how much data is needed. A: the first share of the training data. B: a share of the
 * training images replaced by unrelated ones, or with their pixels shuffled as in the published code.
 * Beyond the paper: the spikes needed for a wanted CC, read off a curve fitted to A.
 */
import { builtInCell } from '../recording/index.js';
import {
  type Corruption,
  defaultFilterSide,
  type FitSpec,
  layersOf,
  trainingPresets,
} from '../training/index.js';
import { cellsOf, recordedSettings } from './cells.js';
import {
  above,
  atLeast,
  bestRow,
  difference,
  meanOf,
  measureOf,
  rowsWhere,
  summary,
} from './claims.js';
import { fitLearningCurve, type LearningCurve } from './learning-curve.js';
import type { FigurePanel } from './panels.js';
import type {
  Experiment,
  ExperimentRow,
  ExperimentRun,
  ExperimentSetting,
  ExperimentSize,
} from './types.js';

interface Plan {
  readonly frames: number;
  readonly steps: number;
  readonly seeds: number;
  /** Percent of the training data. */
  readonly shares: readonly number[];
  /** Percent of the training images that are corrupted. */
  readonly replaced: readonly number[];
  readonly shuffled: readonly number[];
}

const plans: Readonly<Record<ExperimentSize, Plan>> = {
  glance: {
    frames: 100_000,
    steps: 300,
    seeds: 1,
    shares: [3, 30, 100],
    replaced: [70],
    shuffled: [],
  },
  quick: {
    frames: 300_000,
    steps: 2000,
    seeds: 2,
    shares: [1, 3, 10, 30, 100],
    replaced: [30, 70, 100],
    shuffled: [70, 100],
  },
  full: {
    frames: builtInCell.frames,
    steps: 2000,
    seeds: 5,
    shares: [1, 2, 5, 10, 20, 30, 50, 70, 100],
    replaced: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    shuffled: [10, 30, 50, 70, 90, 100],
  },
};

const filters = 8;
const recordedFilters = 16;
const corruptionSeed = 5;
/** CCs that the planning curve is read at, as shares of the best that more data can give. */
const wanted = [0.8, 0.9, 0.95];

type Kind = 'share' | Corruption['kind'];

export const fig6: Experiment = {
  id: 'fig6',
  title: 'How much data, and how clean',
  paper:
    'The CC rises from .35 with 1 % of the data to about .7 with 30 % and .75 with all of it; with 70 % of the images replaced it is about .4; with all replaced most filters are still near zero.',
  differs:
    'The model cell stands for the recorded one, unless a recording is given: it is compared with its true rate, and the CCs are higher.',
  recordable: true,
  runs(setting) {
    const { shares, replaced, shuffled } = plans[setting.size];
    const seeds = seedsOf(setting);
    const runs = (kind: Kind, percents: readonly number[]) =>
      percents.flatMap((percent) =>
        Array.from({ length: seeds }, (_, i) => runOf(setting, kind, percent, i + 1)),
      );
    return [...runs('share', shares), ...runs('replaced', replaced), ...runs('shuffled', shuffled)];
  },
  claims(rows, { recorded }) {
    const cc = (kind: Kind, percent: number) => meanOf(rowsWhere(rows, { kind, percent }), 'cc');
    const options = { required: !recorded };
    const steps = [
      [1, 10],
      [10, 30],
      [30, 100],
    ] as const;
    return [
      ...steps.map(([less, more]) =>
        above(
          `the CC rises with the data: ${more} % − ${less} %`,
          difference(cc('share', more), cc('share', less)),
          0,
          options,
        ),
      ),
      above(
        '30 % of the data, clean, predict better than all of it with 70 % of the images replaced: difference of CC',
        difference(cc('share', 30), cc('replaced', 70)),
        0,
        options,
      ),
      atLeast(
        'with all images replaced most filters are near zero: share of them',
        share(rowsWhere(rows, { kind: 'replaced', percent: 100 })),
        0.5,
        {
          required: false,
          because:
            'there the strongest filter is itself noise, and strengths are counted relative to it',
        },
      ),
    ];
  },
  panels(rows, setting) {
    const seeds = seedsOf(setting);
    const errorBars = seeds > 1 ? `SD over ${seeds} runs` : undefined;
    const y = { label: setting.recorded ? 'CC with the PSTH' : 'CC with the true rate' };
    const shares = pointsOf(rows, 'share', 'percent');
    if (shares.length === 0) return [];
    const corrupted = (['replaced', 'shuffled'] as const).flatMap((kind) => {
      const points = pointsOf(rows, kind, 'percent');
      const clean = shares.filter(({ x }) => x === 100).map((point) => ({ ...point, x: 0 }));
      const name = kind === 'replaced' ? 'replaced by other images' : 'pixels shuffled';
      return points.length > 0 ? [{ name, points: [...clean, ...points] }] : [];
    });
    return [
      {
        kind: 'sweep',
        title: 'A. Share of the training data',
        x: { label: 'training data (%)', scale: 'log' },
        y,
        series: [{ name: 'first part of the data', points: shares }],
        errorBars,
      },
      ...(corrupted.length > 0
        ? [
            {
              kind: 'sweep' as const,
              title: 'B. Share of the training images that is wrong',
              x: { label: 'images replaced or shuffled (%)', domain: [0, 100] as const },
              y,
              series: corrupted,
              errorBars,
            },
          ]
        : []),
      ...planning(rows, y.label),
      ...markedFilters(rows, setting),
    ];
  },
};

/** Recorded cells take longer: fewer runs of each. */
function seedsOf({ size, recorded }: ExperimentSetting): number {
  const { seeds } = plans[size];
  return recorded ? Math.max(1, Math.floor(seeds / 2)) : seeds;
}

function runOf(
  setting: ExperimentSetting,
  kind: Kind,
  percent: number,
  seed: number,
): ExperimentRun {
  const corruption =
    kind === 'share' ? undefined : { kind, fraction: percent / 100, seed: corruptionSeed };
  const data = kind === 'share' ? percent / 100 : 1;
  return {
    key: `fig6-${kind}${percent}-seed${seed}`,
    factors: { kind, percent },
    request: { ...requestOf(setting, data, seed), corruption },
  };
}

/** The fit of the cell to the first share of its training data. */
function requestOf(setting: ExperimentSetting, share: number, seed: number) {
  const { size, recorded } = setting;
  const { frames, steps } = plans[size];
  if (!recorded) {
    return {
      source: { ...builtInCell, frames: Math.round(frames * share) },
      ...network({ width: 8, height: 8 }, filters),
      settings: { ...trainingPresets.recovery, steps, seed },
    };
  }
  const { source, single } = cellsOf(setting);
  const { cell, crop } = single;
  const { first, last } = recorded.blocks;
  const count = Math.max(1, Math.round((last - first + 1) * share));
  return {
    source,
    crop,
    blocks: { first, last: first + count - 1 },
    ...network(crop, recordedFilters),
    cell,
    settings: { ...recordedSettings(size), seed },
  };
}

function network(
  input: { readonly width: number; readonly height: number },
  count: number,
): Pick<FitSpec, 'cell' | 'version' | 'layers' | 'head'> {
  return {
    cell: 0,
    version: 1,
    layers: layersOf(input, { filters: count, side: defaultFilterSide(input), layers: 1 }),
    head: 'parametric-softplus',
  };
}

/** Mean and SD of the CC against percent or spikes. */
function pointsOf(rows: readonly ExperimentRow[], kind: Kind, against: 'percent' | 'spikes') {
  const own = rowsWhere(rows, { kind });
  const percents = [...new Set(own.map(({ factors }) => Number(factors.percent)))];
  return percents
    .sort((a, b) => a - b)
    .flatMap((percent) => {
      const runs = rowsWhere(own, { percent });
      const found = summary(runs.map((row) => measureOf(row, 'cc')));
      const x = against === 'percent' ? percent : meanOf(runs, 'spikes');
      return found && x !== null ? [{ x, mean: found.mean, sd: found.sd }] : [];
    });
}

function share(rows: readonly ExperimentRow[]): number | null {
  const found = rows.map((row) => {
    const weak = measureOf(row, 'weakFilters');
    const all = row.drawn.filters?.length;
    return weak === null || !all ? null : weak / all;
  });
  return summary(found)?.mean ?? null;
}

/** Spikes against CC, with the curve fitted to it and what it says of the next experiment. */
function planning(rows: readonly ExperimentRow[], label: string): FigurePanel[] {
  const points = pointsOf(rows, 'share', 'spikes');
  const curve = fitLearningCurve(points.map(({ x, mean }) => ({ spikes: x, cc: mean })));
  if (!curve) return [];
  const [least, most] = [points[0].x, 10 * points[points.length - 1].x];
  const fitted = Array.from({ length: 41 }, (_, i) => {
    const spikes = least * (most / least) ** (i / 40);
    return { x: Math.round(spikes), mean: curve.cc(spikes) };
  });
  return [
    {
      kind: 'sweep',
      title: `Planning: ${advice(curve)}`,
      x: { label: 'spikes', scale: 'log' },
      y: { label },
      series: [
        { name: 'measured', points },
        {
          name: `${curve.most.toFixed(3)} − a·spikes^−${curve.power.toFixed(2)}, fitted`,
          points: fitted,
        },
      ],
    },
  ];
}

function advice(curve: LearningCurve): string {
  return wanted
    .map((part) => {
      const spikes = curve.spikesFor(part * curve.most);
      return `${Math.round(spikes)} spikes for CC ${(part * curve.most).toFixed(2)}`;
    })
    .join(', ');
}

/** The filters of the best run at a few points of A and B. */
function markedFilters(rows: readonly ExperimentRow[], setting: ExperimentSetting): FigurePanel[] {
  const { squareSize } = cellsOf(setting);
  const marked = [
    ['share', 1, 'with 1 % of the data'],
    ['share', 30, 'with 30 % of the data'],
    ['share', 100, 'with all of the data'],
    ['replaced', 70, 'with 70 % of the images replaced'],
    ['replaced', 100, 'with all images replaced'],
  ] as const;
  return marked.flatMap(([kind, percent, when]) => {
    const row = bestRow(rowsWhere(rows, { kind, percent }));
    if (!row?.drawn.filters) return [];
    const cc = measureOf(row, 'cc');
    return [
      {
        kind: 'maps' as const,
        title: `Filters ${when}, CC ${cc === null ? 'undefined' : cc.toFixed(3).replace('-', '−')}`,
        unit: 'weight',
        noun: 'filter',
        squareSize: setting.recorded ? squareSize : undefined,
        maps: row.drawn.filters,
      },
    ];
  });
}
