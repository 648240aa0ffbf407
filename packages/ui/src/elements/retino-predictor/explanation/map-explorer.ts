/**
 * The maps of one layer's filters side by side on one scale, and one place marked on all of them: by pointing, by a
 * finger, or by the arrow keys. Renders into the shadow tree of its host. Writes no style attribute, which a page may
 * forbid; the mark's place is set on the element.
 */
import type { FeatureMap } from '@retinoscope/worker';
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { significant } from '../../../controllers/text.js';
import { colourCount, symmetricLimit } from '../../../plots/diverging.js';
import { formatNumber } from '../../../plots/numbers.js';
import { mapCanvas } from '../../../plots/pixels.js';
import type { Theme } from '../../../plots/theme.js';
import {
  firstLayer,
  type Layer,
  layerLabel,
  layerOf,
  markOf,
  movedPlace,
  type Place,
  placeAt,
  ranksOf,
  valuesAt,
} from './map-layers.js';

/** Pixels of a tile's picture. */
const tilePixels = 192;
/** Places that an arrow key with Shift moves by. */
const longStep = 5;
/** Tiles up to which they are drawn large. */
const fewTiles = 8;

const hintId = 'retino-maps-hint';

interface Drawn {
  readonly map: FeatureMap;
  readonly theme: Theme;
  readonly layer: Layer;
  readonly limit: number;
  readonly canvases: readonly HTMLCanvasElement[];
  readonly bar: HTMLCanvasElement;
}

export class MapExplorer {
  readonly #changed: () => void;
  readonly #tiles = createRef<HTMLElement>();
  #maps: readonly FeatureMap[] = [];
  #chosen = 0;
  #drawn?: Drawn;
  #place?: Place;
  #byKey = false;

  /** `changed` is called when the host has to update. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  render(maps: readonly FeatureMap[], theme: Theme): TemplateResult | typeof nothing {
    this.#take(maps);
    const map = maps[this.#chosen];
    if (!map) return nothing;
    const drawn = this.#draw(map, theme);
    const { layer, limit } = drawn;
    return html`<section class="maps" aria-label="Maps of the filters">
      <p class="title">Maps of the filters at this frame</p>
      <label class="field">
        Layer
        <select
          @change=${({ target }: Event) => this.#choose((target as HTMLSelectElement).selectedIndex)}
        >
          ${maps.map(
            (each, i) => html`<option .selected=${i === this.#chosen}>${layerLabel(each)}</option>`,
          )}
        </select>
      </label>
      <p class="muted small">${sizeText(layer)}</p>
      <div class="bar">
        ${drawn.bar}
        <div dir="ltr" class="small">
          <span>${formatNumber(-limit)}</span><span>0</span><span>${formatNumber(limit)}</span>
        </div>
      </div>
      ${this.#tileList(map, drawn)}
      <p class="readout small" aria-live=${this.#byKey ? 'polite' : 'off'}>${this.#readout(layer)}</p>
      <p class="muted small" id=${hintId}>
        Point at a place, or use the arrow keys (with Shift for ${longStep} places), to read it on every
        map. Escape takes the mark away.
      </p>
    </section>`;
  }

  /** After the host's update: puts the mark where it belongs. */
  placeMark(): void {
    const style = this.#tiles.value?.style;
    const layer = this.#drawn?.layer;
    if (!style || !layer || !this.#place) return;
    for (const [name, share] of Object.entries(markOf(this.#place, layer))) {
      style.setProperty(`--mark-${name}`, `${share}%`);
    }
  }

  #tileList(map: FeatureMap, { layer, limit, canvases }: Drawn): TemplateResult {
    const place = this.#place;
    const values = place ? valuesAt(layer, place) : [];
    const ranks = ranksOf(values);
    return html`<div
      ${ref(this.#tiles)}
      class="tiles"
      data-size=${canvases.length <= fewTiles ? 'large' : 'small'}
      tabindex="0"
      role="application"
      aria-label=${`${layerLabel(map)}: maps of ${canvases.length} filters, from ${formatNumber(-limit)} to ${formatNumber(limit)}`}
      aria-describedby=${hintId}
      @pointerdown=${this.#pointed}
      @pointermove=${this.#pointed}
      @keydown=${this.#keyed}
    >
      ${canvases.map(
        (canvas, i) => html`<div class="tile" ?data-ranked=${ranks[i] !== undefined}>
          <span class="number">${i}</span>
          <div class="frame">${canvas}${place ? html`<span class="mark"></span>` : nothing}</div>
          <span class="value"><bdi dir="ltr">${place ? significant(values[i]) : nothing}</bdi></span>
          <span class="rank">${ranks[i] ?? nothing}</span>
        </div>`,
      )}
    </div>`;
  }

  #readout(layer: Layer): string {
    if (!this.#place) return '';
    const { x, y } = this.#place;
    const values = valuesAt(layer, this.#place);
    const ranked = ranksOf(values)
      .flatMap((rank, filter) => (rank ? [{ rank, filter, size: Math.abs(values[filter]) }] : []))
      .sort((a, b) => b.size - a.size || a.filter - b.filter)
      .map(({ rank, filter }) => `filter ${filter} has ${significant(values[filter])} (${rank})`);
    return `x ${x}, y ${y}: ${ranked.length > 0 ? ranked.join(', ') : 'every filter has 0'}.`;
  }

  /** For another explanation the chosen layer is kept where there is one of its name. */
  #take(maps: readonly FeatureMap[]): void {
    if (maps === this.#maps) return;
    const before = this.#maps[this.#chosen];
    const same = before ? maps.findIndex((map) => map.name === before.name) : -1;
    this.#maps = maps;
    this.#chosen = same >= 0 ? same : firstLayer(maps);
  }

  #draw(map: FeatureMap, theme: Theme): Drawn {
    const known = this.#drawn;
    if (known?.map === map && known.theme === theme) return known;
    const layer = layerOf(map);
    const limit = symmetricLimit(layer.tiles.map(({ values }) => values));
    const same = known?.layer.width === layer.width && known.layer.height === layer.height;
    if (!same) this.#place = undefined;
    const steps = Array.from({ length: colourCount }, (_, i) => (2 * i) / (colourCount - 1) - 1);
    this.#drawn = {
      map,
      theme,
      layer,
      limit,
      canvases: layer.tiles.map((tile) => mapCanvas(tile, limit, theme, tilePixels)),
      bar: mapCanvas({ values: steps, height: 1, width: colourCount }, 1, theme, colourCount),
    };
    return this.#drawn;
  }

  #choose(index: number): void {
    this.#chosen = index;
    this.#byKey = false;
    this.#changed();
  }

  #mark(place: Place | undefined, byKey: boolean): void {
    const same = place?.x === this.#place?.x && place?.y === this.#place?.y;
    if (same && byKey === this.#byKey) return;
    this.#place = place;
    this.#byKey = byKey;
    this.#changed();
  }

  readonly #pointed = (event: PointerEvent): void => {
    const layer = this.#drawn?.layer;
    const frame = event.target instanceof Element && event.target.closest('.frame');
    if (!layer || !frame) return;
    const box = frame.getBoundingClientRect();
    this.#mark(placeAt(box, { x: event.clientX, y: event.clientY }, layer), false);
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const layer = this.#drawn?.layer;
    if (!layer || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      if (!this.#place) return;
      this.#mark(undefined, true);
    } else {
      const place = movedPlace(this.#place, event.key, layer, event.shiftKey ? longStep : 1);
      if (!place) return;
      this.#mark(place, true);
    }
    event.preventDefault();
  };
}

function sizeText({ tiles, filters, width, height, depth }: Layer): string {
  return [
    `${filters === 1 ? 'One map' : `${filters} maps`} of ${width} × ${height} places on one scale; filters and places are counted from 0.`,
    ...(filters > tiles.length
      ? [`The first ${tiles.length} are shown, ${filters - tiles.length} are not.`]
      : []),
    ...(depth
      ? [
          `Each map has ${depth.length} places along its third axis; the middle one, ${depth.shown}, is shown.`,
        ]
      : []),
    ...(tiles.every(({ values }) => Array.prototype.every.call(values, (value) => value === 0))
      ? ['All values are 0.']
      : []),
  ].join(' ');
}
