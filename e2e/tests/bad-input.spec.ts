/** What cannot be read is refused in words that say why; what was there before stays. */
import { mat5, npy, npz } from './support/files.js';
import { drop, fact, type GivenFile, json, openWithResult } from './support/page.js';
import { manifest, offCell, offRecording, recordingFiles } from './support/recording.js';
import { expect, type Locator, type Page, test } from './support/test.js';

const { frames, side } = offCell;
const shape = [frames, side, side];
const recording = offRecording();
const [stimulus, counts] = recordingFiles(recording);
const whole = manifest();

/** The manifest with another stimulus or other responses. */
function with_(change: { readonly stimulus?: object; readonly responses?: object }): GivenFile {
  const { training } = whole;
  return json('manifest.json', {
    ...whole,
    training: {
      stimulus: { ...training.stimulus, ...change.stimulus },
      responses: { ...training.responses, ...change.responses },
    },
  });
}

function cut({ name, bytes }: GivenFile, share = 0.6): GivenFile {
  return { name, bytes: bytes.subarray(0, Math.floor(share * bytes.length)) };
}

const plain = with_({});
const mat: GivenFile = {
  name: 'counts.mat',
  bytes: mat5('counts', [1, frames], Uint8Array.from(recording.counts)),
};
const arrays: GivenFile = {
  name: 'stimulus.npz',
  bytes: npz({ stimulus: { shape, data: recording.stimulus } }),
};

function countsOf(change: (data: Int32Array) => Int32Array): GivenFile {
  const data = change(Int32Array.from(recording.counts));
  return { name: 'counts.npy', bytes: npy({ shape: [data.length], data }) };
}

/** The stimulus as floats of many values, with one NaN. */
function stimulusWithNaN(): GivenFile {
  const data = Float32Array.from(recording.stimulus, (value, i) => value + (i % 7) / 10);
  data[side * side * 10] = Number.NaN;
  return { name: 'stimulus.npy', bytes: npy({ shape, data }) };
}

const { frameRate: _, ...withoutFrameRate } = whole;

const cases: readonly {
  readonly what: string;
  readonly files: readonly GivenFile[];
  readonly said: RegExp;
}[] = [
  {
    what: 'a truncated MAT file',
    files: [
      with_({ responses: { file: 'counts.mat', axes: ['cell', 'time'] } }),
      stimulus,
      cut(mat),
    ],
    said: /counts\.mat/,
  },
  {
    what: 'a text that is called HDF5',
    files: [
      with_({ stimulus: { file: 'stimulus.h5' } }),
      { name: 'stimulus.h5', bytes: Buffer.from('This is a text.\n'.repeat(100)) },
      counts,
    ],
    said: /stimulus\.h5.*(HDF5|format)/,
  },
  {
    what: 'a truncated npz file',
    files: [with_({ stimulus: { file: 'stimulus.npz' } }), cut(arrays), counts],
    said: /stimulus\.npz/,
  },
  {
    what: 'a truncated npy file',
    files: [plain, cut(stimulus), counts],
    said: /stimulus\.npy/,
  },
  {
    what: 'a manifest without its frame rate',
    files: [json('manifest.json', withoutFrameRate), stimulus, counts],
    said: /frameRate.*missing/,
  },
  {
    what: 'a manifest that is no JSON',
    files: [{ name: 'manifest.json', bytes: Buffer.from('{"format":') }, stimulus, counts],
    said: /manifest\.json.*JSON/,
  },
  {
    what: 'a file that the manifest names and that was not dropped',
    files: [plain, stimulus],
    said: /counts\.npy/,
  },
  {
    what: 'a wrong order of the stimulus axes',
    files: [with_({ stimulus: { axes: ['x', 'y', 'time'] } }), stimulus, counts],
    said: /time, .*would fit/,
  },
  {
    what: 'one response frame fewer than stimulus frames',
    files: [plain, stimulus, countsOf((data) => data.subarray(1))],
    said: /4000.*3999/,
  },
  {
    what: 'a NaN in a stimulus of floats',
    files: [plain, stimulusWithNaN(), counts],
    said: /NaN.*10/,
  },
  {
    what: 'a negative spike count',
    files: [plain, stimulus, countsOf((data) => data.fill(-1, 17, 18))],
    said: /-1.*17/,
  },
  {
    what: 'a cell without a spike',
    files: [plain, stimulus, countsOf((data) => data.fill(0))],
    said: /no spike/,
  },
  {
    what: 'blocks that the responses do not have',
    files: [
      with_({ responses: { axes: ['block', 'time'], blocks: { first: 0, last: 3 } } }),
      stimulus,
      { name: 'counts.npy', bytes: npy({ shape: [2, frames / 2], data: recording.counts }) },
    ],
    said: /blocks 0 to 3.*0 to 1/,
  },
  {
    what: 'a region that the stimulus does not fill',
    files: [
      with_({ stimulus: { region: { x: 10, y: 10, width: 9, height: 8 } } }),
      stimulus,
      counts,
    ],
    said: /x 9, y 8.*x 8, y 8/,
  },
];

let page: Page;
let loss: string;
let faults: string[] = [];

test.beforeAll(async ({ browser, baseURL }) => {
  page = await browser.newPage({ baseURL });
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await openWithResult(page, 'steps=10&restarts=1');
  loss = (await fact(trainer(), 'Validation loss').textContent()) ?? '';
  expect(loss).toMatch(/\d/);
});

test.afterAll(() => page.close());

function trainer(): Locator {
  return page.locator('retino-trainer');
}

function alert(): Locator {
  return page.getByRole('alert').filter({ visible: true });
}

/** One message, in a sentence or two, of what was wrong; the earlier result untouched; no error in the page. */
async function expectRefusal(said: RegExp): Promise<void> {
  await expect(alert().first()).toHaveText(said, { timeout: 15_000 });
  await expect(alert()).toHaveCount(1);
  await expect(alert()).toHaveText(/^.{15,500}\.$/s);
  await expect(fact(trainer(), 'Validation loss')).toHaveText(loss);
  await expect(page.getByRole('button', { name: 'Network (ONNX)' })).toBeEnabled();
  await expect(fact(page.locator('retino-receptive-field'), 'Polarity')).toHaveText('OFF');
  expect(faults, 'errors of the page').toEqual([]);
}

for (const { what, files, said } of cases) {
  test(`${what} is refused, and the earlier result stays`, async () => {
    await drop(page, files);
    await expectRefusal(said);
  });
}

test('a file of 3 GiB is refused by its size before it is read, and the earlier result stays', async () => {
  const head = npy({ shape: [2 ** 25, 12, 8], data: new Uint8Array(0) });
  const given = {
    manifestText: JSON.stringify(whole),
    head: Buffer.from(head).toString('base64'),
    responses: Buffer.from(counts.bytes).toString('base64'),
  };
  await page.evaluate(({ manifestText, head, responses }) => {
    const decoded = (base64: string) =>
      Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const piece = new Blob([new Uint8Array(2 ** 26)]);
    const huge = new File(
      [decoded(head), ...Array.from({ length: 48 }, () => piece)],
      'stimulus.npy',
    );
    const dataTransfer = new DataTransfer();
    for (const file of [
      new File([manifestText], 'manifest.json'),
      huge,
      new File([decoded(responses)], 'counts.npy'),
    ]) {
      dataTransfer.items.add(file);
    }
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
    );
  }, given);
  await expectRefusal(/3\.\d G/);
});

test('a crop outside the stimulus is refused, and the earlier result stays', async () => {
  await page.locator('retino-cell').evaluate((element) => {
    const { currentSession } = element as unknown as {
      currentSession: { setCrop(crop: object): void };
    };
    currentSession.setCrop({ x: 4, y: 0, width: 8, height: 8 });
  });
  await expectRefusal(/crop.*8 × 8/);
});

test('after all of these a sound recording opens, and nothing is refused any more', async () => {
  await drop(page, [plain, stimulus, counts]);
  const field = page.locator('retino-receptive-field');
  const { x, y } = offCell.square;
  await expect(fact(field, 'Peak square')).toHaveText(new RegExp(`^${x}, ${y}\\b`));
  await expect(alert()).toHaveCount(0);
  expect(faults, 'errors of the page').toEqual([]);
});
