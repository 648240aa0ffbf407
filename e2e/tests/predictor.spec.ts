/** Models of other tools in the predictor: run as they were meant to, or refused in one sentence. */
import { dataAbsent, dataFile, needsData } from './support/data.js';
import { npy, readNpz, type Values } from './support/files.js';
import { onnxModel } from './support/onnx.js';
import {
  type GivenFile,
  largestDifference,
  openWithResult,
  payload,
  ratesAfter,
  readCsv,
  saved,
} from './support/page.js';
import { expect, type Locator, type Page, test } from './support/test.js';

let page: Page;
let predictor: Locator;
let faults: string[] = [];

test.beforeAll(async ({ browser, baseURL }) => {
  page = await browser.newPage({ baseURL });
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  predictor = page.locator('retino-predictor');
  await openWithResult(page, 'steps=10&restarts=1');
});

test.afterEach(() => {
  expect(faults, 'errors of the page').toEqual([]);
});

test.afterAll(() => page.close());

function openModel(file: GivenFile): Promise<void> {
  return predictor.getByLabel(/Open ONNX model/).setInputFiles(payload([file]));
}

/** Chooses a file as the stimulus; a predictor that has one already is given the other. */
async function giveStimulus(file: GivenFile): Promise<void> {
  await predictor.getByRole('combobox', { name: 'Stimulus' }).selectOption('file');
  await predictor.getByLabel(/Choose stimulus/).setInputFiles(payload([file]));
}

function alert(): Locator {
  return page.getByRole('alert').filter({ visible: true });
}

const squash = (values: Values) => Array.from(values, (value) => 1 / (1 + Math.exp(-value)));
const input = Float32Array.from({ length: 12 }, (_, i) => i - 6);
const sigmoid: GivenFile = { name: 'sigmoid.onnx', bytes: onnxModel('Sigmoid', 4) };
const stimulus: GivenFile = { name: 'input.npy', bytes: npy({ shape: [3, 4], data: input }) };

/** That the predictor still does its work. */
async function expectWorking(): Promise<void> {
  await ratesAfter(page, () => openModel(sigmoid));
  await expect(alert()).toHaveCount(0);
  const rates = await ratesAfter(page, () => giveStimulus(stimulus));
  expect(largestDifference(rates.values, squash(input))).toBeLessThanOrEqual(1e-6);
}

test('a model made here gives the sigmoid of its input, within 1e-6, on the page and in the CSV', async () => {
  await expectWorking();
  const csv = readCsv(
    await saved(page, () => predictor.getByRole('button', { name: /CSV/ }).click()),
  );
  const columns = Object.values(csv).slice(1);
  expect(columns).toHaveLength(4);
  const values = [0, 1, 2].flatMap((row) => columns.map((column) => column[row]));
  expect(largestDifference(values, squash(input))).toBeLessThanOrEqual(1e-6);
});

for (const name of ['bn_cnn_40x50x50', 'two_layer_30x30_dynamic_batch']) {
  test(`${name}, exported by PyTorch, gives the output that came with it, within 1e-4`, async () => {
    test.skip(dataAbsent, needsData);
    const io = await dataFile(`onnx/${name}.io.npz`);
    const { output } = readNpz(io.bytes);
    const model = await dataFile(`onnx/${name}.onnx`);
    await ratesAfter(page, () => openModel(model));
    const rates = await ratesAfter(page, () => giveStimulus(io));
    expect([rates.windows, rates.outputs]).toEqual(output.shape);
    expect(largestDifference(rates.values, output.data)).toBeLessThanOrEqual(1e-4);
    const columns = Object.values(
      readCsv(await saved(page, () => predictor.getByRole('button', { name: /CSV/ }).click())),
    ).slice(1);
    const values = columns[0].flatMap((_, row) => columns.map((column) => column[row]));
    expect(largestDifference(values, output.data)).toBeLessThanOrEqual(1e-4);
  });
}

const refused: readonly {
  readonly what: string;
  readonly file: GivenFile;
  readonly said: RegExp;
}[] = [
  {
    what: 'a model with an operator that does not exist',
    file: { name: 'unknown.onnx', bytes: onnxModel('Retinate', 4) },
    said: /Retinate/,
  },
  {
    what: 'a truncated model',
    file: { name: 'cut.onnx', bytes: sigmoid.bytes.subarray(0, 40) },
    said: /./,
  },
  {
    what: 'a text that is called a model',
    file: { name: 'text.onnx', bytes: Buffer.from('This is no model.') },
    said: /./,
  },
  { what: 'an empty model', file: { name: 'empty.onnx', bytes: Buffer.alloc(0) }, said: /./ },
];

for (const { what, file, said } of refused) {
  test(`${what} is refused in a sentence, and the predictor works on`, async () => {
    await openModel(file);
    await expect(alert()).toHaveCount(1);
    await expect(alert()).toHaveText(said);
    await expect(alert()).toHaveText(/^.{10,400}\.$/s);
    await expectWorking();
  });
}

test('a stimulus of the wrong shape is refused with both shapes, and the predictor works on', async () => {
  await ratesAfter(page, () => openModel(sigmoid));
  const wrong = npy({ shape: [3, 5], data: new Float32Array(15) });
  await giveStimulus({ name: 'wrong.npy', bytes: wrong });
  await expect(alert()).toHaveText(/3\D{1,4}5.*4/);
  await expect(alert()).toHaveCount(1);
  await expectWorking();
});

test('a stimulus with a NaN is refused with its place, and the predictor works on', async () => {
  await ratesAfter(page, () => openModel(sigmoid));
  const data = Float32Array.from(input);
  data[5] = Number.NaN;
  await giveStimulus({ name: 'nan.npy', bytes: npy({ shape: [3, 4], data }) });
  await expect(alert()).toHaveText(/NaN.*1, 1/);
  await expectWorking();
});
