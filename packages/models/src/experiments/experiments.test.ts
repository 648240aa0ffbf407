/** Every experiment on made-up rows: runs and their keys, claims, panels, with all of the rows and with a part of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  Drawn,
  DrawnResponses,
  Experiment,
  ExperimentRow,
  ExperimentRun,
  ExperimentSetting,
  ExperimentSize,
  MapData,
  Measures,
  RecordedCells,
} from './index.js';
import { experiments, experimentTable } from './index.js';

const sizes: readonly ExperimentSize[] = ['glance', 'quick', 'full'];

/** Five cells of a wide stimulus, one of them at its edge. */
const recorded: RecordedCells = {
  name: 'five cells',
  source: {
    kind: 'recording',
    manifest: { format: 'retinoscope-recording', name: 'five cells' },
    files: [{ name: 'cells.npz', path: '/data/cells.npz' }],
  },
  blocks: { first: 2, last: 11 },
  frameRate: 30,
  squareSize: 30,
  cells: [0, 1, 3, 4, 7].map((cell) => ({
    cell,
    crop: { x: cell, y: 2 * cell, width: 30, height: cell === 4 ? 20 : 30 },
  })),
  single: { cell: 3, crop: { x: 3, y: 6, width: 30, height: 30 } },
};

const pictures = { count: 7, values: new Float32Array(7 * 24 * 60).fill(0.25) };

const simulated: readonly ExperimentSetting[] = sizes.map((size) => ({ size }));
const settings: readonly ExperimentSetting[] = [
  ...simulated,
  ...sizes.map((size) => ({ size, recorded })),
  { size: 'quick', pictures },
];

/** Those of the setting's cells. */
const possible = ({ recorded: cells }: ExperimentSetting) =>
  experiments.filter(({ recordable }) => recordable || !cells);

/** Every experiment with the settings that it can have. */
const each = experiments.map((experiment) => {
  const own = settings.filter((setting) => possible(setting).includes(experiment));
  return [experiment.id, experiment, own] as const;
});

const eachSimulated = experiments.map(
  (experiment) => [experiment.id, experiment, simulated] as const,
);

const over =
  (check: (experiment: Experiment, setting: ExperimentSetting) => void) =>
  (_: string, experiment: Experiment, own: readonly ExperimentSetting[]) => {
    for (const setting of own) check(experiment, setting);
  };

const byId = (id: string): Experiment => {
  const found = experiments.find((experiment) => experiment.id === id);
  if (!found) throw new Error(id);
  return found;
};

/** CC of a fit, as the paper would have it. */
function ccOf({ key, factors, request }: ExperimentRun): number {
  const { filters } = request.layers[0];
  const { kind, percent, version, layers } = factors;
  if (key.startsWith('fig2')) return filters < 4 ? 0.85 : 0.99;
  if (key.startsWith('fig3')) return layers !== 1 ? 0.98 : Math.min(0.985, 0.85 + 0.035 * filters);
  if (kind === 'share') return 0.75 - 0.4 * Number(percent) ** -0.6;
  if (kind !== undefined) return 0.75 - 0.005 * Number(percent);
  return version === 2 ? 0.85 : 0.8;
}

function paperMeasures(run: ExperimentRun): Measures {
  const cc = ccOf(run);
  const { filters } = run.request.layers[0];
  const { cell, version, kind, percent } = run.factors;
  const others = (run.also?.transfer ?? []).map((other) => [
    `ccOnCell${other.cell}`,
    other.cell === cell ? cc : version === 2 ? 0.1 : 0.3,
  ]);
  return {
    cc,
    ccOfLN: cc - 0.1,
    noiseCeiling: null,
    validationLoss: 0.2 + run.request.settings.seed / 1000,
    spikes: 16_000 * (kind === 'share' ? Number(percent) / 100 : 1),
    strongestFilterAndSta: 0.95,
    leastMatchedCosine: filters < 4 ? 0 : 0.96,
    distinctSubunits: Math.min(filters, 4),
    effectiveFilters: Math.min(filters, 4),
    leastReadout: 0,
    featuresLikeField: 9,
    featuresAgainstField: 2,
    weakFilters: Math.max(0, Math.ceil(0.6 * filters)),
    meanStrength: 0.2,
    networkFieldAndSta: 0.97,
    networkTemporalAndSta: 0.98,
    ccOfAllFilters: cc,
    ccOfEffectiveFilters: cc - 0.01,
    ccOfRandomFilters: cc - 0.1,
    sdOfRandomFilters: 0.02,
    ccBeside: 0.99,
    ...Object.fromEntries(others),
  };
}

const wave = (length: number, seed: number) =>
  Array.from({ length }, (_, i) => Number(Math.sin(seed + i * (1 + seed / 7)).toPrecision(3)));

const map = (height: number, width: number, seed: number): MapData => ({
  height,
  width,
  values: wave(height * width, seed),
});

const responses = (frames: number, start: number): DrawnResponses => ({
  start,
  observed: wave(frames, 1).map(Math.abs),
  network: wave(frames, 2).map(Math.abs),
  trials: [0, 1, 2].map((seed) => wave(frames, seed).map((value) => Math.round(Math.abs(value)))),
});

function paperDrawn({ request, also = {} }: ExperimentRun): Drawn {
  const { height, width } = request.crop ?? { height: 8, width: 8 };
  const filters = Array.from({ length: request.layers[0].filters }, (_, i) => ({
    ...map(height, width, i),
    effective: i < 4,
    match: i < 4 ? { subunit: i, cosine: 0.9 } : undefined,
  }));
  return {
    field: map(height, width, 1),
    temporal: wave(20, 3),
    networkField: also.networkField && map(height, width, 2),
    networkTemporal: also.networkField && wave(20, 4),
    modelTemporal: wave(20, 5),
    filters,
    features: filters,
    matchedCosines: [0.9, 0.92, 0.94, 0.96],
    responses: also.drawnFrames ? responses(60, 20) : undefined,
    transfer:
      also.transfer &&
      Object.fromEntries(also.transfer.map(({ cell }) => [cell, responses(60, 20)])),
    beside: also.beside && responses(150, 0),
    images:
      also.drawnImages === undefined
        ? undefined
        : Array.from({ length: also.drawnImages }, (_, i) => map(24, 60, i)),
  };
}

/** Rows of all runs as the paper would have them, `change` telling what is otherwise. */
function paperRows(
  experiment: Experiment,
  setting: ExperimentSetting,
  change: (run: ExperimentRun) => Measures = () => ({}),
): ExperimentRow[] {
  return experiment.runs(setting).map((run) => ({
    key: run.key,
    factors: run.factors,
    seed: run.request.settings.seed,
    measures: { ...paperMeasures(run), ...change(run) },
    drawn: paperDrawn(run),
  }));
}

/** Places of some of the items, or of all, in any order. */
function places({ length }: { readonly length: number }, least = 0): fc.Arbitrary<number[]> {
  return fc.shuffledSubarray(
    Array.from({ length }, (_, i) => i),
    { minLength: least, maxLength: length },
  );
}

/** Every number somewhere in plain data. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe('runs', () => {
  test('keys are fit for file names and told apart, but for runs that are the same', () => {
    for (const setting of settings) {
      const runs = possible(setting).map((experiment) => experiment.runs(setting));
      const known = new Map<string, string>();
      for (const own of runs) {
        expect(own.length).toBeGreaterThan(0);
        expect(new Set(own.map(({ key }) => key)).size).toBe(own.length);
        for (const run of own) {
          expect(run.key).toMatch(/^[a-z0-9-]+$/);
          const text = JSON.stringify(run);
          expect(known.get(run.key) ?? text).toBe(text);
          known.set(run.key, text);
        }
      }
      // The figures of the population share their fits.
      expect(known.size).toBeLessThan(runs.flat().length);
    }
  });

  test('no two keys of a setting differ in case alone', () => {
    for (const setting of settings) {
      const keys = new Set(possible(setting).flatMap((e) => e.runs(setting).map(({ key }) => key)));
      expect(new Set([...keys].map((key) => key.toLowerCase())).size).toBe(keys.size);
    }
  });

  test.each(each)(
    '%s: runs are plain data, and the same at every call',
    over((e, setting) => {
      const runs = e.runs(setting);
      const text = JSON.stringify(runs);
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
      expect(JSON.stringify(e.runs(setting))).toBe(text);
    }),
  );

  test.each(each)(
    '%s: filters fit their input, and trials are those that were chosen',
    over((e, setting) => {
      for (const { request } of e.runs(setting)) {
        const whole = setting.recorded ? 30 : 8;
        const { height, width } = request.crop ?? { height: whole, width: whole };
        const left = request.layers.reduce(
          (size, layer) => ({
            height: size.height - layer.height + 1,
            width: size.width - layer.width + 1,
          }),
          { height, width },
        );
        expect(Math.min(left.height, left.width)).toBeGreaterThanOrEqual(1);
        if (!setting.recorded) continue;
        expect(request.source).toBe(recorded.source);
        const { first, last } = request.blocks ?? { first: 0, last: 0 };
        expect(first).toBe(2);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThanOrEqual(11);
      }
    }),
  );

  test('a larger size asks for no fewer runs and no less of each', () => {
    const amount = (e: Experiment, size: ExperimentSize) => {
      const runs = e.runs({ size });
      const largest = runs.map(({ request }) =>
        request.source.kind === 'simulated' ? request.source.frames : 0,
      );
      return [runs.length, Math.max(...largest), runs[0].request.settings.steps];
    };
    for (const e of experiments) {
      const [glance, quick, full] = sizes.map((size) => amount(e, size));
      for (const i of [0, 1, 2]) {
        expect(quick[i]).toBeGreaterThanOrEqual(glance[i]);
        expect(full[i]).toBeGreaterThanOrEqual(quick[i]);
      }
    }
  });
});

/** What breaks claims, by their numbers: the fits changed, and how. */
interface Breaking {
  readonly claims: readonly number[];
  readonly of?: (factors: ExperimentRun['factors']) => boolean;
  readonly change: Measures;
}

const filters = (count: number) => (factors: ExperimentRun['factors']) => factors.filters === count;
const layersOf = (layers: number, count: number) => (factors: ExperimentRun['factors']) =>
  factors.layers === layers && factors.filters === count;
const data = (kind: string, percent: number) => (factors: ExperimentRun['factors']) =>
  factors.kind === kind && factors.percent === percent;
const cell = (wanted: number) => (factors: ExperimentRun['factors']) => factors.cell === wanted;
const version = (wanted: number) => (factors: ExperimentRun['factors']) =>
  factors.version === wanted;

/** Own model of cell 0 useless, the models of the others good everywhere, and yet worse than the own ones. */
const goodOnOthers: Measures = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`ccOnCell${i}`, i === 0 ? 1 : 0.75]),
);

const breaking: Readonly<Record<string, readonly Breaking[]>> = {
  fig2: [
    { claims: [0], of: filters(1), change: { strongestFilterAndSta: 0.89 } },
    { claims: [1], of: filters(4), change: { leastMatchedCosine: 0.94 } },
    { claims: [2], of: filters(4), change: { cc: 0.97 } },
    { claims: [3], of: filters(1), change: { cc: 0.95 } },
    { claims: [4], of: filters(4), change: { leastReadout: -0.01 } },
    { claims: [5], of: filters(5), change: { distinctSubunits: 5 } },
    { claims: [6], of: filters(5), change: { effectiveFilters: 5 } },
    { claims: [7], of: filters(4), change: { networkFieldAndSta: 0.89 } },
  ],
  fig3: [
    { claims: [0], of: layersOf(1, 1), change: { cc: 0.95 } },
    { claims: [1], of: layersOf(1, 5), change: { cc: 0.96 } },
    { claims: [2], of: layersOf(1, 8), change: { cc: 0.96 } },
    { claims: [3], of: layersOf(2, 1), change: { cc: 0.92 } },
    { claims: [4], of: layersOf(3, 1), change: { cc: 0.92 } },
  ],
  fig4: [
    { claims: [0], change: { networkFieldAndSta: 0.89 } },
    { claims: [1], change: { weakFilters: 15 } },
    { claims: [2], change: { featuresLikeField: 2 } },
    { claims: [3], change: { ccOfLN: 0.8 } },
    { claims: [4], change: { cc: 0.74 } },
    { claims: [5], of: ({ temporal }) => temporal === 'fitted', change: { cc: 0.78 } },
  ],
  fig5: [
    { claims: [0], change: { ccOfAllFilters: 0.82 } },
    // Where the mean difference is not above 0, some cell's is not.
    { claims: [1, 2], change: { ccOfRandomFilters: 0.8 } },
    { claims: [2], of: cell(0), change: { ccOfRandomFilters: 0.8 } },
  ],
  fig6: [
    { claims: [0], of: data('share', 1), change: { cc: 0.66 } },
    { claims: [1], of: data('share', 10), change: { cc: 0.72 } },
    { claims: [2], of: data('share', 100), change: { cc: 0.6 } },
    { claims: [3], of: data('replaced', 70), change: { cc: 0.72 } },
    { claims: [4], of: data('replaced', 100), change: { weakFilters: 3 } },
  ],
  fig7: [{ claims: [0], of: cell(2), change: { ccOnCell0: 0.81, ccOnCell1: 0.81 } }],
  fig8: [
    { claims: [0], of: cell(2), change: { ccOnCell0: 0.81, ccOnCell1: 0.81 } },
    { claims: [1], change: goodOnOthers },
  ],
  fig9: [
    {
      claims: [0],
      of: (factors) => version(2)(factors) && cell(2)(factors),
      change: { ccOnCell0: 0.86, ccOnCell1: 0.86 },
    },
    { claims: [1], of: version(1), change: { cc: 0.85 } },
    { claims: [2], of: version(2), change: { others: 0.4 } },
  ],
  fig10: [
    { claims: [0], change: { ccBeside: 0.69 } },
    { claims: [1], of: cell(0), change: { ccBeside: -0.01 } },
  ],
};

/** The measures that a fit has in place of those of the paper. */
function changeOf({ of = () => true, change }: Breaking): (run: ExperimentRun) => Measures {
  return ({ factors, also }) => {
    if (!of(factors)) return {};
    const own = `ccOnCell${factors.cell}`;
    if (change === goodOnOthers) return { ...change, [own]: factors.cell === 0 ? -1 : 0.8 };
    const transfer = (also?.transfer ?? []).map((place) => `ccOnCell${place.cell}`);
    if (change.others !== undefined) {
      const others = transfer.filter((name) => name !== own);
      return Object.fromEntries(others.map((name) => [name, change.others]));
    }
    // The CC of a model on its own cell is that of its fit.
    return transfer.includes(own) && change.cc !== undefined
      ? { ...change, [own]: change.cc }
      : change;
  };
}

const holding = (e: Experiment, rows: readonly ExperimentRow[], setting: ExperimentSetting) =>
  experimentTable(e, setting, rows).claims.map(({ holds }) => holds);

describe('claims', () => {
  test.each(eachSimulated)(
    '%s: of rows as the paper has them every claim holds whose rows there are',
    over((e, setting) => {
      const { claims } = experimentTable(e, setting, paperRows(e, setting));
      const missing = claims.filter(({ holds }) => !holds);
      expect(claims.length).toBeGreaterThan(missing.length);
      expect(new Set(claims.map(({ says }) => says)).size).toBe(claims.length);
      // A glance leaves some rows out; the other sizes have them all.
      if (setting.size !== 'glance') expect(missing).toEqual([]);
      for (const { found } of missing) expect(found).toBe('not measured');
    }),
  );

  test.each(eachSimulated)(
    '%s: every claim fails by what it is about, and no other with it',
    over((e, setting) => {
      const before = holding(e, paperRows(e, setting), setting);
      const told = breaking[e.id];
      if (setting.size !== 'glance') {
        // All of them are broken below.
        expect([...new Set(told.flatMap(({ claims }) => claims))].sort()).toEqual(
          before.map((_, i) => i),
        );
      }
      for (const each of told) {
        if (!each.claims.every((claim) => before[claim])) continue;
        const after = holding(e, paperRows(e, setting, changeOf(each)), setting);
        expect(after).toEqual(before.map((holds, i) => holds && !each.claims.includes(i)));
      }
    }),
  );

  test('each required claim but one, which another says more strictly, can fail alone', () => {
    for (const e of experiments) {
      const setting = { size: 'full' } as const;
      const required = e
        .claims(paperRows(e, setting), setting)
        .flatMap((claim, i) => (claim.required ? [i] : []));
      const alone = breaking[e.id].flatMap(({ claims }) => (claims.length === 1 ? claims : []));
      expect(required.filter((claim) => !alone.includes(claim))).toEqual(
        e.id === 'fig5' ? [1] : [],
      );
    }
  });

  test.each(each)(
    '%s: without rows there are claims and none holds, and nothing is drawn',
    over((e, setting) => {
      const { claims, panels } = experimentTable(e, setting, []);
      expect(claims.length).toBeGreaterThan(0);
      expect(claims.filter(({ holds }) => holds)).toEqual([]);
      expect(claims.every(({ found }) => found === 'not measured')).toBe(true);
      expect(panels).toEqual([]);
    }),
  );

  test.each(each)(
    '%s: rows without measures fail every claim',
    over((e, setting) => {
      const rows = paperRows(e, setting).map((row) => ({ ...row, measures: {} }));
      expect(holding(e, rows, setting)).not.toContain(true);
    }),
  );

  test('none is required of a recording, and some are of simulated cells', () => {
    for (const size of sizes) {
      for (const e of experiments) {
        const rows = paperRows(e, { size });
        expect(e.claims(rows, { size }).some((claim) => claim.required)).toBe(true);
        if (!e.recordable) continue;
        const setting = { size, recorded };
        const claims = e.claims(paperRows(e, setting), setting);
        expect(claims.filter((claim) => claim.required)).toEqual([]);
      }
    }
  });

  test('each says what the paper says and what is otherwise here, in sentences', () => {
    for (const { title, paper, differs } of experiments) {
      expect(title).not.toMatch(/\.$/);
      expect(paper).toMatch(/^[A-Z].+\.$/);
      expect(differs).toMatch(/^[A-Z].+\.$/);
    }
  });

  test('what need not hold of simulated cells says why', () => {
    const setting = { size: 'full' } as const;
    for (const e of experiments) {
      for (const claim of e.claims(paperRows(e, setting), setting)) {
        expect(claim.required).toBe(claim.because === undefined);
      }
    }
  });
});

describe('panels', () => {
  test.each(each)(
    '%s: there are some, of finite numbers, in any order of the rows the same',
    over((e, setting) => {
      const rows = paperRows(e, setting);
      const table = experimentTable(e, setting, rows);
      expect(table.panels.length).toBeGreaterThan(0);
      const text = JSON.stringify(table);
      const numbers = numbersIn(table.panels);
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
      const titles = table.panels.map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles.filter((title) => /NaN|Infinity|undefined|null/.test(title))).toEqual([]);
      expect(JSON.stringify(JSON.parse(JSON.stringify(table.panels)))).toBe(
        JSON.stringify(table.panels),
      );
      fc.assert(
        fc.property(places(rows, rows.length), (order) => {
          const others = order.map((i) => rows[i]);
          expect(JSON.stringify(experimentTable(e, setting, others))).toBe(text);
        }),
        { numRuns: 2 },
      );
    }),
  );

  test.each(each)(
    '%s: any part of the rows, with any part of what they have, is drawn without a failure',
    over((e, setting) => {
      const rows = paperRows(e, setting);
      const poorer = (row: ExperimentRow, [measured, drawn]: readonly [number, number]) => ({
        ...row,
        measures: Object.fromEntries(
          Object.entries(row.measures).map(([name, value], i) => [
            name,
            (measured >> (i % 30)) & 1 ? value : null,
          ]),
        ),
        drawn: Object.fromEntries(
          Object.entries(row.drawn).filter((_, i) => (drawn >> i) & 1),
        ) as Drawn,
      });
      const bits = fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 2 ** 30 - 1 }));
      fc.assert(
        fc.property(
          places(rows),
          fc.array(fc.tuple(bits, bits), { minLength: rows.length, maxLength: rows.length }),
          (some, left) => {
            const partial = some.map((i) => poorer(rows[i], left[i]));
            const { panels, claims } = experimentTable(e, setting, partial);
            expect(numbersIn(panels).filter((value) => !Number.isFinite(value))).toEqual([]);
            expect(claims.length).toBeGreaterThan(0);
            for (const panel of panels) {
              if (panel.kind === 'raster') expect(panel.frames).toBeGreaterThan(0);
            }
          },
        ),
        { numRuns: 10 },
      );
    }),
  );

  test('fig9: of any part of the rows both versions of a point are of the same model and data', () => {
    const setting = { size: 'quick' } as const;
    const fig9 = byId('fig9');
    const place = (version: unknown, model: unknown, data: unknown) =>
      Number(version) / 10 + Number(model) / 1000 + Number(data) / 100_000;
    const rows = paperRows(fig9, setting, ({ factors }) =>
      Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [
          `ccOnCell${i}`,
          place(factors.version, factors.cell, i),
        ]),
      ),
    );
    const both = (found: readonly ExperimentRow[], model: number) =>
      [1, 2].every((v) =>
        found.some(({ factors }) => factors.version === v && factors.cell === model),
      );
    fc.assert(
      fc.property(places(rows), (chosen) => {
        const some = chosen.map((i) => rows[i]);
        const { panels } = experimentTable(fig9, setting, some);
        const drawn = panels.find(({ title }) => title === 'Version II against Version I');
        const points = drawn?.kind === 'scatter' ? drawn.series.flatMap((each) => each.points) : [];
        const models = new Set<number>();
        for (const { x, y, label } of points) {
          const [model, data = model] = (label.match(/\d+/g) ?? []).map(Number);
          expect(x).toBe(place(1, model, data));
          expect(y).toBe(place(2, model, data));
          models.add(model);
        }
        const wanted = Array.from({ length: 10 }, (_, i) => i).filter((model) => both(some, model));
        expect([...models].sort()).toEqual(wanted);
      }),
    );
  });

  test('fig10: the images are drawn whichever of the cells are there, once one has them', () => {
    const setting = { size: 'quick' } as const;
    const fig10 = byId('fig10');
    const rows = paperRows(fig10, setting);
    const kinds = (some: readonly ExperimentRow[]) =>
      experimentTable(fig10, setting, some).panels.map(({ kind }) => kind);
    expect(kinds(rows)).toEqual(['traces', 'images', 'raster', 'raster', 'raster', 'sweep']);
    expect(kinds(rows.slice(1))).toEqual(['traces', 'sweep']);
    // The images are of the first row, whose responses are another part of what is drawn.
    const [first, ...others] = rows;
    const withoutResponses = { ...first, drawn: { ...first.drawn, beside: undefined } };
    expect(kinds([withoutResponses, ...others])).toEqual([
      'traces',
      'images',
      'raster',
      'raster',
      'sweep',
    ]);
  });

  test('fig10: the outline of a receptive field is where the cell’s squares are', () => {
    const setting = { size: 'quick' } as const;
    const fig10 = byId('fig10');
    const runs = fig10.runs(setting);
    const { panels } = experimentTable(fig10, setting, paperRows(fig10, setting));
    const images = panels.find(({ kind }) => kind === 'images');
    if (images?.kind !== 'images') return expect.fail('there are images');
    expect(images.fields).toHaveLength(3);
    for (const { name, height, width, values } of images.fields) {
      const crop = runs.find(({ factors }) => `cell ${factors.cell}` === name)?.request.crop;
      if (!crop) return expect.fail('the cell has squares of its own');
      const field = map(crop.height, crop.width, 1);
      const cut = Array.from({ length: field.values.length }, (_, at) => {
        const [y, x] = [crop.y + Math.floor(at / crop.width), crop.x + (at % crop.width)];
        return values[y * width + x];
      });
      expect(cut).toEqual(field.values);
      const sum = (of: readonly number[]) =>
        of.reduce((total, value) => total + Math.abs(value), 0);
      expect(sum(values)).toBeCloseTo(sum(field.values), 6);
      expect([height, width]).toEqual([24, 60]);
    }
  });

  test('fig6: the planning curve goes through points of its law within .005', () => {
    const setting = { size: 'full' } as const;
    const fig6 = byId('fig6');
    const { panels } = experimentTable(fig6, setting, paperRows(fig6, setting));
    const planning = panels.find(({ title }) => title.startsWith('Planning'));
    if (planning?.kind !== 'sweep') return expect.fail('there is a curve');
    const [measured, fitted] = planning.series;
    expect(measured.points.length).toBe(9);
    for (const { x, mean } of fitted.points) {
      expect(Math.abs(mean - (0.75 - 0.4 * (x / 160) ** -0.6))).toBeLessThan(0.005);
    }
    expect(fitted.points.at(-1)?.x).toBeGreaterThan(9 * Number(measured.points.at(-1)?.x));
  });
});
