/** `retinoscope simulate`: stimulus and spikes of a built-in cell. */
import { simulationSpec } from '@retinoscope/models';
import { builtInCell, type SimulationPreset } from '@retinoscope/worker';
import type { Command } from 'commander';
import { presetOption } from '../dataset.js';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { digits, writeResult } from '../output.js';
import { whole } from '../parse.js';
import { withService } from '../run.js';

interface SimulateOptions {
  readonly preset: SimulationPreset;
  readonly frames: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('stimulus, spike counts and rates of a built-in cell')
    .addOption(presetOption().default('paper'))
    .option('--frames <n>', 'frames', whole(1), builtInCell.frames)
    .option('--seed <n>', 'seed', whole(0), builtInCell.seed)
    .option('--out <dir>', 'folder for simulation.npz')
    .option('--json', 'one JSON object on stdout')
    .action(simulate);
}

async function simulate({ preset, frames, seed, out, json }: SimulateOptions): Promise<void> {
  if (out !== undefined) await prepareOutDir(out);
  const request = { spec: simulationSpec(preset), frames, seed };
  const simulation = await withService({}, (service, run) => service.simulate(request, run.call));
  const { npz, spikes } = simulation;
  const [file] = out === undefined ? [] : await writeFiles(out, { 'simulation.npz': npz });
  const result = { preset, seed, frames: simulation.frames, spikes, file: file ?? null };
  writeResult(json, result, [
    ['preset', preset],
    ['frames', String(simulation.frames)],
    ['spikes', spikes.join(', ')],
    ['spikes per frame', spikes.map((count) => digits(count / simulation.frames)).join(', ')],
    ['file', file],
  ]);
}
