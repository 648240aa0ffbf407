/** How a test uses a predictor in any document, and what the same model gives under Node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createService, type ServiceClient } from '@retinoscope/worker';
import { modelFacts, readModelCard } from '@retinoscope/worker/card';
import type { Scope } from './page.js';
import { modelFolder } from './site.js';

/** What a predictor told of a prediction: rates `[time, output]` of a movie in contrast, `[time, y, x]`. */
export interface Told {
  readonly rates: readonly number[];
  readonly movie: {
    readonly shape: readonly [number, number, number];
    readonly data: readonly number[];
  };
}

/** Milliseconds in which a predictor appears, and in which it predicts. */
const patience = 60_000;

/** An expression: the button that starts the predictor of this index. */
const buttonOf = (index: number) => `(
  [...(document.querySelectorAll('retino-predictor')[${index}]?.shadowRoot?.querySelectorAll('button') ?? [])]
    .find(({ textContent }) => textContent.trim() === 'Predict a stimulus')
)`;

/** Resolves once the predictor of this index in `scope` shows its card and waits for a use. */
export async function shown(scope: Scope, index = 0): Promise<void> {
  await scope.waitFor(
    `return ${buttonOf(index)} !== undefined &&
      document.querySelectorAll('retino-predictor')[${index}].shadowRoot.querySelector('dl') !== null`,
    patience,
  );
}

/** Keeps what the predictor of this index tells from now on. */
export async function listen(scope: Scope, index = 0): Promise<void> {
  await scope.evaluate(`
    globalThis.told = undefined;
    globalThis.heard ??= new Set();
    const predictor = document.querySelectorAll('retino-predictor')[${index}];
    if (heard.has(predictor)) return;
    heard.add(predictor);
    predictor.addEventListener('retino-predict', ({ detail: { rates, movie } }) => {
      const { shape, data } = movie;
      globalThis.told = { rates: [...rates.values], movie: { shape: [...shape], data: [...data] } };
    });
    predictor.addEventListener('retino-predict-failed', ({ detail }) => {
      globalThis.told = { failure: detail.message };
    });`);
}

/** What a predictor tells after {@link listen}. Rejects with its message when it fails. */
export async function heard(scope: Scope): Promise<Told> {
  await scope.waitFor('return globalThis.told !== undefined', patience);
  const told = await scope.evaluate<Told | { readonly failure: string }>('return told');
  if ('failure' in told) throw new Error(told.failure);
  return told;
}

/** Presses “Predict a stimulus”, as a reader of the page would. */
export async function press(scope: Scope, index = 0): Promise<Told> {
  await shown(scope, index);
  await listen(scope, index);
  await scope.evaluate(`${buttonOf(index)}.click()`);
  return heard(scope);
}

/** The models under Node. */
export class Reference {
  readonly #service: ServiceClient = createService();

  /** Largest |rate told − rate under Node|, spikes per frame, over all frames and outputs. */
  async difference(name: string, { rates, movie }: Told): Promise<number> {
    const model = new Uint8Array(await readFile(join(modelFolder, name)));
    const { stimulusValues: values = [-1, 1] } = modelFacts(readModelCard(model));
    const { shape, data } = movie;
    const { outputs } = await this.#service.runStimulus({
      model,
      movie: { shape, data: Float32Array.from(data) },
      values,
    });
    const [frames] = shape;
    const expected = Array.from({ length: frames }, (_, t) =>
      outputs.flatMap((output) => [
        ...output.values.subarray(t * output.columns, (t + 1) * output.columns),
      ]),
    ).flat();
    if (expected.length !== rates.length || frames === 0) {
      throw new Error(`${rates.length} rates were told; there are ${expected.length}.`);
    }
    return Math.max(...expected.map((rate, i) => Math.abs(rate - rates[i])));
  }

  async end(): Promise<void> {
    await this.#service.terminate();
  }
}
