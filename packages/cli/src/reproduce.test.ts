/** Every figure at the quick size, on the simulated cells: what the paper claims, with its bounds. */
import { expect, test } from 'vitest';
import { retinoscope } from './testing/retinoscope.fixture.mjs';

interface Figure {
  readonly experiment: string;
  readonly claims: readonly {
    readonly says: string;
    readonly found: string;
    readonly holds: boolean;
    readonly required: boolean;
    readonly because?: string;
  }[];
}

test(
  'reproduce all --quick: every claim that must hold does; one that does not hold here has a reason',
  async () => {
    const { code, stdout } = await retinoscope('reproduce', 'all', '--quick', '--json');
    const { figures } = JSON.parse(stdout) as { figures: readonly Figure[] };
    expect(figures.map(({ experiment }) => experiment)).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `fig${number}`),
    );
    const claims = figures.flatMap((figure) => figure.claims);
    expect(claims.filter(({ required, holds }) => required && !holds)).toEqual([]);
    expect(claims.filter(({ required }) => required).length).toBeGreaterThanOrEqual(25);
    for (const { holds, because } of claims) expect(holds || because).toBeTruthy();
    for (const { experiment, claims: own } of figures) {
      expect([experiment, own.some(({ required }) => required)]).toEqual([experiment, true]);
    }
    expect(code).toBe(0);
  },
  20 * 60_000,
);
