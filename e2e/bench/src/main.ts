/** `npm run bench`: the command. Prints tables, writes JSON. Numbers only: no rate fails a run. */
import { writeFileSync } from 'node:fs';
import { runInChromium } from './chromium.js';
import { firstLine } from './first-line.js';
import { type RunOptions, runInNode } from './node.js';
import { type BenchOptions, parseOptions } from './options.js';
import { installPeers, peerVersions } from './peers-folder.js';
import { clearProgress, showProgress } from './progress.js';
import { jsonReport, sayHeader, thisRun } from './report.js';
import type { TimedPlace } from './rows.js';
import { timeToSubunits } from './subunits.js';
import { legend, placeTable } from './table.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Does `work`, or says in one line what went wrong. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    clearProgress();
    process.stderr.write(`error: ${firstLine(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

async function bench(options: BenchOptions): Promise<void> {
  const { only, json } = options;
  if (options.peers) installPeers(showProgress);
  const peers = options.peers ? peerVersions() : {};
  const header = thisRun(options, peers);
  say(`${sayHeader(header)}\n`);
  const timed: TimedPlace[] = [];
  for (const [name, run] of [
    ['node', runInNode],
    ['chromium', runInChromium],
  ] as const) {
    if (!options[name]) continue;
    const onProgress = (message: string) => showProgress(`${name}: ${message}`);
    const place = await attempt(() => run({ ...options, onProgress } satisfies RunOptions));
    clearProgress();
    if (!place) continue;
    timed.push(place);
    say(placeTable(place));
  }
  say(legend);
  if (json !== undefined) writeFileSync(json, jsonReport(header, timed));
  if (timed.some(({ rows }) => rows.length > 0) || process.exitCode) return;
  throw new Error(`No row's name holds ${only.map((name) => `"${name}"`).join(' or ')}.`);
}

const options = parseOptions(process.argv.slice(2));
await attempt(() => (options.subunits ? timeToSubunits(options) : bench(options)));
// Libraries may keep timers and threads.
process.exit();
