import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import type { ModelCard } from '../files/types.js';
import { type FactChoices, modelFacts } from './facts.js';
import type { ModelNotes } from './metadata.js';
import { readModelCard } from './read.js';
import { exportOnnx } from './write.js';

function card(
  shape: readonly (number | string)[],
  metadata: Readonly<Record<string, string>> = {},
  outputs: readonly (readonly (number | string)[])[] = [['N', 4]],
): ModelCard {
  return {
    producer: '',
    opset: 17,
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: outputs.map((of, i) => ({ name: `y${i}`, type: 'float32', shape: of })),
    operators: [],
    metadata,
  };
}

function fitted(version: 1 | 2): FittedModel {
  return {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion: '0.1.0',
    architecture: {
      version,
      lags: 3,
      height: 4,
      width: 5,
      layers: [{ filters: 1, height: 2, width: 2 }],
      head: 'softplus',
    },
    parameters: {
      layers: [
        { weights: new Float32Array(version === 1 ? 4 : 12).fill(0.25), bias: new Float32Array(1) },
      ],
      readout: new Float32Array(12).fill(0.5),
      readoutBias: 0,
      alpha: 1,
      beta: 1,
    },
    ...(version === 1 ? { temporalFilter: Float32Array.of(0.6, 0, -0.8) } : {}),
    provenance: {
      recording: 'cells',
      cell: 3,
      crop: { x: 1, y: 2, width: 5, height: 4 },
      frameRate: 30,
      stimulusValues: [-0.5, 0.5],
      squareSize: 50,
      seed: 7,
      settings: { steps: 10 },
      validationLoss: 0.5,
    },
  };
}

describe('own models', () => {
  test('the frames of Version II, and nothing is unknown', () => {
    expect(modelFacts(readModelCard(exportOnnx(fitted(2), 'frames')))).toEqual({
      grid: { lags: 3, colours: 1, height: 4, width: 5 },
      axes: ['sample', 'lag', 'y', 'x'],
      samples: 'free',
      lagOrder: 'oldest-first',
      frameRate: 30,
      squareSize: 50,
      stimulusValues: [-0.5, 0.5],
      outputs: [{ name: 'rate', shape: ['batch', 1], columns: 1 }],
      units: 'spikes per frame',
      cell: '3',
      recording: 'cells',
      settings: { steps: 10 },
      open: [],
      unknown: [],
    });
  });

  test('one frame filtered in time, with its filter', () => {
    const facts = modelFacts(readModelCard(exportOnnx(fitted(1), 'filtered')));
    expect(facts.grid.lags).toBe(1);
    expect(facts.temporalFilter).toEqual([...Float32Array.of(0.6, 0, -0.8)]);
    expect(facts.unknown).toEqual([]);
    const frames = modelFacts(readModelCard(exportOnnx(fitted(1), 'frames')));
    expect(frames.grid.lags).toBe(3);
    expect(frames).not.toHaveProperty('temporalFilter');
  });

  const text = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    .filter((value) => !/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(value))
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([height, width]) =>
      fc
        .array(fc.float({ min: -8, max: 8, noNaN: true }), {
          minLength: height * width,
          maxLength: height * width,
        })
        .map((values) => ({ height, width, data: Float32Array.from(values) })),
    )
    .filter(({ data }) => data.some((value) => Math.abs(value) > 1e-6));

  test('notes are read back: the same, and the picture within 1/254 of its largest value', () => {
    const notes = fc.record<ModelNotes>(
      {
        testCC: fc.double({ min: -1, max: 1, noNaN: true }),
        testCCAgainst: fc.constantFrom('true rate', 'mean of repeats'),
        licence: text,
        citation: text,
        receptiveField: picture,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(notes, (given) => {
        const facts = modelFacts(readModelCard(exportOnnx(fitted(2), 'frames', given)));
        const { receptiveField, ...rest } = given;
        expect(facts).toMatchObject(
          'testCC' in rest ? { ...rest, testCC: Number(String(rest.testCC)) } : rest,
        );
        expect(facts.unknown).toEqual([]);
        expect(facts.receptiveField === undefined).toBe(receptiveField === undefined);
        if (!receptiveField || !facts.receptiveField) return;
        const { height, width, data } = facts.receptiveField;
        expect([height, width]).toEqual([receptiveField.height, receptiveField.width]);
        const largest = Math.max(...receptiveField.data.map(Math.abs));
        expect(Math.max(...data.map(Math.abs))).toBe(1);
        receptiveField.data.forEach((value, i) => {
          expect(Math.abs(data[i] - value / largest)).toBeLessThanOrEqual(1 / 254 + 1e-6);
        });
      }),
    );
  });

  test('notes that are not sound are not written', () => {
    const write = (notes: ModelNotes) => () => exportOnnx(fitted(2), 'frames', notes);
    const field = (...data: number[]) => ({ height: 1, width: 2, data: Float32Array.from(data) });
    expect(write({ testCC: 1.5 })).toThrow(RetinoscopeError);
    expect(write({ testCC: Number.NaN })).toThrow(/from −1 to 1/);
    expect(write({ receptiveField: field(1) })).toThrow(/1 × 2 finite/);
    expect(write({ receptiveField: field(1, Number.NaN) })).toThrow(/finite/);
    const blank = modelFacts(readModelCard(write({ receptiveField: field(0, 0) })()));
    expect(blank).not.toHaveProperty('receptiveField');
  });
});

describe('axes of other models', () => {
  const cases: readonly {
    readonly shape: readonly (number | string)[];
    readonly axes: string;
    readonly grid: readonly [lags: number, colours: number, height: number, width: number];
    readonly samples: number | 'free';
    readonly said: RegExp;
    readonly choices?: FactChoices;
  }[] = [
    {
      shape: ['N', 9, 8],
      axes: 'sample y x',
      grid: [1, 1, 9, 8],
      samples: 'free',
      said: /samples, y and x/,
    },
    {
      shape: [1, 9, 8],
      axes: 'sample y x',
      grid: [1, 1, 9, 8],
      samples: 1,
      said: /samples, y and x/,
    },
    {
      shape: [40, 9, 8],
      axes: 'lag y x',
      grid: [40, 1, 9, 8],
      samples: 1,
      said: /first axis of 40.*lags/,
    },
    {
      shape: [2, 40, 9, 8],
      axes: 'sample lag y x',
      grid: [40, 1, 9, 8],
      samples: 2,
      said: /axis of 40.*lags/,
    },
    {
      shape: ['N', 1, 9, 8],
      axes: 'sample lag y x',
      grid: [1, 1, 9, 8],
      samples: 'free',
      said: /one frame/,
    },
    {
      shape: ['N', 3, 9, 8],
      axes: 'sample colour y x',
      grid: [1, 3, 9, 8],
      samples: 'free',
      said: /colours, not lags/,
    },
    {
      shape: ['N', 3, 9, 8],
      axes: 'sample lag y x',
      grid: [3, 1, 9, 8],
      samples: 'free',
      said: /order/,
      choices: { channel: 'lag' },
    },
    {
      shape: ['N', 9, 9, 3],
      axes: 'sample y x colour',
      grid: [1, 3, 9, 9],
      samples: 'free',
      said: /last axis of 3/,
    },
    {
      shape: ['N', 'T', 9, 8],
      axes: 'sample lag y x',
      grid: [20, 1, 9, 8],
      samples: 'free',
      said: /lag axis free; 20/,
    },
    {
      shape: ['N', 5, '?', '?'],
      axes: 'sample lag y x',
      grid: [5, 1, 32, 32],
      samples: 'free',
      said: /y axis free; 32/,
    },
    {
      shape: ['N', 1, 40, 9, 8],
      axes: 'sample colour lag y x',
      grid: [40, 1, 9, 8],
      samples: 'free',
      said: /colours, lags, y/,
    },
    {
      shape: ['N', 40, 3, 9, 8],
      axes: 'sample lag colour y x',
      grid: [40, 3, 9, 8],
      samples: 'free',
      said: /lags, colours, y/,
    },
    {
      shape: ['N', 2, 20, 9, 8],
      axes: 'sample colour lag y x',
      grid: [20, 2, 9, 8],
      samples: 'free',
      said: /colours, lags, y/,
    },
    {
      shape: ['N', 2, 20, 9, 8],
      axes: 'sample lag colour y x',
      grid: [2, 20, 9, 8],
      samples: 'free',
      said: /order/,
      choices: { channel: 'lag' },
    },
  ];
  for (const { shape, axes, grid, samples, said, choices } of cases) {
    test(`[${shape.join(', ')}] is ${axes}${choices ? ', as chosen' : ''}`, () => {
      const facts = modelFacts(card(shape), choices);
      expect(facts.axes.join(' ')).toBe(axes);
      const { lags, colours, height, width } = facts.grid;
      expect([lags, colours, height, width]).toEqual(grid);
      expect(facts.samples).toBe(samples);
      expect(facts.unknown.join('\n')).toMatch(said);
    });
  }

  test('lags are said by the metadata, and their order by metadata or choice', () => {
    const newest = { temporal_axis: 'axis 1, current frame first' };
    const facts = modelFacts(card(['N', 3, 9, 8], newest));
    expect(facts.grid.lags).toBe(3);
    expect(facts.lagOrder).toBe('newest-first');
    expect(facts.unknown.join()).not.toMatch(/order|axis of 3/);
    expect(modelFacts(card(['N', 5, 9, 8])).lagOrder).toBe('oldest-first');
    expect(modelFacts(card(['N', 5, 9, 8]), { lagOrder: 'newest-first' }).lagOrder).toBe(
      'newest-first',
    );
  });

  test('what the file leaves open can be chosen; what it says stands whatever is chosen', () => {
    const open = (shape: readonly (number | string)[], metadata = {}, choices: FactChoices = {}) =>
      modelFacts(card(shape, metadata), choices).open;
    expect(open(['N', 1, 9, 8])).toEqual([]);
    expect(open(['N', 5, 9, 8])).toEqual(['channel', 'lagOrder']);
    expect(open(['N', 3, 9, 8])).toEqual(['channel']);
    expect(open(['N', 3, 9, 8], {}, { channel: 'lag' })).toEqual(['channel', 'lagOrder']);
    expect(open([40, 9, 8])).toEqual(['lagOrder']);
    expect(open(['N', 9, 9, 3])).toEqual([]);
    expect(open(['N', 2, 20, 9, 8])).toEqual(['channel', 'lagOrder']);
    const said = { variant: 'frames', temporal_axis: 'axis 1, oldest frame first' };
    expect(open(['N', 3, 9, 8], said)).toEqual([]);
    const chosen = { channel: 'colour', lagOrder: 'newest-first' } as const;
    const facts = modelFacts(card(['N', 3, 9, 8], said), chosen);
    expect(facts.grid.lags).toBe(3);
    expect(facts.lagOrder).toBe('oldest-first');
  });

  test('other ranks, unknown ranks and several inputs are refused with what is accepted', () => {
    for (const shape of [[], [5], ['N', 5], ['N', 1, 2, 3, 4, 5], ['…']]) {
      expect(() => modelFacts(card(shape))).toThrow(/3 to 5 axes are accepted for pictures/);
    }
    const two = card(['N', 1, 4, 4]);
    expect(() => modelFacts({ ...two, inputs: [...two.inputs, ...two.inputs] })).toThrow(
      /2 inputs/,
    );
    expect(() => modelFacts({ ...two, inputs: [] })).toThrow(/0 inputs/);
  });

  test('columns are the numbers a sample, where the file says them', () => {
    const shapes = [['N', 4], ['N'], ['N', 2, 3], ['N', 'cells'], ['…'], []];
    const { outputs } = modelFacts(card(['N', 1, 4, 4], {}, shapes));
    expect(outputs.map(({ columns }) => columns)).toEqual([4, 1, 6, undefined, undefined, 1]);
    expect(modelFacts(card([40, 4, 4], {}, [[4]])).outputs[0].columns).toBe(4);
  });
});

describe('metadata of other models', () => {
  test('odd values are left out, and said', () => {
    const odd = {
      frame_rate_hz: '-30',
      square_size_um: 'fifty',
      stimulus_values: '[1, 0]',
      temporal_filter: '[1, null]',
      settings: '[]',
      test_cc: '1.2',
      licence: 'CC\u202eBY',
      citation: 'x'.repeat(1001),
      cell: ' ',
      receptive_field: '{"height":2,"width":2,"data":"AAAA"}',
    };
    const { axes, grid, samples, lagOrder, outputs, open, unknown, ...rest } = modelFacts(
      card(['N', 1, 4, 4], odd),
    );
    expect(rest).toEqual({});
    expect(open).toEqual([]);
    for (const key of Object.keys(odd)) {
      expect(unknown).toContain(`The file's metadata "${key}" is not understood and is left out.`);
    }
    expect([axes.length, grid.height, samples, lagOrder, outputs.length]).toEqual([
      4,
      4,
      'free',
      'oldest-first',
      1,
    ]);
  });

  test('any texts give facts', () => {
    const keys = ['variant', 'temporal_axis', 'temporal_filter', 'frame_rate_hz', 'square_size_um'];
    const more = [
      'stimulus_values',
      'units',
      'settings',
      'test_cc',
      'receptive_field',
      '__proto__',
    ];
    const value = fc.oneof(fc.string(), fc.json(), fc.double().map(String));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys, ...more), value), (metadata) => {
        const {
          frameRate = 1,
          testCC = 0,
          receptiveField,
        } = modelFacts(card(['N', 5, 9, 8], metadata));
        expect(frameRate).toBeGreaterThan(0);
        expect(Math.abs(testCC)).toBeLessThanOrEqual(1);
        if (receptiveField) expect(Math.max(...receptiveField.data.map(Math.abs))).toBe(1);
      }),
    );
  });
});

test('a picture of more squares than a page can hold is refused before anything is made for it', () => {
  const facts = (shape: readonly (number | string)[]) => () => modelFacts(card(shape));
  expect(facts(['N', 1, 4000, 4000])().grid).toMatchObject({ height: 4000, width: 4000 });
  for (const shape of [
    ['N', 1, 4000, 4001],
    ['N', 1, 1e9, 1e9],
    ['N', 1e9, 4, 4],
    ['N', 2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1],
  ]) {
    expect(facts(shape)).toThrow(/16000000 are accepted/);
  }
});
