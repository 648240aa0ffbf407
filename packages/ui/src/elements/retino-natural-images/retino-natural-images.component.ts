/** Natural images, or a visitor's own pictures, predicted by models trained on white noise. */
import { type ExperimentSetting, type Pictures, toRetinoscopeError } from '@retinoscope/worker';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { ExperimentElement } from '../retino-figure/experiment-element.js';
import { mostPictures, picturesFrom } from './pictures.js';

/**
 * Models trained on white noise predict responses to flashed natural images (Yan et al. 2020, Fig. 10): images that
 * are generated with natural statistics, or pictures of a visitor's own, which stay in the page.
 *
 * Keys, while the focus is inside and not in a field: P pauses and resumes, Escape cancels.
 *
 * @element retino-natural-images
 *
 * @attr {'glance' | 'quick' | 'full'} size - How much data; `quick` when absent.
 * @attr {string} src - Address of a stored result, of the page's own origin, shown in place of what is computed.
 * @attr {boolean} autostart - Runs by itself what is not finished yet.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-progress - A run began, went on or ended; `detail` has the numbers of runs.
 * @fires retino-experiment - All runs are finished; `detail` is the result.
 * @fires retino-export - A picture was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - Shown below the table.
 *
 * @csspart form - Choice of the size.
 * @csspart title - The title.
 * @csspart paper - What the paper says.
 * @csspart differs - What is done otherwise here.
 * @csspart pictures - Choice of own pictures.
 * @csspart buttons - The row of buttons.
 * @csspart progress - Progress of all runs and of each.
 * @csspart status - The line on what is finished.
 * @csspart claims - The claims, and whether they hold.
 * @csspart figure - The panels.
 * @csspart table - The table of the runs.
 *
 * @cssproperty --retino-accent - Colour of the main button, the progress bars and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoNaturalImages extends ExperimentElement {
  protected override readonly figures: readonly string[] = ['fig10'];

  @state() private pictures?: Pictures;
  @state() private refused?: string;

  protected override get extra(): Omit<ExperimentSetting, 'size'> {
    return this.pictures ? { pictures: this.pictures } : {};
  }

  protected override renderExtra(disabled: boolean): TemplateResult {
    const { pictures } = this;
    return html`<div class="row" part="pictures">
        <label class="button"
          >Show own pictures
          <input
            class="visually-hidden"
            type="file"
            accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
            multiple
            ?disabled=${disabled}
            @change=${this.#choose}
          />
        </label>
        ${
          pictures
            ? html`<button type="button" ?disabled=${disabled} @click=${() => this.#use(undefined)}>
                Generated images again
              </button>`
            : nothing
        }
        <span class="small muted">
          ${
            pictures
              ? `${pictures.count} own ${pictures.count === 1 ? 'picture' : 'pictures'}, grey, not sent anywhere. The models of three cells are trained again to see them.`
              : `Images: dead leaves, generated with natural statistics. Up to ${mostPictures} own pictures can take their place.`
          }
        </span>
      </div>
      ${this.refused ? html`<p class="message error" role="alert">${this.refused}</p>` : nothing}`;
  }

  readonly #choose = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length === 0) return;
    try {
      await this.#use(await picturesFrom(files));
    } catch (thrown) {
      this.refused = toRetinoscopeError(thrown).message;
    }
  };

  async #use(pictures: Pictures | undefined): Promise<void> {
    this.refused = undefined;
    this.pictures = pictures;
    await this.showChosen();
  }
}
