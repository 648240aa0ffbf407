/**
 * A Chromium for the browser tests: one that is here, else one that can be had.
 * Promises an executable that starts; throws an error of one sentence when there is none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { root, run } from './workspace.mjs';

/** The environment variable that names the browser to every script and to Playwright. */
export const browserVariable = 'RETINOSCOPE_CHROMIUM';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function starts(path) {
  return (
    spawnSync(path, ['--headless', '--no-sandbox', '--version'], { timeout: 60_000 }).status === 0
  );
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function ofPlaywright() {
  const { chromium } = createRequire(join(root, 'e2e', 'package.json'))('@playwright/test');
  return chromium.executablePath();
}

function present() {
  const candidates = [process.env.CHROME_PATH, ...onPath(), ofPlaywright()];
  return candidates.find((path) => path && existsSync(path) && starts(path));
}

async function installWithPlaywright() {
  console.log('No browser was found; Playwright will try to install Chromium.');
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  await run(process.execPath, [playwright, 'install', 'chromium']);
}

async function installWithApt() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log('Still no browser; apt-get will try to install Chromium.');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run('apt-get', ['update'], env)) !== 0) return;
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], env);
}

/** The path of a Chromium that starts, installed if need be. */
export async function provideBrowser() {
  const chosen = process.env[browserVariable];
  if (chosen) {
    if (starts(chosen)) return chosen;
    throw new Error(
      `${browserVariable} names ${chosen}, which does not start: name a Chromium or Chrome that does.`,
    );
  }
  for (const install of [async () => {}, installWithPlaywright, installWithApt]) {
    await install();
    const path = present();
    if (path) return path;
  }
  throw new Error(
    `No Chromium or Chrome was found and none could be installed: install one, or name it in ${browserVariable}.`,
  );
}
