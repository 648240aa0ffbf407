/**
 * The built site, and models for it: made by site.spec.ts once a run, before the tests that embed something.
 * `RETINOSCOPE_SITE` names a site that is built already (`npm run build:site`), which is then tested as it is.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  builtInCell,
  createService,
  type FitRequest,
  type FitResult,
  modelNotes,
  trainingPresets,
} from '@retinoscope/worker';

const cache = fileURLToPath(new URL('../../.cache/deployments', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/data/onnx', import.meta.url));

/** The folder of the site. */
export const siteFolder = join(cache, 'site');
/** The folder of the models. */
export const modelFolder = join(cache, 'models');
/** A small network of the built-in cell: Version I, of frames. */
export const ownModel = 'own.onnx';
/** The same network of frames that are filtered already, and Version II. */
export const otherOwnModels = ['own-filtered.onnx', 'own-version-2.onnx'] as const;
/** Networks that other tools exported, of the shared data. */
export const foreignModels = [
  'bn_cnn_40x50x50.onnx',
  'two_layer_30x30_dynamic_batch.onnx',
] as const;
/** Of the copy of the embed that stands in for an earlier version. */
export const olderVersion = '0.0.1';

/** What the site's `retinoscope.json` tells. */
export interface Release {
  readonly version: string;
  readonly script: string;
  readonly integrity: string;
}

export async function readRelease(): Promise<Release> {
  return JSON.parse(await readFile(join(siteFolder, 'retinoscope.json'), 'utf8')) as Release;
}

/** Why `model` of {@link foreignModels} cannot be shown; undefined when it can. */
export function foreignMissing(model: string): string | undefined {
  return existsSync(join(shared, model)) ? undefined : `The shared data has no ${model}`;
}

export async function makeSite(): Promise<void> {
  await rm(siteFolder, { recursive: true, force: true });
  const { RETINOSCOPE_SITE: built } = process.env;
  if (built) await cp(built, siteFolder, { recursive: true });
  else await buildSite(siteFolder);
  await addOlder(await readRelease());
}

/** `npm run build:site -- --out FOLDER`; rejects with what it says when it fails. */
export async function buildSite(folder: string, ...more: readonly string[]): Promise<void> {
  const script = fileURLToPath(new URL('../../../scripts/build-site.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script, '--out', folder, ...more]);
}

/** A copy of the embed that says to be of another version. */
async function addOlder({ version }: Release): Promise<void> {
  const folder = join(siteFolder, 'embed', olderVersion);
  await cp(join(siteFolder, 'embed', version), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.gz') && !path.endsWith('.html'),
  });
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const text = await readFile(join(folder, name), 'utf8');
    await writeFile(join(folder, name), text.replaceAll(version, olderVersion));
  }
}

/** The models: fitted and exported as `retinoscope fit` does it, and those of the shared data that are there. */
export async function makeModels(): Promise<void> {
  await rm(modelFolder, { recursive: true, force: true });
  await mkdir(modelFolder, { recursive: true });
  for (const name of foreignModels) {
    if (!foreignMissing(name)) await cp(join(shared, name), join(modelFolder, name));
  }
  const source = { ...builtInCell, frames: 20_000, testFrames: 500 };
  const request = (version: 1 | 2): FitRequest => ({
    source,
    cell: 0,
    version,
    layers: [{ filters: 2, height: 7, width: 7 }],
    head: 'parametric-softplus',
    settings: { ...trainingPresets.recovery, steps: 40, batch: 500, validationEvery: 20 },
  });
  const service = createService();
  try {
    const field = await service.receptiveField({ source, cell: 0 });
    const { height, width } = field;
    const write = async (
      name: string,
      { model, evaluation }: FitResult,
      variant: 'frames' | 'filtered',
    ) => {
      const notes = modelNotes(evaluation, { x: 0, y: 0, width, height }, field);
      const bytes = await service.exportOnnx(model, variant, { ...notes, licence: 'CC0-1.0' });
      await writeFile(join(modelFolder, name), bytes);
    };
    const [filtered, versionTwo] = otherOwnModels;
    const fit = await service.fit(request(1));
    await write(ownModel, fit, 'frames');
    await write(filtered, fit, 'filtered');
    await write(versionTwo, await service.fit(request(2)), 'frames');
  } finally {
    await service.terminate();
  }
}
