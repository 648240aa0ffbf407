/** What a model gives under Node: the reference for what it gives on a page. */
import type { RetinoscopeService } from '@retinoscope/worker';
import { modelFacts, readModelCard } from '@retinoscope/worker/card';
import type { Movie } from './models.js';

/** Rates `[time, output]` for a stimulus in contrast; where the model says no values, contrast as it is. */
export async function underNode(
  service: RetinoscopeService,
  model: Uint8Array,
  { shape: [frames, height, width], data }: Movie,
): Promise<readonly number[]> {
  const { stimulusValues = [-1, 1] } = modelFacts(readModelCard(model));
  const { outputs } = await service.runStimulus({
    model,
    movie: { shape: [frames, height, width], data: Float32Array.from(data) },
    values: stimulusValues,
  });
  return Array.from({ length: frames }, (_, t) =>
    outputs.flatMap(({ columns, values }) => [...values.subarray(t * columns, (t + 1) * columns)]),
  ).flat();
}
