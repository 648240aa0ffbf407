/**
 * `npm test`: installs what is missing (dependencies, browsers, nginx), builds, runs the unit tests of every package and
 * then the browser tests on the built output: those of the pages, and those of the deployments. Ends with a line alone,
 * `N passed, N failed`, with `, N skipped` when any were; the exit code is 0 only when nothing failed.
 */
import './lib/require-node.mjs';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browserVariable, provideBrowser, provideEngines } from './lib/browser.mjs';
import { failure, readPlaywright, readVitest, sum } from './lib/reports.mjs';
import { freePort, install, root, run, turbo } from './lib/workspace.mjs';

/** Tests of real recordings run where this folder is; its presence is part of the cache key. */
const data = existsSync(join(root, '..', 'shared', 'data')) ? 'present' : 'absent';

/** The folders of the workspace that have unit tests: `packages/<name>`, `apps/<name>`, `e2e`. */
function foldersWithTests() {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  );
  return [...folders, 'e2e'].filter((folder) => {
    const manifest = join(root, folder, 'package.json');
    if (!existsSync(manifest)) return false;
    return 'test' in (JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {});
  });
}

async function unitTests() {
  const reports = foldersWithTests().map((name) => ({
    name,
    file: join(root, name, '.reports', 'vitest.json'),
  }));
  for (const { file } of reports) rmSync(file, { force: true });
  const code = await turbo(
    [
      'run',
      'test',
      '--continue=dependencies-successful',
      '--output-logs=new-only',
      '--concurrency=2',
    ],
    { RETINOSCOPE_DATA: data },
  );
  const total = sum(reports.map(({ name, file }) => readVitest(file, name)));
  return code !== 0 && total.failures.length === 0
    ? sum([total, failure('unit tests: turbo did not end well')])
    : total;
}

/** Playwright's tests of one configuration. */
async function browserTests(browser, { name, config, reportName }) {
  const report = join(root, 'e2e', '.reports', reportName);
  rmSync(report, { force: true });
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const port = await freePort(4319);
  const code = await run(process.execPath, [playwright, 'test', '--config', config], {
    [browserVariable]: browser,
    RETINOSCOPE_PORT: String(port),
  });
  const total = readPlaywright(report, name);
  return code !== 0 && total.failures.length === 0
    ? sum([total, failure(`${name}: Playwright did not end well`)])
    : total;
}

const pages = {
  name: 'pages',
  config: 'e2e/playwright.config.ts',
  reportName: 'playwright.json',
};
const deployments = {
  name: 'deployments',
  config: 'e2e/deployments/playwright.config.ts',
  reportName: 'deployments.json',
};

await install();
const browser = await provideBrowser().catch((error) => error);
console.log(browser instanceof Error ? browser.message : `Browser: ${browser}`);
await provideEngines();
const built = await turbo([
  'run',
  'build',
  '--continue=dependencies-successful',
  '--output-logs=errors-only',
]);
const results = [await unitTests()];
if (browser instanceof Error) results.push(failure(`e2e: ${browser.message}`));
else if (built !== 0) results.push(failure('e2e: the build failed'));
else {
  for (const suite of [pages, deployments]) results.push(await browserTests(browser, suite));
}

const { passed, skipped, failures } = sum(results);
if (failures.length > 0)
  console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
console.log(
  `\n${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
