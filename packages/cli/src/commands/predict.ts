/** `retinoscope predict`: an ONNX model run on a stimulus from a file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeNpz } from '@retinoscope/models';
import {
  mostModelBytes,
  RetinoscopeError,
  type ServiceClient,
  type Tensor,
} from '@retinoscope/worker';
import type { Command } from 'commander';
import { fileStat } from '../dataset.js';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { digits, writeResult } from '../output.js';
import { type Run, withService } from '../run.js';
import { largestDifference, predictMovie, range, takesWindowsOf } from '../tensors.js';

interface PredictOptions {
  readonly variable?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Names by which the stimulus is known in a file of several arrays. */
const inputNames = ['input', 'stimulus'];
/** Name of the output that the model must give. */
const expectedName = 'output';

export function addPredict(program: Command): void {
  program
    .command('predict')
    .description('runs an ONNX model on a stimulus; with an array "output" beside it, compares')
    .argument('<model>', 'ONNX file')
    .argument(
      '<stimulus>',
      'npy, npz, MATLAB or HDF5 file: as the model takes it, or a movie [time, y, x]',
    )
    .option('--variable <name>', 'array of the stimulus file')
    .option('--out <dir>', 'folder for prediction.npz')
    .option('--json', 'one JSON object on stdout')
    .action(predict);
}

async function predict(modelPath: string, path: string, options: PredictOptions): Promise<void> {
  const { out, json } = options;
  const model = await readModel(modelPath);
  await fileStat(path);
  if (out !== undefined) await prepareOutDir(out);
  const predicted = await withService({}, async (service, run) => {
    const { input, expected } = await readStimulus(service, path, options.variable);
    return { input, expected, ...(await runModel(service, model, input, run)) };
  });
  const { output, outputName, seconds, input, expected } = predicted;
  const difference = expected && largestDifference(output, expected);
  const [prediction] =
    out === undefined
      ? []
      : await writeFiles(out, { 'prediction.npz': writeNpz({ [outputName]: output }) });
  const { least, most, mean } = range(output);
  const result = {
    model: modelPath,
    input: { shape: input.shape },
    output: { name: outputName, shape: output.shape, least, most, mean },
    seconds,
    largestDifference: difference ?? null,
    prediction: prediction ?? null,
  };
  writeResult(json, result, [
    ['input', `[${input.shape.join(', ')}]`],
    ['output', `${outputName} [${output.shape.join(', ')}]`],
    ['least, mean, most', `${digits(least)}, ${digits(mean)}, ${digits(most)}`],
    ['largest difference', digits(difference)],
    ['seconds', digits(seconds, 3)],
    ['file', prediction],
  ]);
}

async function readModel(path: string): Promise<Uint8Array> {
  const { size } = await fileStat(path);
  if (size > mostModelBytes) {
    throw new RetinoscopeError(
      'model',
      `${path} is too large; an ONNX file of up to ${mostModelBytes / 1e6} MB is accepted.`,
      { path, expected: mostModelBytes, found: size },
    );
  }
  return readFile(path);
}

/** The stimulus, and beside it what the model must give, when the file holds that too. */
async function readStimulus(
  service: ServiceClient,
  path: string,
  variable: string | undefined,
): Promise<{ input: Tensor; expected?: Tensor }> {
  const file = { name: basename(path), path };
  const names = (await service.inspect(file)).variables.map(({ name }) => name);
  const chosen = variable ?? chooseInput(names, file.name);
  const hasExpected = names.includes(expectedName) && chosen !== expectedName;
  return {
    input: await service.readArray(file, chosen),
    expected: hasExpected ? await service.readArray(file, expectedName) : undefined,
  };
}

function chooseInput(names: readonly string[], file: string): string {
  const known = inputNames.find((name) => names.includes(name));
  if (known !== undefined) return known;
  const others = names.filter((name) => name !== expectedName);
  if (others.length === 1) return others[0];
  if (names.length === 1) return names[0];
  const found = names.length === 0 ? 'no array' : `the arrays ${names.slice(0, 20).join(', ')}`;
  throw new RetinoscopeError(
    'data',
    `${file} holds ${found}; one called "input" or "stimulus" is accepted, or name one with --variable.`,
    { file, found: names },
  );
}

async function runModel(
  service: ServiceClient,
  model: Uint8Array,
  input: Tensor,
  run: Run,
): Promise<{ output: Tensor; outputName: string; seconds: number }> {
  const card = await service.openOnnx(model);
  const lags = takesWindowsOf(card, input);
  const runOnce = (part: Tensor) => service.runOnnx({ model, input: part }, run.call);
  return lags === undefined ? runOnce(input) : predictMovie(input, lags, runOnce);
}
