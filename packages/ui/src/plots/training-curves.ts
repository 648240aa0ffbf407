/** Loss and validation CC in the course of a training. Needs a document. */
import * as Plot from '@observablehq/plot';
import { legend } from './legend.js';
import { axes, extent, lineMargins, robustExtent } from './line-axes.js';
import { formatCorrelation, formatCount, formatNumber } from './numbers.js';
import { type Panel, type Placed, picture, plotPanel } from './svg.js';
import { type Palette, type PlotOptions, palettes } from './theme.js';

export interface TrainingPoint {
  readonly step: number;
  /** Since the start; needed for a time axis. */
  readonly seconds?: number;
  readonly loss: number;
  /** Present where this step was validated. */
  readonly validationLoss?: number;
  readonly validationCC?: number;
}

export interface TrainingCurvesOptions extends PlotOptions {
  /** Horizontal axis; steps when absent. */
  readonly against?: 'steps' | 'seconds';
  /** Right end of the axis, in its unit, so that it stands still while training; the last point when absent. */
  readonly end?: number;
  /** Other runs of the same training, drawn faintly. */
  readonly others?: readonly (readonly TrainingPoint[])[];
  /** What the loss is; `Loss` when absent. */
  readonly lossName?: string;
  /** Marked by an upright line, in the unit of the axis. */
  readonly mark?: number;
}

/** Pixels between the two panels. */
const gap = 16;

/** Loss above CC, or beside it from 720 pixels. */
export function trainingCurves(
  points: readonly TrainingPoint[],
  options: TrainingCurvesOptions,
): SVGSVGElement {
  const { width, theme = 'light', against = 'steps' } = options;
  const palette = palettes[theme];
  const beside = width >= 720;
  const each = beside ? Math.floor((width - gap) / 2) : width;
  const height = options.height ?? (beside ? 240 : 400);
  const at = (point: TrainingPoint): number =>
    against === 'steps' ? point.step : (point.seconds ?? Number.NaN);
  const placed = points.filter((point) => Number.isFinite(at(point)));
  const others = options.others ?? [];
  const last = [placed, ...others].flat().reduce((most, point) => Math.max(most, at(point)), 0);
  const draw = (lines: readonly Curve[], y: string, zero: boolean): Placed[] =>
    panels([placed, ...others], lines, {
      width: each,
      height: beside ? height : (height - gap) / 2,
      palette,
      zero,
      x: at,
      end: Math.max(options.end ?? 0, last) || 1,
      mark: options.mark,
      labels: { x: against === 'steps' ? 'step' : 'time (s)', y },
    });
  const loss = draw(
    [
      { label: 'training', colour: palette.training, value: (point) => point.loss },
      {
        label: 'validation',
        colour: palette.validation,
        dash: '6 3',
        value: (point) => point.validationLoss,
      },
    ],
    `${options.lossName ?? 'Loss'} (per frame)`,
    false,
  );
  const cc = draw(
    [{ label: 'validation CC', colour: palette.correlation, value: (point) => point.validationCC }],
    'CC (single trials)',
    true,
  );
  const offset = beside ? { x: each + gap, y: 0 } : { x: 0, y: (height + gap) / 2 };
  return picture(
    [...loss, ...cc.map(({ panel, x, y }) => ({ panel, x: x + offset.x, y: y + offset.y }))],
    { width, height, theme, label: label(placed) },
  );
}

interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly dash?: string;
  readonly value: (point: TrainingPoint) => number | undefined;
}

/** The first of `runs` clearly, the others faintly. */
function panels(
  runs: readonly (readonly TrainingPoint[])[],
  lines: readonly Curve[],
  options: {
    width: number;
    height: number;
    palette: Palette;
    zero: boolean;
    end: number;
    mark: number | undefined;
    x: (point: TrainingPoint) => number;
    labels: { x: string; y: string };
  },
): Placed[] {
  const { width, height, palette, x, labels } = options;
  const keys = legend(lines, width - lineMargins.marginLeft, palette);
  const data = lines.map(({ value }) =>
    runs.map((points) =>
      points.flatMap((point) => {
        const v = value(point);
        return v === undefined || !Number.isFinite(v) ? [] : [{ t: x(point), v }];
      }),
    ),
  );
  const values = data.map((line) => line.flat().map(({ v }) => v));
  // The training's first losses can be so large that they would flatten all that follows.
  const domain = options.zero ? extent(values) : robustExtent(values);
  const cut = values.flat().filter((v) => v > domain[1]).length;
  const size = { width, height: height - keys.height };
  const plot: Panel = plotPanel(
    {
      ...size,
      ...lineMargins,
      x: { domain: [0, options.end] },
      y: { domain, nice: cut === 0 },
      marks: [
        ...axes(size, labels, palette),
        options.mark === undefined
          ? null
          : Plot.ruleX([Math.min(options.mark, options.end)], { stroke: palette.muted }),
        ...lines.flatMap(({ colour, dash }, i) => {
          const [own, ...others] = data[i];
          const line = {
            x: 't',
            y: 'v',
            stroke: colour,
            strokeWidth: dash ? 2 : 1.5,
            strokeDasharray: dash,
            clip: cut > 0,
          };
          return [
            ...others.map((each) =>
              Plot.lineY(each, { ...line, strokeWidth: 1, strokeOpacity: 0.35 }),
            ),
            Plot.lineY(own, line),
            Plot.dot(
              own.slice(-1).filter(({ v }) => v <= domain[1]),
              { x: 't', y: 'v', fill: colour, r: 3 },
            ),
          ];
        }),
        cut > 0
          ? Plot.text([`${formatCount(cut)} ${cut === 1 ? 'point' : 'points'} above`], {
              frameAnchor: 'top-right',
              dy: 4,
              fill: palette.muted,
              fontSize: 11,
            })
          : null,
      ],
    },
    palette,
  );
  return [
    { panel: keys, x: lineMargins.marginLeft, y: 0 },
    { panel: plot, x: 0, y: keys.height },
  ];
}

function label(points: readonly TrainingPoint[]): string {
  const last = points.at(-1);
  if (!last) return 'Training curves; no step yet.';
  const validated = points.findLast((point) => point.validationLoss !== undefined);
  return (
    `Training curves up to step ${formatCount(last.step)}: training loss ${formatNumber(last.loss)}` +
    (validated
      ? `, validation loss ${formatNumber(validated.validationLoss ?? Number.NaN)}, validation CC ` +
        `${formatCorrelation(validated.validationCC ?? Number.NaN)}.`
      : '; not yet validated.')
  );
}
