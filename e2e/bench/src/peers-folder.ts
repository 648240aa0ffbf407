/** The folder of the other libraries: installed on demand, apart from the project's own dependencies. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const peersFolder = fileURLToPath(new URL('../peers', import.meta.url));

/** Where TensorFlow.js keeps its WebAssembly; ends in a slash. */
export const tensorflowFolder = join(
  peersFolder,
  ...['node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist', '/'],
);

/** Installs what package-lock.json pins, unless it is there. Throws where npm does not end well. */
export function installPeers(onProgress: (message: string) => void): void {
  const lock = join(peersFolder, 'package-lock.json');
  const installed = join(peersFolder, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  onProgress('installing the libraries to compare with');
  const args = ['ci', '--prefix', peersFolder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error(
      `The libraries to compare with could not be installed (${stderr.trim().split('\n').at(-1)}); --no-peers leaves them out.`,
    );
  }
}

/** Versions by package name. */
export function peerVersions(): Record<string, string> {
  const manifest = readFileSync(join(peersFolder, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { dependencies: Record<string, string> }).dependencies;
}
