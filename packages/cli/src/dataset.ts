/** The data a command works on: options that name a built-in cell or a recording, and its source. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type BlockRange,
  builtInCell,
  type Crop,
  cropAround,
  type DatasetSource,
  type DatasetSummary,
  type FileRef,
  locatingBlocks,
  type RecordedSource,
  RetinoscopeError,
  type ServiceClient,
  type SimulationPreset,
} from '@retinoscope/worker';
import { type Command, Option } from 'commander';
import { blockRange, whole } from './parse.js';
import type { Run } from './run.js';

export interface DatasetOptions {
  readonly preset?: SimulationPreset;
  readonly frames?: number;
  readonly testFrames?: number;
  readonly dataSeed?: number;
  readonly recording?: string;
  readonly cell: number;
  readonly trials?: BlockRange;
  readonly crop?: number;
  readonly lags?: number;
}

const presets: readonly SimulationPreset[] = ['paper', 'code'];

export function presetOption(): Option {
  return new Option('--preset <name>', 'built-in cell (Yan et al. 2020)').choices(presets);
}

export function addDatasetOptions(command: Command): Command {
  return command
    .addOption(presetOption().conflicts('recording'))
    .option(
      '--frames <n>',
      `frames of the built-in cell (default: ${builtInCell.frames})`,
      whole(1),
    )
    .option('--test-frames <n>', `its test frames (default: ${builtInCell.testFrames})`, whole(1))
    .option('--data-seed <n>', `seed of its simulation (default: ${builtInCell.seed})`, whole(0))
    .option('--recording <manifest>', 'recording manifest (JSON), its files beside it')
    .option('--cell <i>', 'cell, 0-based', whole(0), 0)
    .option(
      '--trials <first:last>',
      'blocks of the training part, 0-based, last included',
      blockRange,
    )
    .option('--crop <n>', 'n × n squares centred on the peak of the receptive field', whole(1))
    .option('--lags <n>', 'frames of history, the current one included', whole(1, 1000));
}

/** Largest manifest read, bytes. */
const mostManifestBytes = 16 * 2 ** 20;

export async function sourceOf(options: DatasetOptions): Promise<DatasetSource> {
  if (options.recording !== undefined) return recordingSource(options.recording);
  return {
    ...builtInCell,
    cell: options.preset ?? builtInCell.cell,
    frames: options.frames ?? builtInCell.frames,
    testFrames: options.testFrames ?? builtInCell.testFrames,
    seed: options.dataSeed ?? builtInCell.seed,
  };
}

export async function recordingSource(path: string): Promise<RecordedSource> {
  const { size } = await fileStat(path);
  if (size > mostManifestBytes) {
    throw new RetinoscopeError(
      'manifest',
      `${path} is too large for a manifest; a JSON text of at most 16 MB is accepted.`,
      { path, found: size },
    );
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new RetinoscopeError(
      'manifest',
      `${path} is not JSON; a recording manifest is accepted.`,
      { path },
      { cause },
    );
  }
  const files: FileRef[] = [];
  for (const name of namedFiles(manifest)) {
    if (name !== basename(name)) {
      throw new RetinoscopeError(
        'manifest',
        `The manifest names the file "${name.slice(0, 200)}"; names of files beside the manifest, without a folder, are accepted.`,
        { field: 'file', found: name },
      );
    }
    const file = { name, path: join(dirname(path), name) };
    await fileStat(file.path);
    files.push(file);
  }
  return { kind: 'recording', manifest, files };
}

/** Every text in a field called `file`, at any depth. */
function namedFiles(manifest: unknown): Set<string> {
  const names = new Set<string>();
  JSON.stringify(manifest, (key, value: unknown) => {
    if (key === 'file' && typeof value === 'string') names.add(value);
    return value;
  });
  return names;
}

/** Error `file` when there is no file at `path`. */
export async function fileStat(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  if (!found.isFile()) throw missing(path);
  return found;
}

function missing(path: string, cause?: unknown): RetinoscopeError {
  return new RetinoscopeError(
    'file',
    `There is no file ${path}; the path of a file that you may read is accepted.`,
    { path },
    { cause },
  );
}

/** The data of one cell, checked and cut out. */
export interface LocatedCell {
  readonly source: DatasetSource;
  readonly summary: DatasetSummary;
  readonly cell: number;
  readonly blocks?: BlockRange;
  readonly lags?: number;
  /** Absent when the whole stimulus is used. */
  readonly crop?: Crop;
}

/**
 * Opens the data and places the crop of `--crop` on the peak of the receptive field. Without `--crop`, a stimulus
 * with more than `largest` squares a side is cropped to that. Without `--trials`, the first blocks of a wide
 * stimulus place the crop.
 */
export async function locateCell(
  service: ServiceClient,
  options: DatasetOptions,
  run: Run,
  largest = Number.POSITIVE_INFINITY,
): Promise<LocatedCell> {
  const source = await sourceOf(options);
  const { cell, trials: blocks, lags } = options;
  const summary = await service.describe(source, run.call);
  const { width, height } = summary;
  checkCell(cell, summary);
  if (blocks) checkBlocks(blocks, summary);
  const located = { source, summary, cell, blocks, lags };
  if (options.crop === undefined && Math.max(width, height) <= largest) return located;
  const side = options.crop ?? Math.min(largest, width, height);
  checkCropSide(side, summary);
  if (side === width && side === height) return located;
  const seen = blocks ?? locatingBlocks(summary);
  const { peak } = await service.receptiveField({ source, cell, blocks: seen, lags }, run.call);
  return { ...located, crop: cropAround(peak, summary, side) };
}

function checkCropSide(side: number, { width, height }: DatasetSummary): void {
  const most = Math.min(width, height);
  if (side <= most) return;
  throw new RetinoscopeError(
    'settings',
    `A crop of ${side} × ${side} squares is larger than the stimulus of ${width} × ${height}; 1 to ${most} squares are accepted.`,
    { field: 'crop', expected: [1, most], found: side },
  );
}

function checkCell(cell: number, { cells }: DatasetSummary): void {
  if (cell < cells.length) return;
  throw new RetinoscopeError(
    'settings',
    `There is no cell ${cell}; cells 0 to ${cells.length - 1} are accepted.`,
    { field: 'cell', expected: [0, cells.length - 1], found: cell },
  );
}

function checkBlocks({ last }: BlockRange, { blocks }: DatasetSummary): void {
  if (last < blocks) return;
  throw new RetinoscopeError(
    'settings',
    `There is no trial ${last}; trials 0 to ${blocks - 1} are accepted.`,
    { field: 'trials', expected: [0, blocks - 1], found: last },
  );
}
