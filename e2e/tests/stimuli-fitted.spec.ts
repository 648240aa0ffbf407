/** A generated stimulus, given to fitted networks on the page: the rates are those that they give under Node. */
import {
  builtInCell,
  createService,
  type FitRequest,
  modelNotes,
  type RetinoscopeService,
  type ServiceClient,
  trainingPresets,
} from '@retinoscope/worker';
import { dataAbsent, dataFile, needsData } from './support/data.js';
import { fact, largestDifference } from './support/page.js';
import { openPredictor, start } from './support/predicting.js';
import { expect, type Page, test } from './support/test.js';
import { underNode } from './support/under-node.js';

async function expectAsUnderNode(
  page: Page,
  service: RetinoscopeService,
  model: Uint8Array,
): Promise<void> {
  await openPredictor(page, { 'model.onnx': model });
  const told = await start(page);
  const spot = told.movie.data.filter((contrast) => contrast === 1);
  expect(spot.length).toBeGreaterThan(0);
  const expected = await underNode(service, model, told.movie);
  expect(largestDifference(told.rates.values, expected)).toBeLessThan(1e-4);
  expect(new Set(expected).size, 'rates that the spot changes').toBeGreaterThan(1);
}

test.describe('fitted models', () => {
  const source = { ...builtInCell, frames: 20_000, testFrames: 500 };
  const settings = { ...trainingPresets.recovery, steps: 40, batch: 500, validationEvery: 20 };
  const common = { source, cell: 0, head: 'parametric-softplus', settings } as const;
  const layers = [{ filters: 2, height: 7, width: 7 }];
  let service: ServiceClient;

  test.beforeAll(() => {
    service = createService();
  });

  test.afterAll(() => service.terminate());

  async function exported(request: FitRequest, variant: 'frames' | 'filtered') {
    const { model, evaluation } = await service.fit(request);
    const field = await service.receptiveField({ source, cell: 0 });
    const { height, width } = field;
    const notes = modelNotes(evaluation, { x: 0, y: 0, width, height }, field);
    return service.exportOnnx(model, variant, notes);
  }

  for (const { name, version, variant } of [
    { name: 'Version I of frames', version: 1, variant: 'frames' },
    { name: 'Version I of filtered frames', version: 1, variant: 'filtered' },
    { name: 'Version II', version: 2, variant: 'frames' },
  ] as const) {
    test(`${name}, fitted here, gives for a spot the rates that it gives under Node, within 1e-4`, async ({
      page,
    }) => {
      const model = await exported({ ...common, version, layers }, variant);
      await expectAsUnderNode(page, service, model);
      await expect(fact(page.locator('retino-predictor'), 'Test correlation')).toHaveText(/\d/);
    });
  }

  for (const name of ['bn_cnn_40x50x50', 'two_layer_30x30_dynamic_batch']) {
    test(`${name}, exported by PyTorch, gives for a spot the rates that it gives under Node, within 1e-4`, async ({
      page,
    }) => {
      test.skip(dataAbsent, needsData);
      const { bytes } = await dataFile(`onnx/${name}.onnx`);
      await expectAsUnderNode(page, service, new Uint8Array(bytes));
    });
  }
});
