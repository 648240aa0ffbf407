/** The options of the command, parsed and checked. */
import type { Build } from '@retinoscope/core-wasm';
import { Command, InvalidArgumentError, Option } from 'commander';

export interface BenchOptions {
  readonly node: boolean;
  readonly chromium: boolean;
  readonly builds: readonly Build[];
  readonly only: readonly string[];
  readonly seconds: number;
  readonly peers: boolean;
  readonly json?: string;
  readonly subunits: boolean;
  readonly seeds: number;
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number above 0 is accepted.');
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('A whole number from 1 to 1000 is accepted.');
}

/** Parts of names, given several times or with commas between. */
function names(text: string, before: readonly string[]): string[] {
  const given = text.split(',').map((name) => name.trim());
  return [...before, ...given.filter((name) => name !== '')];
}

export function benchCommand(): Command {
  return new Command('npm run bench --')
    .description(
      'Times the kernels beside the multiply–add peak of this machine and other libraries, in Node and in Chromium.',
    )
    .option('--node', 'in Node alone')
    .option('--chromium', 'in Chromium alone')
    .addOption(new Option('--build <name>', 'one build alone').choices(['simd', 'relaxed']))
    .option('--only <names>', 'rows whose names hold one of these, with commas between', names, [])
    .option('--seconds <s>', 'seconds of timing a row', positive, 1.5)
    .option('--no-peers', 'without the other libraries, which are installed when first needed')
    .option('--json <file>', 'writes the figures and the raw rounds')
    .option(
      '--subunits',
      'instead: the time until the filters are the subunits of the built-in cells',
    )
    .option('--seeds <n>', 'with --subunits: seeds of each cell', count, 10);
}

/** Parses the arguments after the command's name; commander ends the process for those that do not fit. */
export function parseOptions(args: readonly string[], command = benchCommand()): BenchOptions {
  const { build, node, chromium, subunits, ...given } = command
    .parse(args, { from: 'user' })
    .opts();
  return {
    ...(given as Pick<BenchOptions, 'only' | 'seconds' | 'peers' | 'json' | 'seeds'>),
    node: node || !chromium,
    chromium: chromium || !node,
    builds: build ? [build] : ['simd', 'relaxed'],
    subunits: Boolean(subunits),
  };
}
