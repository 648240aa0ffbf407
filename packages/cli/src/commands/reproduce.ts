/** `retinoscope reproduce`: the experiments behind figures, their tables, and whether the paper's claims hold. */
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import {
  type BlockRange,
  type Claim,
  type Experiment,
  type ExperimentProgress,
  type ExperimentSetting,
  type ExperimentTable,
  experiments,
  type FitProgress,
  locateCells,
  memoryStore,
  RetinoscopeError,
  type RunStore,
  runExperiment,
  type ServicePool,
  tableCsv,
} from '@retinoscope/worker';
import { Argument, type Command, Option } from 'commander';
import { recordingSource } from '../dataset.js';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { note, writeResult } from '../output.js';
import { blockRange, whole, wholes } from '../parse.js';
import { type Run, withService } from '../run.js';
import { folderStore } from '../run-store.js';

interface ReproduceOptions {
  readonly quick?: boolean;
  readonly glance?: boolean;
  readonly recording?: string;
  readonly cells?: readonly number[];
  readonly cell?: number;
  readonly trials?: BlockRange;
  readonly out?: string;
  readonly json?: boolean;
}

/** What was found of all the figures asked for. */
interface Reproduction {
  readonly size: ExperimentSetting['size'];
  readonly cells: string;
  /** Of this call; finished runs of earlier ones take none. */
  readonly seconds: number;
  readonly processor: string;
  readonly workers: number;
  readonly figures: readonly Omit<ExperimentTable, 'panels' | 'runs'>[];
}

const all = 'all';

export function addReproduce(program: Command): void {
  program
    .command('reproduce')
    .description(
      'the experiments behind the figures of Yan et al. 2020, and whether its claims hold',
    )
    .addArgument(
      new Argument('<figure>', 'the figure, or all').choices([
        ...experiments.map(({ id }) => id),
        all,
      ]),
    )
    .option('--quick', 'with less data')
    .addOption(
      new Option('--glance', 'with so little data that claims may fail, in seconds').conflicts(
        'quick',
      ),
    )
    .option('--recording <manifest>', 'recording manifest (JSON), in place of simulated cells')
    .option(
      '--cells <list>',
      'cells of the recording, 0-based, such as 0,3,5 (default: all)',
      wholes,
    )
    .option(
      '--cell <i>',
      'cell of the figures of one (default: that of the clearest receptive field)',
      whole(0),
    )
    .option('--trials <first:last>', 'blocks of the recording, 0-based, last included', blockRange)
    .option('--out <dir>', 'folder for tables and figures; finished runs in it are not repeated')
    .option('--json', 'one JSON object on stdout')
    .action(reproduce);
}

/** Exits with 1 when a claim that must hold does not. */
async function reproduce(figure: string, options: ReproduceOptions): Promise<void> {
  const { quick, glance, out, json } = options;
  const size = quick ? 'quick' : glance ? 'glance' : 'full';
  const chosen = experimentsFor(figure, options.recording !== undefined);
  const runs = out === undefined ? undefined : join(out, 'runs', size);
  if (out !== undefined) await prepareOutDir(out);
  if (runs !== undefined) await prepareOutDir(runs);
  const store = runs === undefined ? memoryStore() : folderStore(runs);
  const workers = availableParallelism();
  const started = performance.now();
  const tables = await withService({ workers }, async (service, run) => {
    const setting = await settingOf(service, size, options, run);
    return runAll(service, chosen, setting, store, { out, run });
  });
  const reproduction: Reproduction = {
    size,
    cells: tables[0].cells,
    seconds: Math.round((performance.now() - started) / 1000),
    processor: cpus()[0]?.model ?? 'unknown',
    workers,
    figures: tables.map(({ panels: _, runs: __, ...table }) => table),
  };
  if (out !== undefined) {
    const text = `${JSON.stringify(reproduction, undefined, 2)}\n`;
    await writeFiles(out, { 'reproduction.json': text });
  }
  writeResult(json, reproduction, tables.flatMap(lines));
  const claims = tables.flatMap((table) => table.claims).filter(({ required }) => required);
  const failed = claims.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  note(`${failed.length} of ${claims.length} claims that must hold do not.`);
  process.exitCode = 1;
}

function experimentsFor(figure: string, recorded: boolean): readonly Experiment[] {
  const chosen = experiments.filter(({ id }) => figure === all || id === figure);
  const possible = chosen.filter(({ recordable }) => recordable || !recorded);
  if (possible.length > 0) return possible;
  const those = experiments.filter(({ recordable }) => recordable).map(({ id }) => id);
  throw new RetinoscopeError(
    'settings',
    `${figure} is of simulated cells alone; of a recording ${those.join(', ')} or all are accepted.`,
    { field: 'figure', found: figure },
  );
}

async function settingOf(
  service: ServicePool,
  size: ExperimentSetting['size'],
  { recording, cells, cell, trials }: ReproduceOptions,
  { call }: Run,
): Promise<ExperimentSetting> {
  if (recording === undefined) {
    if ([cells, cell, trials].some((option) => option !== undefined)) {
      throw new RetinoscopeError(
        'settings',
        'Cells and trials can be chosen of a recording alone; give it by --recording, or leave them out.',
      );
    }
    return { size };
  }
  const source = await recordingSource(recording);
  const options = { cells, single: cell, blocks: trials };
  return { size, recorded: await locateCells(service, source, options, call) };
}

/** One after the other; each figure's files are written when it is done. */
async function runAll(
  service: ServicePool,
  chosen: readonly Experiment[],
  setting: ExperimentSetting,
  store: RunStore,
  { out, run }: { out: string | undefined; run: Run },
): Promise<ExperimentTable[]> {
  const tables: ExperimentTable[] = [];
  for (const experiment of chosen) {
    const { id } = experiment;
    const table = await runExperiment(service, experiment, setting, store, {
      signal: run.call.signal,
      onProgress: (progress) => run.call.onProgress(asWork(id, progress)),
    });
    tables.push(table);
    if (out === undefined) continue;
    await writeFiles(out, {
      [`${id}.json`]: `${JSON.stringify(table)}\n`,
      [`${id}.csv`]: tableCsv(table),
    });
  }
  return tables;
}

function asWork(
  id: string,
  { runs, done, running, secondsLeft }: ExperimentProgress,
): Extract<FitProgress, { kind: 'work' }> {
  const parts = running.reduce((sum, each) => sum + each.done, 0);
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  const each = running.map((run) => {
    const seconds = run.secondsLeft === undefined ? '' : `, ${Math.ceil(run.secondsLeft)} s`;
    return `${run.key} ${Math.round(100 * run.done)} %${seconds}`;
  });
  return {
    kind: 'work',
    done: runs === 0 ? 1 : (done + parts) / runs,
    what: [`${id}: ${done} of ${runs} runs${left}`, ...each].join('; '),
  };
}

function lines({ experiment, claims }: ExperimentTable): Parameters<typeof writeResult>[2] {
  return claims.map((claim): [string, string] => [
    `${experiment} ${verdict(claim)}`,
    `${claim.says} (${claim.found})${claim.holds || !claim.because ? '' : `: ${claim.because}`}`,
  ]);
}

function verdict({ holds, required }: Claim): string {
  if (holds) return 'holds';
  return required ? 'DOES NOT HOLD' : 'does not hold here';
}
