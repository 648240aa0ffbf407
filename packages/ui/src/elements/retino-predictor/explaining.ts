/**
 * Which part of the stimulus drove the cell, asked of the worker when a reader wants it, and again when what is shown
 * changes. Promises that one question is asked at a time, and the last one answered; that one which takes too long, or
 * which nobody waits for any more, is stopped; and that no answer is shown below another model.
 */
import type { ModelFacts } from '@retinoscope/worker/card';
import { html, nothing, type TemplateResult } from 'lit';
import type { ServiceLease } from '../../controllers/shared-service.js';
import { significant } from '../../controllers/text.js';
import type { Theme } from '../../plots/theme.js';
import { ExplanationPanel } from './explanation/explanation-panel.js';
import { type Job, LatestJob } from './latest-job.js';
import { type ModelUnits, shownUnit } from './model-units.js';
import type { OpenedModel } from './opened-model.js';
import type { Prediction } from './predicting.js';
import { column, spread } from './rates.js';
import type { RetinoPredictor } from './retino-predictor.component.js';
import { progressView } from './views.js';

export interface Explained {
  readonly model: OpenedModel;
  readonly facts: ModelFacts;
  readonly units: ModelUnits;
  readonly prediction: Prediction;
  readonly output: number;
  readonly theme: Theme;
  readonly width: number;
  /** The worker, leased when it is asked. */
  readonly lease: () => ServiceLease;
}

export class Explaining {
  readonly #host: RetinoPredictor;
  readonly #panel: ExplanationPanel;
  readonly #job: LatestJob;
  #open = false;
  #model?: OpenedModel;
  /** The answer to what is asked now was given up by hand. */
  #cancelled = false;
  /** What the answer that is shown, or the question in hand, is about. */
  #asked?: Pick<Explained, 'prediction' | 'output'> & { readonly frame: number };
  /** The frame that a reader chose; that of the largest rate when absent. */
  #chosen?: number;

  constructor(host: RetinoPredictor) {
    this.#host = host;
    this.#panel = new ExplanationPanel(host);
    const changed = () => host.requestUpdate();
    const failed = () => {
      this.#panel.shown = undefined;
    };
    const listener = { changed, failed, ended: changed };
    this.#job = new LatestJob(listener, 'Computing what drove the cell');
  }

  /** Nobody waits for an answer any more; what is shown stays. */
  stop(): void {
    if (this.#job.busy || this.#job.failure || !this.#panel.shown) this.#asked = undefined;
    this.#job.abandon();
  }

  render(explained: Explained): TemplateResult {
    const { prediction, units, theme, width } = explained;
    if (!prediction.movie) return html``;
    this.#panel.theme = theme;
    this.#panel.widthPx = width;
    if (explained.model !== this.#model) this.#forget(explained.model);
    const frame = this.#frameOf(explained);
    const { failure, progress } = this.#job;
    if (this.#open && this.#host.isConnected) this.#ask(explained, frame);
    return html`<details
      class="explanation-part"
      ?open=${this.#open}
      @toggle=${(event: Event) => {
        const { open } = event.target as HTMLDetailsElement;
        if (open === this.#open) return;
        this.#open = open;
        if (!open) this.stop();
        this.#host.requestUpdate();
      }}
    >
      <summary>Which part of the stimulus drove the cell</summary>
      ${
        this.#open
          ? html`<div class="stack">
              ${this.#frameField(prediction, frame, units)}
              ${progressView(progress, () => this.#cancel())}
              ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
              ${
                this.#cancelled
                  ? html`<p class="muted">
                      It was stopped. Choose another frame, or open this part again, to compute it.
                    </p>`
                  : nothing
              }
              ${failure || this.#cancelled ? nothing : this.#panel.render()}
            </div>`
          : nothing
      }
    </details>`;
  }

  #forget(model: OpenedModel): void {
    this.stop();
    this.#model = model;
    this.#asked = undefined;
    this.#chosen = undefined;
    this.#job.failure = undefined;
    this.#panel.shown = undefined;
  }

  #cancel(): void {
    this.#cancelled = true;
    this.#panel.shown = undefined;
    this.#job.cancel();
  }

  #frameOf({ prediction: { rates }, output }: Explained): number {
    if (this.#chosen !== undefined) return Math.min(this.#chosen, rates.windows - 1);
    const rate = column(rates, output);
    return Math.max(0, rate.indexOf(spread(rate).high));
  }

  #frameField({ rates }: Prediction, frame: number, { frameRate }: ModelUnits): TemplateResult {
    const time = `${significant((1000 * frame) / frameRate)} ms`;
    return html`<div class="row">
      <label class="field">
        Frame ${frame + 1} of ${rates.windows}, ${time}${this.#chosen === undefined ? ': the largest rate' : ''}
        <input
          type="range"
          min="0"
          max=${rates.windows - 1}
          step="1"
          .value=${String(frame)}
          aria-valuetext=${`frame ${frame + 1}, ${time}`}
          @input=${(event: Event) => {
            this.#chosen = Number((event.target as HTMLInputElement).value);
            this.#host.requestUpdate();
          }}
        />
      </label>
      ${
        this.#chosen === undefined
          ? nothing
          : html`<button
              type="button"
              @click=${() => {
                this.#chosen = undefined;
                this.#host.requestUpdate();
              }}
            >
              Largest rate
            </button>`
      }
    </div>`;
  }

  #ask(explained: Explained, frame: number): void {
    const { prediction, output } = explained;
    const asked = this.#asked;
    const isSame =
      asked?.prediction === prediction && asked.output === output && asked.frame === frame;
    if (this.#job.busy || isSame) return;
    this.#asked = { prediction, output, frame };
    this.#cancelled = false;
    // Not while the host renders: a job that begins asks for an update.
    queueMicrotask(() => void this.#job.run((job) => this.#answer(explained, frame, job)));
  }

  async #answer(
    { model, facts, units, prediction, output, lease }: Explained,
    frame: number,
    { signal }: Job,
  ): Promise<void> {
    const { movie, columns = [] } = prediction;
    if (!movie) return;
    const { output: name, column: within } = columns[output] ?? {
      output: undefined,
      column: output,
    };
    const question = {
      model: model.bytes,
      movie,
      values: [units.dark, units.bright],
      frame,
      column: within,
      ...(model.choices && { choices: model.choices }),
      ...(name === undefined ? {} : { output: name }),
    } as const;
    const explanation = await lease().use((service) => service.explain(question, { signal }));
    if (signal.aborted) return;
    this.#panel.shown = {
      explanation,
      height: facts.grid.height,
      width: facts.grid.width,
      lagOrder: facts.lagOrder,
      filtered: facts.temporalFilter !== undefined,
      ...(facts.squareSize === undefined ? {} : { squareSize: facts.squareSize }),
      ...(facts.frameRate === undefined ? {} : { frameRate: facts.frameRate }),
      unit: facts.units ?? '',
      perSecond: shownUnit(facts).factor,
    };
  }
}
