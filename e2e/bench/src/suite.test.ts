import { bestBuild } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import { rowName } from './rows.js';
import { isAskedFor, suiteRows } from './suite.js';
import { aims } from './targets.js';

const rows = suiteRows({ builds: ['simd', 'relaxed'] }, { peers: [], tensorflow: '' });

test('names are unique, and rows of one workload stand together', () => {
  const names = rows.map(rowName);
  expect(new Set(names).size).toBe(names.length);
  const changes = rows.filter(({ workload }, i) => workload !== rows[i - 1]?.workload);
  expect(changes).toHaveLength(new Set(rows.map(({ workload }) => workload)).size);
});

test('every target is that of a row, and what it is measured by is one too', () => {
  const names = rows.map(rowName);
  const others = bestBuild() === 'simd' ? 'relaxed' : 'simd';
  for (const [name, aim] of Object.entries(aims)) {
    // Workers run one build alone: the fastest that there is.
    if (name.endsWith(`workers ${others}`)) continue;
    expect(names).toContain(name);
    if ('of' in aim) expect(rows.map(({ workload }) => workload)).toContain(aim.of);
  }
});

test('rows are asked for by parts of their names, in any case', () => {
  expect(isAskedFor('W1 b256 simd', [])).toBe(true);
  expect(isAskedFor('W1 b256 simd', ['sta', 'w1 B256'])).toBe(true);
  expect(isAskedFor('W1 b256 simd', ['W2'])).toBe(false);
});
