/**
 * `npm start`: installs what is missing, builds the lab and serves it on this machine alone.
 * The last line printed is the address. `--port N` asks for a port (the next free one is taken);
 * `--no-build` serves what is built already.
 */
import './lib/require-node.mjs';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, freePort, host, install, root, turbo } from './lib/workspace.mjs';

const usage = 'Usage: npm start -- [--port N] [--no-build]';

async function options() {
  const { parseArgs } = await import('node:util');
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: '4173' }, 'no-build': { type: 'boolean' } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      return fail(`--port takes a whole number from 1 to 65535, not "${values.port}".`);
    }
    return { port, build: !values['no-build'] };
  } catch (error) {
    return fail(`${error.message.split('\n')[0]}\n${usage}`);
  }
}

async function serve(port) {
  const lab = join(root, 'apps', 'lab');
  if (!existsSync(join(lab, 'dist', 'index.html'))) {
    fail('The lab is not built: run `npm start` without --no-build, or `npm run build`.');
  }
  const vite = createRequire(join(lab, 'package.json')).resolve('vite');
  const { preview } = await import(pathToFileURL(vite).href);
  // `mpa`: a missing file is a 404, never the page in its place.
  await preview({
    root: lab,
    appType: 'mpa',
    logLevel: 'warn',
    preview: { host, port, strictPort: true },
  });
}

const { port: wanted, build } = await options();
if (build) {
  await install();
  const code = await turbo([
    'run',
    'build',
    '--filter=@retinoscope/lab',
    '--output-logs=errors-only',
  ]);
  if (code !== 0) fail('The build failed: see the messages above.');
}
const port = await freePort(wanted);
if (port !== wanted) console.log(`Port ${wanted} is in use; taking ${port}.`);
await serve(port).catch((error) => fail(`The lab could not be served: ${error.message}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
console.log(`http://${host}:${port}/`);
