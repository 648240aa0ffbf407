/**
 * Time to the subunits: fits of the built-in cells with the `recovery` settings in this one thread, over seeds, and
 * how long each trained until it was done. Restarts are taken one after the other and count in full.
 */
import { writeFileSync } from 'node:fs';
import { type Build, bestBuild } from '@retinoscope/core-wasm';
import {
  builtInCell,
  defaultFilterSide,
  defaultFilters,
  type FitResult,
  fitCell,
  layersOf,
  openDataset,
  type SimulatedSource,
  type SimulationPreset,
  trainingPresets,
} from '@retinoscope/models';
import { allowRelaxed } from './node.js';
import type { BenchOptions } from './options.js';
import { createProbe, type Probe } from './probe.js';
import { clearProgress, showProgress } from './progress.js';
import { sayHeader, thisRun } from './report.js';
import { median } from './statistics.js';
import { align } from './table.js';
import { referencePeak } from './targets.js';

/** When the filters are the subunits (Yan et al. 2020, on the simulated cell). */
interface Criterion {
  readonly preset: SimulationPreset;
  /** Least matched cosine of every subunit. */
  readonly cosine: number;
  /** Least correlation with the true rate. */
  readonly cc: number;
  /** Seconds of training aimed at, at the reference peak. */
  readonly seconds: number;
  /** Share of the seeds that is to reach it. */
  readonly share: number;
}

export const criteria: readonly Criterion[] = [
  { preset: 'paper', cosine: 0.95, cc: 0.98, seconds: 1, share: 0.9 },
  { preset: 'code', cosine: 0.9, cc: 0.96, seconds: 3, share: 0.8 },
];

export interface SubunitFit {
  readonly preset: SimulationPreset;
  readonly seed: number;
  readonly filters: number;
  /** Training of all restarts, validation included. */
  readonly seconds: number;
  /** The same at the reference peak. */
  readonly scaledSeconds: number;
  readonly samples: number;
  readonly cosines: readonly number[];
  readonly rateCC: number;
  readonly validationLoss: number;
  readonly reached: boolean;
  /** GFLOP/s probed before and after each restart. */
  readonly probe: number;
}

export async function timeToSubunits(
  options: Pick<BenchOptions, 'builds' | 'seeds' | 'only' | 'json'>,
): Promise<void> {
  const build: Build = options.builds.includes('simd') ? 'simd' : 'relaxed';
  if (build === 'relaxed') allowRelaxed();
  const used = bestBuild();
  const probe = await createProbe(used);
  const header = thisRun(options, {});
  process.stdout.write(`${sayHeader(header)}\nbuild ${used}\n`);
  const fits: SubunitFit[] = [];
  for (const criterion of criteria) {
    const { preset } = criterion;
    if (options.only.length > 0 && !options.only.includes(preset)) continue;
    const done: SubunitFit[] = [];
    for (let seed = 1; seed <= options.seeds; seed++) {
      showProgress(`${preset}: seed ${seed} of ${options.seeds}`);
      done.push(await fitSeed(criterion, seed, probe, used));
    }
    clearProgress();
    process.stdout.write(`\n${subunitTable(criterion, done)}\n`);
    fits.push(...done);
  }
  if (options.json === undefined) return;
  const report = { format: 'retinoscope-subunits', formatVersion: 1, ...header, build: used, fits };
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 1)}\n`);
}

const probeMilliseconds = 20;

async function fitSeed(
  { preset, cosine, cc }: Criterion,
  seed: number,
  probe: Probe,
  build: Build,
): Promise<SubunitFit> {
  const source: SimulatedSource = { ...builtInCell, cell: preset, seed };
  const dataset = await openDataset(source);
  const { stimulus } = dataset.training;
  const filters = defaultFilters(source);
  const side = defaultFilterSide(stimulus);
  const { restarts, ...settings } = trainingPresets.recovery;
  const results: FitResult[] = [];
  const probes = [probe(probeMilliseconds)];
  for (let restart = 0; restart < restarts; restart++) {
    const result = await fitCell(dataset, {
      cell: 0,
      version: 1,
      layers: layersOf(stimulus, { filters, side, layers: 1 }),
      head: 'parametric-softplus',
      settings: { ...settings, restarts: 1, seed: 1000 * seed + restart },
    });
    results.push(result);
    probes.push(probe(probeMilliseconds));
  }
  const best = results.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const cosines = best.matchedCosines ?? [];
  const rateCC = best.evaluation.rateCC ?? Number.NaN;
  const typical = median(probes);
  return {
    preset,
    seed,
    filters,
    seconds,
    scaledSeconds: (seconds * typical) / referencePeak[build],
    samples: results.reduce(
      (sum, { samplesPerSecond, seconds: s }) => sum + samplesPerSecond * s,
      0,
    ),
    cosines,
    rateCC,
    validationLoss: best.validationLoss,
    reached: cosines.length > 0 && cosines.every((each) => each >= cosine) && rateCC >= cc,
    probe: typical,
  };
}

const header = [
  ...['seed', 'seconds', 'scaled', 'probe', 'samples', 'matched cosines', 'CC'],
  ...['validation loss', 'reached'],
];

/** Seconds as measured, and scaled to the reference peak. */
export function subunitTable(criterion: Criterion, fits: readonly SubunitFit[]): string {
  const { preset, cosine, cc, seconds, share } = criterion;
  const lines = fits.map((fit) => [
    String(fit.seed),
    fit.seconds.toFixed(2),
    fit.scaledSeconds.toFixed(2),
    fit.probe.toFixed(1),
    `${(fit.samples / 1e6).toFixed(2)} M`,
    fit.cosines.map((each) => each.toFixed(3)).join(' '),
    fit.rateCC.toFixed(4),
    fit.validationLoss.toFixed(6),
    fit.reached ? 'yes' : 'no',
  ]);
  const reached = fits.filter((fit) => fit.reached);
  const inTime = reached.filter(({ scaledSeconds }) => scaledSeconds <= seconds);
  return [
    `${preset}, k = ${fits[0]?.filters}: every cosine ≥ ${cosine} and CC ≥ ${cc} within ${seconds} s, scaled to ${referencePeak.simd} GFLOP/s`,
    align([header, ...lines], 0),
    `reached ${reached.length} of ${fits.length}, in time ${inTime.length}; aimed at ${Math.ceil(share * fits.length)}. Median ${median(fits.map((fit) => fit.seconds)).toFixed(2)} s, scaled ${median(fits.map((fit) => fit.scaledSeconds)).toFixed(2)} s`,
  ].join('\n');
}
