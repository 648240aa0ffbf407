/**
 * Programs that a test starts, and free ports for them.
 * Promises that a program and all that it started end by `stop`, or at the latest with this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Program {
  /** What it wrote to standard output and standard error until now. */
  output(): string;
  /** Waits until `ready` gives a value. Rejects, with what the program wrote, if it ends before or after 20 s. */
  until<T>(ready: () => Promise<T | undefined> | T | undefined): Promise<T>;
  /** Ends the program and what it started; a second call does nothing. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signal(child, 'SIGKILL');
});

export function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  // A group of its own: one signal then reaches the programs that it starts as well.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  let failure: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      failure ??= reason;
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, by) => end(`it ended with ${by ?? `exit code ${code}`}`));
  });
  return {
    output: () => text,
    async until(ready) {
      for (const limit = Date.now() + 20_000; Date.now() < limit; await delay(50)) {
        const value = await ready();
        if (value !== undefined) return value;
        if (failure !== undefined) break;
      }
      const reason = failure ?? 'it was not ready after 20 s';
      throw new Error(`${command} could not be used: ${reason}.\n${text}`);
    },
    async stop() {
      if (!running.has(child)) return;
      signal(child, 'SIGTERM');
      await Promise.race([ended, delay(3_000, undefined, { ref: false })]);
      // What outlived its parent is in the same group.
      signal(child, 'SIGKILL');
      await ended;
      running.delete(child);
    },
  };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The whole group has ended.
  }
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
