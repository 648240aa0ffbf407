/** The command with its subcommands, one file each. Options, defaults and help; nothing runs here. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addFit } from './commands/fit.js';
import { addInspect } from './commands/inspect.js';
import { addPredict } from './commands/predict.js';
import { addReproduce } from './commands/reproduce.js';
import { addSimulate } from './commands/simulate.js';
import { addSta } from './commands/sta.js';

/** Throws instead of ending the process; usage errors are already printed then. */
export function createProgram(): Command {
  const program = new Command('retinoscope')
    .description(
      'System identification of visual neurons: simulate, analyse, fit, predict, reproduce, inspect.',
    )
    .version(softwareVersion(), '--version')
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .exitOverride();
  addSimulate(program);
  addSta(program);
  addFit(program);
  addPredict(program);
  addReproduce(program);
  addInspect(program);
  return program;
}

function softwareVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
