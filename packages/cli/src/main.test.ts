/** Refusals of the command: a code that is not 0, one sentence on stderr, nothing on stdout. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, retinoscope } from './testing/retinoscope.fixture.mjs';

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await retinoscope(...args);
  expect(code).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  return stderr;
}

test.each([
  ['an unknown preset', ['fit', '--preset', 'cat'], 'paper, code'],
  ['a range that ends before it starts', ['fit', '--trials', '5:2'], 'first ≤ last'],
  ['a range that is no range', ['sta', '--trials', 'a:b'], 'first:last'],
  ['a negative seed', ['simulate', '--seed', '-1'], 'from 0'],
  ['frames that are not whole', ['simulate', '--frames', '10.5'], 'whole number'],
  ['no frames', ['simulate', '--frames', '0'], 'from 1'],
  ['a learning rate of 0', ['fit', '--learning-rate', '0'], 'above 0'],
  ['an unknown version of the network', ['fit', '--version', '3'], '1, 2'],
  ['four layers', ['fit', '--layers', '4'], 'from 1 to 3'],
  ['a preset and a recording', ['sta', '--preset', 'paper', '--recording', 'x'], 'cannot be used'],
  ['an unknown option', ['fit', '--colour', 'red'], 'unknown option'],
  ['an unknown command', ['train'], 'unknown command'],
  ['a missing argument', ['inspect'], 'missing required argument'],
  ['a file that is not there', ['inspect', 'none.mat'], 'no file none.mat'],
  ['a folder for a file', ['inspect', '.'], 'no file'],
  ['a figure that there is not', ['reproduce', 'fig1'], 'fig2, fig3'],
  ['a cell twice', ['reproduce', 'fig5', '--recording', 'x', '--cells', '1,1'], 'each once'],
  ['cells that are no numbers', ['reproduce', 'fig5', '--cells', '1,b'], 'such as 0,3,5'],
  ['two sizes at once', ['reproduce', 'fig2', '--quick', '--glance'], 'cannot be used'],
  [
    'a manifest for reproduce that is not there',
    ['reproduce', 'fig5', '--recording', 'none.json'],
    'no file none.json',
  ],
  ['a model that is not there', ['predict', 'none.onnx', 'none.npy'], 'no file none.onnx'],
  ['a manifest that is not there', ['fit', '--recording', 'none.json'], 'no file none.json'],
])('%s is refused', async (_, args, said) => {
  expect(await refusal(...args)).toContain(said);
});

test('a manifest that is not JSON, names a file elsewhere, or one that is missing, is refused', () =>
  inFolder(async (folder) => {
    const manifest = join(folder, 'manifest.json');
    const said = async (text: string) => {
      await writeFile(manifest, text);
      return refusal('sta', '--recording', manifest);
    };
    expect(await said('{')).toContain('not JSON');
    const naming = (file: string) => JSON.stringify({ training: { stimulus: { file } } });
    expect(await said(naming('../secret.npy'))).toContain('without a folder');
    expect(await said(naming('stimulus.npy'))).toContain('no file');
  }));

test.each([
  ['--cell', '0'],
  ['--cells', '0,1'],
  ['--trials', '0:3'],
])('reproduce %s %s is refused without a recording', async (...option) => {
  const { code, stdout, stderr } = await retinoscope('reproduce', 'fig5', ...option);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: .*--recording.*\n$/);
});

test('a figure of simulated cells alone is refused for a recording, with those that are accepted', async () => {
  for (const figure of ['fig2', 'fig3', 'fig10']) {
    const said = await refusal('reproduce', figure, '--recording', 'x');
    expect(said).toContain(`${figure} is of simulated cells alone`);
    expect(said).toContain('fig4, fig5, fig6, fig7, fig8, fig9 or all are accepted');
  }
});

test('an output folder that cannot be made is refused before any work', () =>
  inFolder(async (folder) => {
    const taken = join(folder, 'taken');
    await writeFile(taken, '');
    expect(await refusal('simulate', '--out', taken)).toContain('output folder');
  }));

test('a file of no known format is refused by inspect and leaves nothing behind', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'noise.bin');
    await writeFile(
      path,
      Uint8Array.from({ length: 64 }, (_, i) => (i * 37) % 251),
    );
    expect(await refusal('inspect', path, '--json')).toContain('noise.bin');
    expect(await readdir(folder)).toEqual(['noise.bin']);
  }));

test('help and version are given on stdout', async () => {
  const help = await retinoscope('fit', '--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const option of ['--preset', '--recording', '--filters', '--restarts', '--out', '--json']) {
    expect(help.stdout).toContain(option);
  }
  const version = await retinoscope('--version');
  expect(version).toMatchObject({ code: 0, stderr: '' });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('inspect gives one JSON object, or lines', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'sub'));
    const path = join(folder, 'sub', 'manifest.json');
    await writeFile(path, '{"format": "retinoscope-recording"}');
    const { code, stdout, stderr } = await retinoscope('inspect', path, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'manifest.json', format: 'json', bytes: 35 });
    expect((await retinoscope('inspect', path)).stdout).toMatch(/^file {4}manifest\.json\nformat/);
  }));
