import fc from 'fast-check';
import { expect, test } from 'vitest';
import { softwareVersion } from '../version.js';
import { experimentTable, tableCsv } from './table.js';
import type { Experiment, ExperimentRow, ExperimentRun, ExperimentSetting } from './types.js';

const keys = ['c', 'a', 'b'];

const experiment: Experiment = {
  id: 'test',
  title: 'Title',
  paper: 'Paper.',
  differs: 'Differs.',
  recordable: true,
  runs: () => keys.map((key, i) => ({ key, factors: { index: i } }) as unknown as ExperimentRun),
  claims: (rows) => [
    { says: 'order', found: rows.map(({ key }) => key).join(), holds: true, required: true },
  ],
  panels: (rows, { size }) => [
    {
      kind: 'maps',
      title: size,
      unit: '',
      noun: '',
      maps: rows.flatMap(({ drawn }) => drawn.filters ?? []),
    },
  ],
};

const rows: readonly ExperimentRow[] = keys.map((key, i) => ({
  key,
  factors: { index: i },
  seed: i + 1,
  measures: { cc: i / 10 },
  drawn: { filters: [{ height: 1, width: 1, values: [i] }] },
}));

const setting: ExperimentSetting = { size: 'quick' };

/** Fields of a CSV text (RFC 4180), one character at a time. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let [line, field, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') field += text[i++];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') [line, field] = [[...line, field], ''];
    else if (!quoted && c === '\n') {
      lines.push([...line, field]);
      [line, field] = [[], ''];
    } else field += c;
  }
  expect([line, field, quoted]).toEqual([[], '', false]);
  return lines;
}

test('a table has its rows in the order of the runs, whatever order they were found in, and no pictures in them', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...rows]), (found) => {
      const table = experimentTable(experiment, setting, found);
      const wanted = rows.filter((row) => found.includes(row));
      expect(table.rows).toEqual(wanted.map(({ drawn: _, ...row }) => row));
      expect(table.claims[0].found).toBe(wanted.map(({ key }) => key).join());
      const [panel] = table.panels;
      if (panel.kind !== 'maps') return expect.fail('maps');
      expect(panel.maps.map(({ values }) => values[0])).toEqual(wanted.map(({ seed }) => seed - 1));
    }),
  );
});

test('a table says what it is of; rows of other runs are left out', () => {
  const stranger = { ...rows[0], key: 'z' };
  const table = experimentTable(experiment, setting, [stranger, ...rows]);
  expect(table).toMatchObject({
    format: 'retinoscope-experiment',
    formatVersion: 1,
    experiment: 'test',
    title: 'Title',
    paper: 'Paper.',
    differs: 'Differs.',
    size: 'quick',
    cells: 'simulated cells',
    softwareVersion,
    runs: experiment.runs(setting),
  });
  expect(table.rows.map(({ key }) => key)).toEqual(keys);
  const recorded = { name: 'five cells' } as ExperimentSetting['recorded'];
  expect(experimentTable(experiment, { ...setting, recorded }, rows).cells).toBe('five cells');
});

test('the CSV has one line a run, all factors and measures that any has, and an empty field where one is missing', () => {
  const some: Omit<ExperimentRow, 'drawn'>[] = [
    { key: 'a', factors: { filters: 1 }, seed: 3, measures: { cc: 0.5, loss: null } },
    { key: 'b', factors: { filters: 2, kind: 'share' }, seed: 4, measures: { spikes: 1e21 } },
  ];
  expect(tableCsv({ rows: some })).toBe(
    'run,filters,kind,seed,cc,loss,spikes\na,1,,3,0.5,,\nb,2,share,4,,,1e+21\n',
  );
  expect(tableCsv({ rows: [] })).toBe('run,seed\n');
});

test('any text and any number comes back from the CSV', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-c,"\n\r ]{0,8}$/),
    fc.constantFrom('a,b', 'say "so"', 'two\nlines', '"', ','),
  );
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(fc.record({ key: text, kind: text, cc: fc.option(value, { nil: null }) }), {
        minLength: 1,
      }),
      (of) => {
        const given = of.map(({ key, kind, cc }, seed) => ({
          key,
          factors: { kind },
          seed,
          measures: { cc, 'a, "b"': seed },
        }));
        const [header, ...lines] = parseCsv(tableCsv({ rows: given }));
        expect(header).toEqual(['run', 'kind', 'seed', 'cc', 'a, "b"']);
        expect(lines).toHaveLength(of.length);
        for (const [i, [key, kind, seed, cc, other]] of lines.entries()) {
          expect([key, kind, seed, other]).toEqual([of[i].key, of[i].kind, `${i}`, `${i}`]);
          if (of[i].cc === null) expect(cc).toBe('');
          // A CSV has no −0.
          else expect(Number(cc) + 0).toBe(Number(of[i].cc) + 0);
        }
      },
    ),
  );
});
