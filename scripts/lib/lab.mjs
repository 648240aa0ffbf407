/** The built lab, served and open in a browser, for scripts that make pictures of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { provideBrowser } from './browser.mjs';
import { fail, install, root, turbo } from './workspace.mjs';

/** Starts the server and gives it with its address. */
async function serve() {
  const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--no-build'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('http://')) return { server, address: line };
  }
  return fail('The lab could not be served.');
}

/** Builds and serves the lab, and calls `work(browser, address)`; ends both whatever happens. */
export async function withLab(work) {
  await install();
  if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
  const { chromium } = createRequire(join(root, 'e2e', 'package.json'))('@playwright/test');
  const executablePath = await provideBrowser().catch((error) => fail(error.message));
  const { server, address } = await serve();
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    await work(browser, address);
  } finally {
    await browser.close();
    server.kill();
    await once(server, 'exit');
  }
}
