/**
 * `npm run bench`: installs and builds what is missing, finds a browser where one is asked for, and times the built
 * packages. The options are those of e2e/bench; `--help` lists them.
 */
import './lib/require-node.mjs';
import { join } from 'node:path';
import { browserVariable, provideBrowser } from './lib/browser.mjs';
import { fail, install, root, run, turbo } from './lib/workspace.mjs';

const options = process.argv.slice(2);
/** With these no browser is started. */
const withoutBrowser = ['--node', '--subunits', '--help', '-h'];

async function browser() {
  const chromium = options.includes('--chromium');
  if (!chromium && options.some((option) => withoutBrowser.includes(option))) return {};
  const path = await provideBrowser().catch((error) => fail(error.message));
  return { [browserVariable]: path };
}

await install();
if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
if ((await run(process.execPath, [tsc, '-b', 'e2e/bench'])) !== 0) fail('The build failed.');
const main = join(root, 'e2e', 'bench', 'dist', 'main.js');
process.exitCode = await run(process.execPath, [main, ...options], await browser());
