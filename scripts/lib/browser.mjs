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

/** The first is Chromium without what only a window needs, which tests pay for in time. */
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

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

/** Debian's packages, where they can be had; without an error where they cannot. */
async function aptInstall(packages, why) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log(`${why}; apt-get will try to install ${packages.join(', ')}.`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run('apt-get', ['update'], env)) !== 0) return;
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], env);
}

const installWithApt = (name) => () => aptInstall([name], 'Still no browser');

/** What the tests of deployments need beside Chromium: by Debian's package, a file that it brings. */
const engineFiles = {
  'nginx-light': ['/usr/sbin/nginx'],
  'firefox-esr': ['/usr/bin/firefox-esr'],
  'webkit2gtk-driver': ['/usr/bin/WebKitWebDriver'],
  xvfb: ['/usr/bin/Xvfb'],
};

/** Installs nginx and the other engines where that can be done; tests of what is missing are skipped by name. */
export async function provideEngines() {
  const missing = Object.entries(engineFiles)
    .filter(([, files]) => !files.every((file) => existsSync(file)))
    .map(([name]) => name);
  if (missing.length > 0) await aptInstall(missing, 'Tests of deployments need more');
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
  const installs = [
    async () => {},
    installWithPlaywright,
    installWithApt('chromium-headless-shell'),
    installWithApt('chromium'),
  ];
  for (const install of installs) {
    await install();
    const path = present();
    if (path) return path;
  }
  throw new Error(
    `No Chromium or Chrome was found and none could be installed: install one, or name it in ${browserVariable}.`,
  );
}
