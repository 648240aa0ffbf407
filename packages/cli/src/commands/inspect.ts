/** `retinoscope inspect`: what is in a file. */
import { basename } from 'node:path';
import type { FileSummary, ModelValue } from '@retinoscope/worker';
import type { Command } from 'commander';
import { fileStat } from '../dataset.js';
import { type Lines, writeResult } from '../output.js';
import { withService } from '../run.js';

interface InspectOptions {
  readonly json?: boolean;
}

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('what is in a file: MATLAB v5, HDF5, npy, npz or ONNX')
    .argument('<file>', 'the file')
    .option('--json', 'one JSON object on stdout')
    .action(inspect);
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  await fileStat(path);
  const summary = await withService({}, (service) =>
    service.inspect({ name: basename(path), path }),
  );
  writeResult(options.json, summary, describe(summary));
}

function describe({ name, format, bytes, variables, model }: FileSummary): Lines {
  const lines: [string, string][] = [
    ['file', name],
    ['format', format],
    ['bytes', String(bytes)],
    ...variables.map((variable): [string, string] => [
      variable.name,
      `${variable.type} [${variable.shape.join(', ')}]`,
    ]),
  ];
  if (!model) return lines;
  return [
    ...lines,
    ['producer', model.producer],
    ['opset', String(model.opset)],
    ...model.inputs.map((value): [string, string] => ['input', typed(value)]),
    ...model.outputs.map((value): [string, string] => ['output', typed(value)]),
    ['operators', model.operators.join(', ')],
    ...Object.entries(model.metadata),
  ];
}

function typed({ name, type, shape }: ModelValue): string {
  return `${name}: ${type} [${shape.join(', ')}]`;
}
