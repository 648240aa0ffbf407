/**
 * What drove a model's output at one frame: the map of gradient × input, its lags, how much of the rate it accounts
 * for, and the maps of the filters. Renders into the shadow tree of its host, which adopts `explanationStyles` beside
 * `base`, `controls` and `messages`. Computes no explanation.
 */
import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { guard } from 'lit/directives/guard.js';
import { mapColumns, toCsv } from '../../../plots/csv.js';
import { symmetricLimit } from '../../../plots/diverging.js';
import { heatmap } from '../../../plots/heatmap.js';
import type { PixelMap } from '../../../plots/pixels.js';
import type { Theme } from '../../../plots/theme.js';
import '../../retino-picture/retino-picture.js';
import { factList } from '../../shared/fact-list.js';
import { lagFigure } from './lag-figure.js';
import { chooseLags, type LagChoice, lagEnergies, lagTitle, sumOverLags } from './lag-maps.js';
import { MapExplorer } from './map-explorer.js';
import { type Amounts, amountsOf, type ExplanationShown } from './shown.js';
import { balance, facts, lagCaption, mapCaption } from './statements.js';

/** Pixels from which the map and the facts stand side by side; as in the styles. */
const wide = 720;
/** Pixels of the map's picture, at the most. */
const widestMap = 520;

/** What is drawn of one explanation. */
interface View {
  readonly shown: ExplanationShown;
  readonly amounts: Amounts;
  readonly sum: PixelMap;
  /** The current frame first. */
  readonly lags: readonly PixelMap[];
  readonly choice: LagChoice;
  /** Of the scale of the sum, and of that of the lags. */
  readonly limit: number;
  readonly lagLimit: number;
}

export class ExplanationPanel implements ReactiveController {
  /** What is shown; nothing is when absent. The host asks for the update, of this and of what follows. */
  shown?: ExplanationShown;
  theme: Theme = 'light';
  /** Of the room that the panel has, pixels. */
  widthPx = 640;

  readonly #explorer: MapExplorer;
  #view?: View;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#explorer = new MapExplorer(() => host.requestUpdate());
    host.addController(this);
  }

  hostUpdated(): void {
    this.#explorer.placeMark();
  }

  render(): TemplateResult {
    const { shown, theme } = this;
    if (!shown) return html``;
    if (shown !== this.#view?.shown) this.#view = viewOf(shown);
    const view = this.#view;
    return html`<div class="explanation" part="explanation">
      <div class="columns">
        ${this.#mapPicture(view)}
        <div class="told">
          <p>${balance(view.amounts)}</p>
          ${factList(facts(view.amounts, view.choice, shown))}
        </div>
      </div>
      ${view.choice.shown.length > 0 && shown.explanation.lags > 1 ? this.#lagPicture(view) : nothing}
      ${this.#explorer.render(shown.explanation.maps, theme)}
    </div>`;
  }

  #mapPicture(view: View): TemplateResult {
    const { theme, widthPx } = this;
    const room = widthPx >= wide ? 0.55 * widthPx : widthPx;
    const width = Math.min(widestMap, Math.floor(room));
    const { unit } = view.amounts;
    return html`<retino-picture
      name="explanation"
      heading="What drove the rate at this frame"
      caption=${mapCaption(view.shown)}
      .csv=${() => toCsv(mapColumns(view.sum, columnName(unit)))}
    >
      ${guard([view, width, theme], () =>
        heatmap(view.sum, {
          width,
          theme,
          unit: scaleName(unit),
          limit: view.limit,
          squareSize: view.shown.squareSize,
          name: 'Map of what drove the rate',
        }),
      )}
    </retino-picture>`;
  }

  #lagPicture(view: View): TemplateResult {
    const { theme, widthPx: width } = this;
    const { frameRate } = view.shown;
    const { unit } = view.amounts;
    return html`<retino-picture
      name="explanation-lags"
      heading="When it drove the rate"
      caption=${lagCaption(view.choice)}
      .csv=${() => lagCsv(view)}
    >
      ${guard([view, width, theme], () =>
        lagFigure(
          view.choice.shown.map((lag) => ({
            ...view.lags[lag],
            title: lagTitle(lag, frameRate),
          })),
          { width, theme, unit: scaleName(unit), limit: view.lagLimit },
        ),
      )}
    </retino-picture>`;
  }
}

function viewOf(shown: ExplanationShown): View {
  const { height, width, explanation } = shown;
  const amounts = amountsOf(shown);
  const size = height * width;
  const lags = Array.from({ length: explanation.lags }, (_, lag) => ({
    values: amounts.product.subarray(lag * size, (lag + 1) * size),
    height,
    width,
  }));
  const sum = { values: sumOverLags(amounts.product, explanation.lags), height, width };
  return {
    shown,
    amounts,
    sum,
    lags,
    choice: chooseLags(lagEnergies(amounts.product, explanation.lags)),
    limit: symmetricLimit([sum.values]),
    lagLimit: symmetricLimit([amounts.product]),
  };
}

/** Of every lag, also of those that are not drawn: frames back, y, x and the value. */
function lagCsv({ lags, amounts }: View): string {
  const { product, unit } = amounts;
  const size = product.length / lags.length;
  const columns = lags.map((map) => mapColumns(map, ''));
  return toCsv({
    'frames back': Array.from(product, (_, i) => Math.floor(i / size)),
    y: columns.flatMap(({ y }) => Array.from(y)),
    x: columns.flatMap(({ x }) => Array.from(x)),
    [columnName(unit)]: product,
  });
}

function scaleName(unit: string): string {
  return unit ? `change of the rate (${unit})` : 'change of the output';
}

function columnName(unit: string): string {
  return unit ? `gradient times input (${unit})` : 'gradient times input';
}
