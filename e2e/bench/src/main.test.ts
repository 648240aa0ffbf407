/** The command itself, from its compiled form, on one row. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('times one row in Node and writes what it found', () => {
  const file = join(folder, 'bench.json');
  const only = ['--only', 'w1 b256 simd', '--seconds', '0.2'];
  const { status, stdout, stderr } = run('--node', '--no-peers', ...only, '--json', file);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/W1 b256 +simd +[\d.]+ [kM]\/s/);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  expect(report).toMatchObject({ format: 'retinoscope-bench', options: { seconds: 0.2 } });
  const [{ place, peak, rows }] = report.places;
  expect(place).toBe('Node');
  expect(peak.simd.median).toBeGreaterThan(0);
  expect(rows).toHaveLength(1);
  const [row] = rows;
  expect(row).toMatchObject({ workload: 'W1 b256', by: 'simd', unit: 'samples' });
  expect(row.rounds.length).toBeGreaterThanOrEqual(3);
  for (const { rate, probe, calls, seconds } of row.rounds) {
    expect(probe).toBeGreaterThan(0);
    expect(rate).toBeCloseTo((calls * 256) / seconds, -1);
  }
  expect(row.share.median).toBeCloseTo(
    (row.operations / 1e9) * middle(row.rounds.map((round: Ratio) => round.rate / round.probe)),
  );
});

interface Ratio {
  readonly rate: number;
  readonly probe: number;
}

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

test('says when no row has such a name', () => {
  const { status, stderr } = run('--node', '--no-peers', '--only', 'nothing of this name');
  expect(status).toBe(1);
  expect(stderr).toBe('error: No row\'s name holds "nothing of this name".\n');
});
