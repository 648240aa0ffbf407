/** `retinoscope reproduce`: the experiment behind a figure, its table, and whether the paper's claims hold of it. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type Experiment,
  type ExperimentProgress,
  type ExperimentTable,
  experiments,
  runExperiment,
  tableCsv,
} from '@retinoscope/worker';
import { Argument, type Command } from 'commander';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { note, writeResult } from '../output.js';
import { withService } from '../run.js';
import { folderStore, noStore } from '../run-store.js';

interface ReproduceOptions {
  readonly quick?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function addReproduce(program: Command): void {
  program
    .command('reproduce')
    .description('the experiment behind a figure of Yan et al. 2020, and whether its claims hold')
    .addArgument(new Argument('<figure>', 'the figure').choices(experiments.map(({ id }) => id)))
    .option('--quick', 'with less data')
    .option('--out <dir>', 'folder for the table; finished runs in it are not repeated')
    .option('--json', 'one JSON object on stdout')
    .action(reproduce);
}

/** Exits with 1 when a claim does not hold. */
async function reproduce(figure: string, { quick, out, json }: ReproduceOptions): Promise<void> {
  const experiment = experiments.find(({ id }) => id === figure) as Experiment;
  const size = quick ? 'quick' : 'full';
  const runs = out === undefined ? undefined : join(out, 'runs', `${figure}-${size}`);
  if (runs !== undefined) await prepareOutDir(runs);
  const store = runs === undefined ? noStore : folderStore(runs);
  const table = await withService({ workers: availableParallelism() }, (service, { call }) =>
    runExperiment(service, experiment, size, store, {
      signal: call.signal,
      onProgress: (progress) => call.onProgress(asWork(progress)),
    }),
  );
  if (out !== undefined) {
    await writeFiles(out, {
      [`${figure}.json`]: `${JSON.stringify(table, undefined, 2)}\n`,
      [`${figure}.csv`]: tableCsv(table),
    });
  }
  writeResult(json, table, lines(table));
  const failed = table.claims.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  note(`${failed.length} of ${table.claims.length} claims do not hold.`);
  process.exitCode = 1;
}

function asWork({ runs, done, secondsLeft }: ExperimentProgress) {
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return { kind: 'work', done: done / runs, what: `${done} of ${runs} runs${left}` } as const;
}

function lines({ rows, claims }: ExperimentTable): Parameters<typeof writeResult>[2] {
  return [
    ...rows.map(({ key, measures }): [string, string] => [
      key,
      Object.entries(measures)
        .map(([name, value]) => `${name} ${value === null ? '–' : +value.toPrecision(4)}`)
        .join(', '),
    ]),
    ...claims.map(({ says, found, holds }): [string, string] => [
      holds ? 'holds' : 'DOES NOT HOLD',
      `${says} (${found})`,
    ]),
  ];
}
