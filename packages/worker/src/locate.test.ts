import { defaultCropSide, type RecordedSource } from '@retinoscope/models';
import { expect, test, vi } from 'vitest';
import { locateCells } from './locate.js';
import type { DatasetSummary, ReceptiveField, ReceptiveFieldRequest } from './protocol.js';

const source: RecordedSource = { kind: 'recording', manifest: {}, files: [] };

/** Peaks and z-scores of four cells on 60 × 50 squares. */
const cells = [
  { peak: { x: 30, y: 25 }, peakZ: 8 },
  { peak: { x: 0, y: 49 }, peakZ: 12 },
  { peak: { x: 59, y: 3 }, peakZ: 5 },
  { peak: { x: 20, y: 20 }, peakZ: 9 },
];

const summary: DatasetSummary = {
  name: 'four cells',
  frameRate: 60,
  squareSize: 20,
  height: 50,
  width: 60,
  blocks: 8,
  blockFrames: 1000,
  binary: true,
  cells: cells.map((_, i) => ({ name: `Cell ${i}`, spikes: 100, spikesPerFrame: 0.1 })),
  test: { frames: 300, repeats: 5 },
};

function fakeService(change: Partial<DatasetSummary> = {}) {
  const asked: ReceptiveFieldRequest[] = [];
  return {
    asked,
    describe: async () => ({ ...summary, ...change }),
    async receptiveField(request: ReceptiveFieldRequest, _call?: { signal?: AbortSignal }) {
      asked.push(request);
      // The later cells are found first.
      await new Promise((resolve) => setTimeout(resolve, 8 - 2 * request.cell));
      return cells[request.cell] as ReceptiveField;
    },
  };
}

test('each cell has the squares round its peak, moved in from the edges, and the recording is described', async () => {
  const located = await locateCells(fakeService(), source);
  expect(located).toMatchObject({
    name: 'four cells',
    source,
    frameRate: 60,
    squareSize: 20,
    blocks: { first: 0, last: 7 },
  });
  expect(located.cells.map(({ cell }) => cell)).toEqual([0, 1, 2, 3]);
  for (const { cell, crop } of located.cells) {
    const { peak } = cells[cell];
    expect([crop.width, crop.height]).toEqual([defaultCropSide, defaultCropSide]);
    expect([crop.x >= 0, crop.x + crop.width <= 60]).toEqual([true, true]);
    expect([crop.y >= 0, crop.y + crop.height <= 50]).toEqual([true, true]);
    // The peak is in its squares, in their middle unless an edge is in the way.
    const off = { x: peak.x - crop.x - crop.width / 2, y: peak.y - crop.y - crop.height / 2 };
    expect(Math.abs(off.x)).toBeLessThanOrEqual(crop.width / 2);
    expect(Math.abs(off.y)).toBeLessThanOrEqual(crop.height / 2);
    if (crop.x > 0 && crop.x + crop.width < 60) expect(Math.abs(off.x)).toBeLessThanOrEqual(1);
    if (crop.y > 0 && crop.y + crop.height < 50) expect(Math.abs(off.y)).toBeLessThanOrEqual(1);
  }
});

test('the single cell is that of the clearest receptive field, of the cells chosen', async () => {
  expect((await locateCells(fakeService(), source)).single.cell).toBe(1);
  const chosen = await locateCells(fakeService(), source, { cells: [2, 0, 3] });
  expect(chosen.single).toEqual(chosen.cells[2]);
  expect(chosen.single.cell).toBe(3);
  expect(chosen.cells.map(({ cell }) => cell)).toEqual([2, 0, 3]);
});

test('the single cell is the one asked for, among the others or not, and each is found once', async () => {
  const service = fakeService();
  const among = await locateCells(service, source, { single: 2 });
  expect(among.single).toEqual(among.cells[2]);
  expect(service.asked).toHaveLength(4);
  const other = fakeService();
  const beside = await locateCells(other, source, { cells: [0, 3], single: 2 });
  expect(beside.single.cell).toBe(2);
  expect(beside.single.crop).toEqual(among.cells[2].crop);
  expect(beside.cells.map(({ cell }) => cell)).toEqual([0, 3]);
  expect(other.asked.map(({ cell }) => cell)).toEqual([0, 3, 2]);
});

test('a stimulus no larger than the squares round a cell is used whole', async () => {
  const { single, cells: places } = await locateCells(
    fakeService({ height: defaultCropSide, width: defaultCropSide }),
    source,
  );
  const side = { width: defaultCropSide, height: defaultCropSide };
  expect([single, ...places].map(({ crop }) => crop)).toEqual(
    new Array(5).fill({ x: 0, y: 0, ...side }),
  );
});

test('a recording without a test part is refused before any receptive field', async () => {
  const service = fakeService({ test: undefined });
  await expect(locateCells(service, source)).rejects.toThrow(/no test part.* accepted/);
  expect(service.asked).toEqual([]);
});

test('fields are found in the trials chosen, else in all, of a wide stimulus in the first of these', async () => {
  const blocksOf = async (
    change: Partial<DatasetSummary>,
    blocks?: { first: number; last: number },
  ) => {
    const service = fakeService(change);
    const located = await locateCells(service, source, { blocks });
    expect(service.asked.every((request) => request.source === source)).toBe(true);
    return { used: located.blocks, seen: service.asked[0].blocks };
  };
  const all = { first: 0, last: 7 };
  expect(await blocksOf({}, { first: 2, last: 5 })).toEqual({
    used: { first: 2, last: 5 },
    seen: { first: 2, last: 5 },
  });
  expect(await blocksOf({})).toEqual({ used: all, seen: all });
  const wide = { width: 200, blockFrames: 20_000 };
  for (const chosen of [all, { first: 2, last: 7 }, { first: 5, last: 5 }]) {
    const { used, seen } = await blocksOf(wide, chosen);
    expect(used).toEqual(chosen);
    expect(seen?.first).toBe(chosen.first);
    expect(seen?.last).toBe(Math.min(chosen.last, chosen.first + 2));
  }
  expect(await blocksOf(wide)).toEqual(await blocksOf(wide, all));
});

test('progress rises to 1 and no further, whichever cells are asked for', async () => {
  for (const options of [{}, { cells: [1] }, { cells: [0], single: 3 }, { single: 2 }]) {
    const heard: number[] = [];
    await locateCells(fakeService(), source, options, {
      onProgress: ({ done }) => heard.push(done),
    });
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBe(1);
    expect(heard[0]).toBeGreaterThan(0);
  }
});

test.each([
  ['a cell', { cells: [0, 4] }, 'no cell 4; cells 0 to 3'],
  ['a negative cell', { cells: [-1] }, 'no cell -1; cells 0 to 3'],
  ['a single cell', { single: 7 }, 'no cell 7; cells 0 to 3'],
  ['a trial', { blocks: { first: 0, last: 8 } }, 'no trial 8; trials 0 to 7'],
])('%s that is not there is refused before any receptive field', async (_, options, said) => {
  const service = fakeService();
  await expect(locateCells(service, source, options)).rejects.toMatchObject({
    kind: 'settings',
    message: expect.stringContaining(said),
  });
  expect(service.asked).toEqual([]);
});

test('the signal reaches every call, and a receptive field that cannot be had is what the call fails with', async () => {
  const { signal } = new AbortController();
  const service = fakeService();
  const describe = vi.spyOn(service, 'describe');
  const receptiveField = vi.spyOn(service, 'receptiveField');
  await locateCells(service, source, {}, { signal });
  expect(describe.mock.calls).toEqual([[source, { signal }]]);
  expect(receptiveField.mock.calls.map(([, call]) => call)).toEqual(new Array(4).fill({ signal }));
  const aborted = { signal: AbortSignal.abort() };
  await expect(locateCells(fakeService(), source, {}, aborted)).rejects.toMatchObject({
    kind: 'cancelled',
  });
  const failing = {
    ...fakeService(),
    receptiveField: async () => Promise.reject(new Error('Cell 2 has no spikes.')),
  };
  await expect(locateCells(failing, source)).rejects.toThrow('no spikes');
});
