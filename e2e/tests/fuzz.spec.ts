/**
 * Untrusted files and links in the predictor, through ONNX Runtime: each ends in a prediction or a message within
 * 2 s, the page goes on answering, asks no server for anything, and the predictor works afterwards. The two seconds
 * are a bound for safety that a busy machine is not to fail: until the end they are measured in the page, and what took
 * longer is given once more, for what is slow by itself is slow twice, and allowed as many times longer as the page then
 * waits for a processor; of the main thread, which answers a reader, only the time that it computed counts.
 * `RETINOSCOPE_FUZZ=10` damages every file ten times as often.
 */
import { deflateRawSync } from 'node:zlib';
import { craftedModels } from './support/crafted-models.js';
import { npy, npz } from './support/files.js';
import {
  computingTime,
  giveEach,
  type Outcome,
  openPredictor,
  openStates,
} from './support/given-predictor.js';
import { type Draw, damaged, damagedText, drawing } from './support/mutations.js';
import { cellInput, cellModel, onnx, onnxModel } from './support/onnx.js';
import { type GivenFile, ratesAfter } from './support/page.js';
import { expect, type Locator, type Page, test } from './support/test.js';

/** Milliseconds. */
const safetyLimit = 2000;
const factor = Number(process.env.RETINOSCOPE_FUZZ ?? 1);

test.describe.configure({ timeout: 240_000 * Math.max(1, factor) });

type Given = GivenFile & { readonly type?: string };

const good: Given = { name: 'good.onnx', bytes: cellModel() };
const input: Given = { name: 'input.npy', bytes: cellInput(5) };

let page: Page;
let predictor: Locator;
/** What the page must never do. */
let misdeeds: string[];

test.beforeEach(async ({ page: opened }) => {
  page = opened;
  misdeeds = [];
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('crash', () => misdeeds.push('the page crashed'));
});

/** `count` damaged copies of `file`. */
function copies(file: Given, count: number, draw: Draw): Given[] {
  const [, stem, kind] = /^(.*)(\..*)$/.exec(file.name) ?? [];
  return Array.from({ length: Math.ceil(count * factor) }, (_, i) => ({
    ...file,
    name: `${stem} ${i}${kind}`,
    bytes: damaged(Buffer.from(file.bytes), draw),
  }));
}

/** The rates of the good model for the good array. */
async function goodRates(): Promise<readonly number[]> {
  await giveEach(predictor, [good]);
  return (await ratesAfter(page, () => giveEach(predictor, [input]))).values;
}

/** Gives every file, and expects what the header of this file says. */
async function expectSound(files: readonly Given[]): Promise<readonly Outcome[]> {
  const before = await goodRates();
  watchRequests();
  const outcomes = await eachTimed(files, (file) => giveEach(predictor, [file]));
  expectMessages(outcomes);
  await expectNoMarkup();
  expect(await goodRates()).toEqual(before);
  expect(misdeeds, 'dialogs, requests and crashes').toEqual([]);
  return outcomes;
}

/** What each of `given` ends in; those that are slow are given again, as the header of this file says. */
async function eachTimed<Value>(
  given: readonly Value[],
  give: (value: Value) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const computed = await computingTime(page);
  const outcomes: Outcome[] = [];
  let most = 0;
  for (const value of given) {
    const start = await computed();
    let [outcome] = await give(value);
    const busy = 1000 * ((await computed()) - start);
    expect(busy, `ms of the main thread for ${shown(outcome)}`).toBeLessThan(safetyLimit);
    let limit = safetyLimit;
    if (outcome.time > limit) {
      limit *= await slowness(computed);
      [outcome] = await give(value);
    }
    expect(outcome.time, `ms until ${shown(outcome)} had ended`).toBeLessThan(limit);
    outcomes.push(outcome);
    most = Math.max(most, busy);
  }
  note(outcomes, most);
  return outcomes;
}

/** How many times as long as on an idle machine the page takes to compute something; at least 1. */
async function slowness(computed: () => Promise<number>): Promise<number> {
  const start = await computed();
  const time = await page.evaluate(() => {
    const before = performance.now();
    let sum = 0;
    for (let i = 0; i < 3e8; i++) sum += i % 7;
    return sum > 0 ? performance.now() - before : 0;
  });
  return Math.max(1, time / 1000 / ((await computed()) - start));
}

function shown({ name }: Outcome): string {
  return name.slice(0, 300);
}

/** From now on the page may ask for nothing but its own code, of which parts are loaded with the first file of their kind. */
function watchRequests(): void {
  const own = new URL(page.url()).origin;
  const code =
    /^\/((embed|assets)\/.*\.(js|wasm|svg)|retinoscope\.js|elements\.html|given-model\.onnx)$/;
  page.on('request', (request) => {
    const { href, origin, pathname, protocol } = new URL(request.url());
    const expected = protocol === 'blob:' || protocol === 'data:' || protocol === 'about:';
    if (!expected && !(origin === own && code.test(pathname))) {
      misdeeds.push(`request: ${href.slice(0, 200)}`);
    }
  });
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function expectMessages(outcomes: readonly Outcome[]): void {
  const mute = outcomes.filter(
    ({ ended, message }) => ended === 'silent' || (ended === 'refused' && message.length < 10),
  );
  expect(mute, 'without a result and without a message').toEqual([]);
}

/** Texts of files are shown as texts. */
async function expectNoMarkup(): Promise<void> {
  expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
  await expect(page.locator('img, iframe, script:not([src])')).toHaveCount(0);
}

function note(outcomes: readonly Outcome[], busy: number): void {
  const times = outcomes.map(({ time }) => time).sort((a, b) => a - b);
  const refused = outcomes.filter(({ ended }) => ended === 'refused').length;
  const [middle, most] = [times[Math.floor(times.length / 2)], times.at(-1) ?? 0];
  test.info().annotations.push({
    type: 'fuzz',
    description: `${outcomes.length} given, ${refused} refused; ${middle?.toFixed()} ms in the middle, ${most.toFixed()} ms at most, ${busy.toFixed()} ms of the main thread at most`,
  });
}

const sizes: Given = {
  name: 'sizes.onnx',
  bytes: onnx({
    input: { name: 'x', dims: ['batch', 4] },
    output: { name: 'y', dims: ['batch', 6] },
    constants: [
      { name: 'first', dims: [1], values: [0], whole: true },
      { name: 'rest', dims: [1], values: [2], whole: true },
      { name: 'repeats', dims: [2], values: [1, 3], whole: true },
    ],
    nodes: [
      { operator: 'Shape', from: ['x'], to: 'shape' },
      { operator: 'Gather', from: ['shape', 'first'], to: 'batch', attributes: { axis: 0 } },
      { operator: 'Concat', from: ['batch', 'rest'], to: 'to', attributes: { axis: 0 } },
      { operator: 'Slice', from: ['x', 'first', 'rest', 'rest'], to: 'part' },
      { operator: 'Reshape', from: ['part', 'to'], to: 'flat' },
      { operator: 'Tile', from: ['flat', 'repeats'], to: 'y' },
    ],
  }),
};

test('damaged models end in a prediction or a message within 2 s', async () => {
  predictor = await openPredictor(page, cellModel());
  const draw = drawing(1);
  const outcomes = await expectSound([
    ...copies(good, 160, draw),
    ...copies(sizes, 100, draw),
    ...copies({ name: 'sigmoid.onnx', bytes: onnxModel('Sigmoid', 4) }, 60, draw),
  ]);
  expect(new Set(outcomes.map(({ ended }) => ended))).toEqual(new Set(['predicted', 'refused']));
});

const png: Given = {
  name: 'picture.png',
  type: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFCAYAAABmWJ3mAAAAMUlEQVR4AXyLwQkAMAwCJUu7gk7dJn2EPErEA0UMSedHIEUSRcb2G7qNsA+2UYwDLgAAAP//GFMuXgAAAAZJREFUAwALBxWV0/x7NQAAAABJRU5ErkJggg==',
    'base64',
  ),
};

test('damaged arrays and pictures end in a prediction or a message within 2 s', async () => {
  predictor = await openPredictor(page, cellModel());
  const draw = drawing(2);
  const data = new Float32Array(96).fill(0.25);
  const arrays = npz({
    stimulus: { shape: [2, 3, 4, 4], data },
    other: { shape: [2], data: Uint8Array.of(1, 2) },
  });
  const outcomes = await expectSound([
    ...copies(input, 80, draw),
    ...copies({ name: 'arrays.npz', bytes: arrays }, 80, draw),
    ...copies(png, 80, draw),
  ]);
  expect(new Set(outcomes.map(({ ended }) => ended))).toEqual(new Set(['predicted', 'refused']));
});

/** An npy header of `shape` with hardly any data. */
function emptyArray(shape: readonly number[]): Buffer {
  return npy({ shape, data: new Float32Array(4) });
}

/** A zip of one npy file whose directory says `stated` bytes, and that unpacks to 50 MB of zeros. */
function bomb(stated: number): Buffer {
  const head = npy({ shape: [260_000, 3, 4, 4], data: new Float32Array(0) });
  const stored = deflateRawSync(Buffer.concat([head, Buffer.alloc(5e7)]), { level: 1 });
  const name = Buffer.from('stimulus.npy');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(stored.length, 14);
  common.writeUInt32LE(stated, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, stored]);
  const directory = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00'),
    common,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

/** The picture with other sides in its header. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(png.bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

test('files made to do harm end in a prediction or a message within 2 s, and their texts stay texts', async () => {
  predictor = await openPredictor(page, cellModel());
  const markup = '<img src=x onerror="globalThis.broken=1">';
  const outcomes = await expectSound([
    ...craftedModels,
    // What follows is for the good model.
    good,
    { name: 'billion.npy', bytes: emptyArray([1e9, 3, 4, 4]) },
    { name: 'many axes.npy', bytes: emptyArray(new Array(200).fill(1)) },
    { name: 'overflow.npy', bytes: emptyArray([2 ** 32, 2 ** 32]) },
    { name: `${markup}.npy`, bytes: emptyArray([7]) },
    { name: 'bomb that says it is small.npz', bytes: bomb(200) },
    { name: 'bomb of 4 GB.npz', bytes: bomb(2 ** 32 - 2) },
    { ...png, name: 'bomb.png', bytes: pngOf(60_000, 60_000) },
    { ...png, name: 'endless.png', bytes: pngOf(2 ** 32 - 1, 2 ** 32 - 1) },
    { ...png, name: 'cut.png', bytes: pngOf(5000, 5000) },
    { ...png, name: `${markup}.png`, bytes: png.bytes.subarray(0, 40) },
    {
      name: 'script.svg',
      type: 'image/svg+xml',
      bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    },
  ]);
  const run = outcomes.filter(({ ended }) => ended === 'predicted').map(nameOf);
  expect(run).toContain('metadata of markup.onnx');
  for (const harm of ['Tile', 'Loop', 'circle', 'passwd', 'address', 'billion', 'bomb']) {
    const named = run.filter((name) => name.includes(harm) && !name.includes('receptive field'));
    expect(named, harm).toEqual([]);
  }
});

const link = {
  stimulus: {
    source: 'generated',
    spec: { kind: 'flash', values: { contrast: 100, before: 100, on: 200, after: 100 } },
    presentation: { before: 100, on: 100, after: 100 },
    placement: { x: 0, y: 0, pixelSize: 10, contrast: 1, polarity: 1, meanGrey: 0.5 },
    drawing: 'BAAEAA8A',
  },
  units: { squareSize: 100, frameRate: 30, dark: -0.5, bright: 0.5 },
  output: 0,
};

function stateText(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Links that ask for as much as can be said, and those of the other sources. */
const askingLinks = [
  ...['white-noise', 'natural-noise', 'checkerboard'].map((kind) => {
    const spec = { kind, values: { duration: 30_000, check: 10, refresh: 60 } };
    return { ...link, stimulus: { ...link.stimulus, spec }, units: { frameRate: 1000 } };
  }),
  ...['drawing', 'picture', 'film'].map((source) => ({
    ...link,
    stimulus: { ...link.stimulus, source, presentation: { before: 5e3, on: 5e3, after: 5e3 } },
    units: { squareSize: 0.1, frameRate: 1000 },
    output: 99_999,
  })),
].map(stateText);

/** A model that leaves to the link what units it is in. */
const silent: Given = {
  name: 'silent.onnx',
  bytes: cellModel({ frame_rate_hz: '', square_size_um: '', stimulus_values: '' }),
};

test('damaged links end in a page that answers within 2 s, and nothing else is asked for', async () => {
  predictor = await openPredictor(page, Buffer.from(silent.bytes));
  watchRequests();
  const draw = drawing(3);
  const json = JSON.stringify(link);
  const states = Array.from({ length: Math.ceil(36 * factor) }, (_, i) =>
    i % 3 === 0
      ? damagedText(stateText(link), draw)
      : Buffer.from(damagedText(json, draw)).toString('base64url'),
  );
  expectMessages(
    await eachTimed([...askingLinks, ...states], (state) => openStates(page, [state])),
  );
  await expectNoMarkup();

  const address = `?element=retino-predictor&seed=3&theme=dark&heading=Cell#state=${stateText(link)}`;
  for (let i = 0; i < Math.ceil(6 * factor); i++) {
    await page.goto('about:blank');
    await page.goto(`/elements.html?${damagedText(address.slice(1), draw)}`);
    await expect(page.locator('main')).toHaveText(/\S/);
    await expectNoMarkup();
  }
  predictor = await openPredictor(page, cellModel());
  expect(await goodRates()).toHaveLength(5);
  expect(misdeeds, 'dialogs, requests and crashes').toEqual([]);
});
