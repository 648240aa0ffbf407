/** Whole commands on the built-in cell, small, and on files beside the project. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArray } from '@retinoscope/models';
import { expect, test, vi } from 'vitest';
import { inFolder, mainPath, retinoscope } from './testing/retinoscope.fixture.mjs';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const small = ['--frames', '60000', '--test-frames', '3000'];

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const ran = await retinoscope(...args, '--json');
  expect(ran.stderr).toBe('');
  return parsed(ran);
}

/** The one JSON object on stdout. */
function parsed({ code, stdout }: { code: number; stdout: string }): Record<string, unknown> {
  expect(code).toBe(0);
  expect(stdout.split('\n')).toHaveLength(2);
  return JSON.parse(stdout);
}

test(
  'simulate writes one npz, and the same one for the same seed',
  () =>
    inFolder(async (folder) => {
      const args = (seed: string, out: string) => [
        ...['simulate', '--preset', 'paper', '--frames', '20000'],
        ...['--seed', seed, '--out', join(folder, out)],
      ];
      const first = await json(...args('7', 'a'));
      const again = await json(...args('7', 'b'));
      const other = await json(...args('8', 'c'));
      expect(first).toMatchObject({ frames: 20000, seed: 7, preset: 'paper' });
      expect(first.spikes).toEqual(again.spikes);
      expect(first.spikes).not.toEqual(other.spikes);
      const rate = (first.spikes as number[])[0] / 20000;
      expect(Math.abs(rate - 0.052)).toBeLessThan(0.006);
      expect(await readdir(join(folder, 'a'))).toEqual(['simulation.npz']);
    }),
  20_000,
);

test(
  'sta finds the OFF cell in the middle of the stimulus',
  () =>
    inFolder(async (folder) => {
      const found = await json('sta', '--preset', 'paper', ...small, '--out', folder);
      expect(found).toMatchObject({ polarity: 'OFF', significant: true, lags: 20 });
      const { x, y } = found.peak as { x: number; y: number };
      expect([x, y].every((at) => at >= 2 && at <= 5)).toBe(true);
      const sta = await readArray({ name: 'sta.npz', path: join(folder, 'sta.npz') }, 'sta');
      expect(sta.shape).toEqual([20, 8, 8]);
    }),
  20_000,
);

test(
  'fit reports every number and writes a model that predict runs',
  () =>
    inFolder(async (folder) => {
      const report = await json(
        ...[
          'fit',
          '--preset',
          'paper',
          ...small,
          '--version',
          '1',
          '--filters',
          '4',
          '--layers',
          '1',
        ],
        ...['--seed', '3', '--steps', '200', '--restarts', '1', '--out', folder],
      );
      expect(report).toMatchObject({ steps: 200, version: 1, seed: 3, psthCC: expect.any(Number) });
      expect(report.rateCC).toBeGreaterThan(0.7);
      expect(report.matchedCosines).toHaveLength(4);
      expect(report.settings).toMatchObject({ steps: 200, restarts: 1 });
      for (const key of ['lnCC', 'spikes', 'samplesPerSecond', 'seconds', 'validationLoss']) {
        expect(report[key]).toEqual(expect.any(Number));
      }
      expect(await readdir(folder)).toEqual(['filters.npz', 'model.onnx', 'report.json']);
      const saved = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
      expect(saved).toMatchObject({ rateCC: report.rateCC, model: 'model.onnx' });

      const simulation = join(folder, 'simulation');
      await json('simulate', '--frames', '50', '--out', simulation);
      const predicted = await json(
        ...['predict', report.model as string, join(simulation, 'simulation.npz')],
        ...['--out', simulation],
      );
      expect(predicted.output).toMatchObject({ name: 'rate', shape: [31, 1] });
    }),
  40_000,
);

test('fit --restarts keeps the seed of the smallest validation loss', async () => {
  const fit = (...args: string[]) =>
    json('fit', ...small, '--filters', '2', '--steps', '60', '--restarts', '1', ...args);
  const [one, two, both] = [
    await fit('--seed', '1'),
    await fit('--seed', '2'),
    await fit('--restarts', '2', '--seed', '1'),
  ];
  const best = Number(one.validationLoss) <= Number(two.validationLoss) ? one : two;
  expect(both.seed).toBe(best.seed);
  expect(both.validationLoss).toBeCloseTo(Number(best.validationLoss), 6);
  expect(both.model).toBeNull();
}, 60_000);

test.each([
  ['a crop larger than the stimulus', ['fit', '--crop', '9'], '1 to 8'],
  ['filters larger than the stimulus', ['fit', '--filter-size', '9'], '1 to 8'],
  ['a cell that is not there', ['sta', '--cell', '3'], 'no cell 3'],
  ['a trial that is not there', ['sta', '--trials', '0:900000000'], 'no trial 900000000'],
])('%s is refused with one sentence', async (_, args, said) => {
  const { code, stdout, stderr } = await retinoscope(...args, '--frames', '2000', '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(said);
});

test(
  'an interrupt cancels, with code 130 and nothing written',
  () =>
    inFolder(async (folder) => {
      const out = join(folder, 'out');
      const args = [mainPath, 'fit', ...small, '--steps', '1000000', '--out', out];
      const child = execFile(process.execPath, args);
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await vi.waitFor(() => expect(existsSync(out)).toBe(true), 10_000);
      setTimeout(() => child.kill('SIGINT'), 500);
      expect(await ended).toBe(130);
      expect(await readdir(out)).toEqual([]);
    }),
  20_000,
);

test.skipIf(!existsSync(data))(
  'predict agrees to 1e-4 with the output beside the input',
  async () => {
    for (const name of ['two_layer_30x30_dynamic_batch', 'bn_cnn_40x50x50']) {
      const path = join(data, 'onnx', name);
      const { largestDifference } = await json('predict', `${path}.onnx`, `${path}.io.npz`);
      expect(largestDifference).toBeLessThan(1e-4);
    }
  },
  40_000,
);

test.skipIf(!existsSync(data))(
  'predict refuses a stimulus of another shape',
  async () => {
    const model = join(data, 'onnx', 'two_layer_30x30_dynamic_batch.onnx');
    const io = join(data, 'onnx', 'bn_cnn_40x50x50.io.npz');
    const { code, stdout, stderr } = await retinoscope('predict', model, io);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  },
  20_000,
);

test.skipIf(!existsSync(data))(
  'inspect lists the variables of a recording',
  async () => {
    const { format, variables } = await json('inspect', join(data, 'salamander', 'cells.mat'));
    expect(format).toBe('mat5');
    expect(variables).toContainEqual({ name: 'spk1', shape: [10, 1500, 219], type: 'uint8' });
  },
  20_000,
);

/** Eleven trials of the salamander recording, as the manifest beside its files says it. */
function salamanderManifest(): object {
  return {
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: 'salamander',
    frameRate: 30,
    squareSize: 30,
    skipFrames: 20,
    training: {
      stimulus: {
        kind: 'file',
        file: 'running_region40.npz',
        variable: 'bits',
        axes: ['block', 'time', 'x', 'y'],
        packed: { axes: ['x', 'y'], sizes: [40, 40], bitOrder: 'big' },
      },
      responses: {
        file: 'cells.mat',
        variable: 'spk1',
        axes: ['cell', 'time', 'block'],
        blocks: { first: 1, last: 12 },
      },
    },
  };
}

test.skipIf(!existsSync(data))(
  'sta of a recording finds two OFF cells to 2 squares',
  () =>
    inFolder(async (folder) => {
      for (const name of ['running_region40.npz', 'cells.mat']) {
        await writeFile(join(folder, name), await readFile(join(data, 'salamander', name)));
      }
      const manifest = join(folder, 'manifest.json');
      await writeFile(manifest, JSON.stringify(salamanderManifest()));
      const sta = async (cell: string, ...args: string[]) =>
        parsed(
          await retinoscope('sta', '--recording', manifest, '--cell', cell, ...args, '--json'),
        );
      const near = (found: unknown, x: number, y: number) => {
        const peak = found as { x: number; y: number };
        expect(Math.hypot(peak.x - x, peak.y - y)).toBeLessThanOrEqual(2);
      };
      const third = await sta('3');
      expect(third.polarity).toBe('OFF');
      near(third.peak, 111 - 78, 74 - 43);
      const first = await sta('0', '--trials', '0:8', '--crop', '16');
      expect(first).toMatchObject({ polarity: 'OFF', crop: { width: 16, height: 16 } });
      near(first.peak, 90 - 78, 58 - 43);
    }),
  40_000,
);

test(
  'reproduce fig2: every claim of the paper holds, and a second call repeats no run',
  () =>
    inFolder(async (folder) => {
      const args = ['reproduce', 'fig2', '--quick', '--out', folder];
      const reproduction = await json(...args);
      expect(reproduction).toMatchObject({ size: 'quick', cells: 'simulated cells' });
      const [figure] = reproduction.figures as Record<string, unknown>[];
      const claims = figure.claims as { holds: boolean; required: boolean }[];
      expect(claims.length).toBeGreaterThanOrEqual(7);
      expect(claims.filter(({ holds }) => !holds)).toEqual([]);
      expect(claims.every(({ required }) => required)).toBe(true);

      expect((await readdir(folder)).sort()).toEqual([
        'fig2.csv',
        'fig2.json',
        'reproduction.json',
        'runs',
      ]);
      const read = async (name: string) => readFile(join(folder, name), 'utf8');
      const saved = JSON.parse(await read('reproduction.json'));
      expect(saved).toEqual(reproduction);
      const { runs: planned, panels, ...table } = JSON.parse(await read('fig2.json'));
      expect(table).toEqual(figure);
      expect(panels.length).toBeGreaterThan(3);
      const lines = (await read('fig2.csv')).trimEnd().split('\n');
      expect(lines[0]).toMatch(/^run,filters,seed,cc,/);
      expect(lines).toHaveLength(1 + planned.length);

      const runs = join(folder, 'runs', 'quick');
      const files = planned.map(({ key }: { key: string }) => `${key}.json`).sort();
      expect((await readdir(runs)).sort()).toEqual(files);
      const times = async () =>
        Promise.all(files.map(async (name: string) => (await stat(join(runs, name))).mtimeMs));
      const before = await times();
      expect(before).toHaveLength(15);
      const again = await json(...args);
      expect(again.figures).toEqual(reproduction.figures);
      expect(await times()).toEqual(before);
    }),
  180_000,
);

test(
  'reproduce without an output folder writes none, and says of every claim whether it holds',
  () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await retinoscope('reproduce', 'fig2', '--glance');
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(7);
      for (const line of lines) expect(line).toMatch(/^fig2 (holds|DOES NOT HOLD) +.+ \(.+\)$/);
      const failed = lines.filter((line) => line.startsWith('fig2 DOES NOT HOLD')).length;
      expect(code).toBe(failed > 0 ? 1 : 0);
      expect(stderr).toBe(
        failed > 0 ? `${failed} of ${lines.length} claims that must hold do not.\n` : '',
      );
      expect(await readdir(folder)).toEqual([]);
    }),
  60_000,
);
