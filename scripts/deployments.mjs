/**
 * `npm run deployments`: tests of the built site behind nginx, on two origins, in Chromium, Firefox and WebKit, every
 * form in every situation in each; `npm test` does fewer of them. Installs what it needs where it can; what is missing is
 * skipped by name. Further arguments go to Playwright.
 */
import './lib/require-node.mjs';
import { join } from 'node:path';
import { browserVariable, provideBrowser, provideEngines } from './lib/browser.mjs';
import { fail, install, root, run, turbo } from './lib/workspace.mjs';

await install();
const browser = await provideBrowser().catch((error) => fail(error.message));
await provideEngines();
if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
const config = 'e2e/deployments/playwright.config.ts';
process.exitCode = await run(
  process.execPath,
  [playwright, 'test', '--config', config, ...process.argv.slice(2)],
  { [browserVariable]: browser, RETINOSCOPE_EVERY_CELL: '1' },
);
