/** `retinoscope fit`: a network fitted to one cell, and what it says of the cell. */
import { availableParallelism } from 'node:os';
import {
  type Crop,
  type DatasetSource,
  defaultCropSide,
  defaultFilterSide,
  defaultFilters,
  defaultPreset,
  type FitRequest,
  type FitResult,
  type Head,
  headLosses,
  type Loss,
  layersOf,
  modelNotes,
  type ServiceClient,
  type TrainingPreset,
  type TrainingSettings,
  trainingPresets,
  type Version,
} from '@retinoscope/worker';
import { type Command, Option } from 'commander';
import { addDatasetOptions, type DatasetOptions, locateCell, sourceOf } from '../dataset.js';
import { filterArrays, fitReport } from '../fit-report.js';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { digits, writeResult } from '../output.js';
import { positive, whole } from '../parse.js';
import { type Run, withService } from '../run.js';

interface FitOptions extends DatasetOptions {
  readonly version: string;
  readonly rank?: number;
  readonly filters?: number;
  readonly layers: number;
  readonly filterSize?: number;
  readonly head: Head;
  readonly loss?: Loss;
  readonly training?: TrainingPreset;
  readonly seed?: number;
  readonly restarts?: number;
  readonly replicas: number | 'auto';
  readonly steps?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly out?: string;
  readonly licence?: string;
  readonly citation?: string;
  readonly json?: boolean;
}

/** Each worker holds the data. */
const mostReplicas = 16;

const heads = Object.keys(headLosses) as Head[];
const losses = [...new Set(Object.values(headLosses).flat())];

export function addFit(program: Command): void {
  addDatasetOptions(
    program
      .command('fit')
      .description('fits a network to one cell until its filters show the subunits'),
  )
    .addOption(
      new Option('--version <n>', '1: stimulus filtered in time; 2: the last frames')
        .choices(['1', '2'])
        .default('1'),
    )
    .option(
      '--rank <n>',
      'version 2: each filter a sum of n products space × time (default: weights for every lag); version 1: 1 to fit the temporal filter too (default: that of the STA)',
      whole(1, 64),
    )
    .option('--filters <n>', 'filters a layer (default: what suits the cell)', whole(1, 1024))
    .option('--layers <n>', 'convolution layers', whole(1, 3), 1)
    .option(
      '--filter-size <n>',
      'side of the first filters (default: what suits the input)',
      whole(1),
    )
    .addOption(
      new Option('--head <name>', 'output nonlinearity')
        .choices(heads)
        .default('parametric-softplus'),
    )
    .addOption(
      new Option(
        '--loss <name>',
        'what training lowers (default: binomial for the logistic head, else poisson)',
      ).choices(losses),
    )
    .addOption(
      new Option(
        '--training <name>',
        'training settings (default: recovery for a built-in cell, recording for a recording)',
      ).choices(Object.keys(trainingPresets)),
    )
    .option('--seed <n>', 'seed of the first restart', whole(0))
    .option('--restarts <n>', 'runs from different seeds, the best kept', whole(1, 1000))
    .option(
      '--replicas <n>',
      'workers that train one model together, or auto: as many as pay',
      replicas,
      'auto' as const,
    )
    .option('--steps <n>', 'training steps', whole(1))
    .option('--batch <n>', 'samples a step', whole(1))
    .option('--learning-rate <x>', 'peak learning rate', positive)
    .option('--out <dir>', 'folder for model.onnx, report.json and filters.npz')
    .option('--licence <text>', 'licence of the model, written into model.onnx')
    .option('--citation <text>', 'what to cite, written into model.onnx')
    .option('--json', 'one JSON object on stdout')
    .action(fit);
}

/** The ONNX file, with what a reader of it wants to know first. */
async function exported(
  service: ServiceClient,
  run: Run,
  { source, cell, crop, blocks, lags }: FitRequest,
  { model, evaluation }: FitResult,
  { licence, citation }: FitOptions,
): Promise<Uint8Array> {
  const field = await service.receptiveField({ source, cell, crop, blocks, lags }, run.call);
  const { height, width } = field;
  const notes = modelNotes(evaluation, { x: 0, y: 0, width, height }, field);
  return service.exportOnnx(model, 'frames', { ...notes, licence, citation });
}

async function fit(options: FitOptions): Promise<void> {
  const { out, json } = options;
  if (out !== undefined) await prepareOutDir(out);
  const { restarts } = settingsOf(options, await sourceOf(options));
  const workers = Math.max(availableParallelism(), Number(options.replicas) || 1);
  const fitted = await withService({ workers, restarts }, async (service, run) => {
    const located = await locateCell(service, options, run, defaultCropSide);
    const request = requestOf(options, located);
    const result = await service.fitRestarts(request, run.call);
    const onnx =
      out === undefined ? undefined : await exported(service, run, request, result, options);
    return { request, result, onnx };
  });
  const { request, result, onnx } = fitted;
  const report = { ...fitReport(request, result), replicas: result.replicas ?? null };
  let model: string | null = null;
  if (out !== undefined && onnx) {
    const whole = { ...report, model: 'model.onnx', history: result.history };
    const files = {
      'model.onnx': onnx,
      'filters.npz': filterArrays(result),
      'report.json': `${JSON.stringify(whole, undefined, 2)}\n`,
    };
    [model] = await writeFiles(out, files);
  }
  writeResult(json, { ...report, model }, lines(result, model));
}

function requestOf(
  options: FitOptions,
  { source, summary, cell, blocks, lags, crop }: Awaited<ReturnType<typeof locateCell>>,
): FitRequest {
  const input = crop ?? summary;
  return {
    source,
    cell,
    blocks,
    lags,
    crop,
    version: Number(options.version) as Version,
    layers: layersOf(input, {
      filters: options.filters ?? defaultFilters(source),
      layers: options.layers,
      side: options.filterSize ?? defaultFilterSide(input),
    }),
    rank: options.rank,
    head: options.head,
    settings: settingsOf(options, source),
    replicas: options.replicas === 'auto' ? undefined : options.replicas,
  };
}

function replicas(text: string): number | 'auto' {
  return text === 'auto' ? text : whole(1, mostReplicas)(text);
}

function settingsOf(options: FitOptions, source: DatasetSource): TrainingSettings {
  const preset = trainingPresets[options.training ?? defaultPreset(source)];
  return {
    ...preset,
    ...(options.loss && { loss: options.loss }),
    seed: options.seed ?? preset.seed,
    restarts: options.restarts ?? preset.restarts,
    steps: options.steps ?? preset.steps,
    batch: options.batch ?? preset.batch,
    learningRate: options.learningRate ?? preset.learningRate,
  };
}

function describeCrop({ x, y, width, height }: Crop): string {
  return `x ${x} to ${x + width - 1}, y ${y} to ${y + height - 1}`;
}

function trainedBy({ count, exchange }: NonNullable<FitResult['replicas']>): string {
  return `${count} workers that exchanged gradients by ${exchange}`;
}

function lines(result: FitResult, model: string | null): Parameters<typeof writeResult>[2] {
  const { evaluation, matchedCosines } = result;
  return [
    ['crop', describeCrop(result.model.provenance.crop)],
    ['CC with the true rate', digits(evaluation.rateCC)],
    ['CC with the PSTH', digits(evaluation.psthCC)],
    ['CC of the LN model', digits(evaluation.lnCC)],
    ['noise ceiling', digits(evaluation.noiseCeiling)],
    ['matched cosines', matchedCosines?.map((cosine) => cosine.toFixed(3)).join(' ')],
    ['effective filters', String(result.effectiveFilters)],
    ['distinct subunits', String(result.distinctSubunits)],
    ['spikes', String(result.spikes)],
    ['validation loss', digits(result.validationLoss, 6)],
    ['training', `${result.steps} steps in ${digits(result.seconds, 3)} s`],
    ['samples per second', String(Math.round(result.samplesPerSecond))],
    ['trained by', result.replicas && trainedBy(result.replicas)],
    ['model', model ?? undefined],
  ];
}
