/**
 * The repository as the scripts see it: where it is, how to run a command in it, install it, and call turbo.
 * Uses Node alone, so that it works before anything is installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const host = '127.0.0.1';

/** Runs a command in the repository and gives its exit code; its output goes to ours. */
export function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(signal === null ? code : 1));
  });
}

/** Ends the process with one line. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Installs the dependencies when there are none, or when the lock file is newer than they are. */
export async function install() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing the dependencies.');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund']);
  if (code !== 0) fail('The dependencies could not be installed: see the message of npm above.');
}

/** Runs turbo without telemetry, update checks or a remote cache. */
export function turbo(args, env = {}) {
  return run(process.execPath, [join(root, 'node_modules', 'turbo', 'bin', 'turbo'), ...args], {
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    ...env,
  });
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** The first free port from `first` on, one of the next hundred. */
export async function freePort(first) {
  for (let port = first; port < Math.min(first + 100, 65_536); port += 1) {
    if (await isFree(port)) return port;
  }
  return fail(`Ports ${first} to ${first + 99} are all in use: name another with --port.`);
}
