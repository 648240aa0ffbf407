/**
 * A frame around one picture: title, caption, its values on pointing or by the arrow keys, and buttons that save or
 * copy it. Draws no picture itself and knows no session.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { canvasPng, exportPng, exportSvg, fileName, saveFile } from '../../plots/index.js';
import { base, controls } from '../../styles/index.js';
import { cssProperties } from '../shared/css-properties.js';
import { styles } from './retino-picture.styles.js';
import { nearest, step } from './values.js';

/** Pixels of a saved PNG for one CSS pixel. */
const pngScale = 2;

type Picture = SVGSVGElement | HTMLCanvasElement;

/** Marks of a picture that say a value. */
const marks = '[data-say]';

/** Pixels between a mark and its outline. */
const margin = 3;

/** The value that is shown. */
interface Reading {
  readonly index: number;
  readonly text: string;
  readonly by: 'pointer' | 'key';
  /** Of the mark, in the box around the picture, pixels. */
  readonly outline: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/**
 * Frames the picture in its default slot (an `svg` or a `canvas`) and lets a person save it as SVG, PNG or,
 * where numbers are given, CSV, or copy it. The text in the attribute `data-say` of a mark of an `svg` is shown below
 * the picture while a person points at the mark or steps to it with the arrow keys.
 *
 * @element retino-picture
 *
 * @attr {string} name - Words of the file names: `receptive-field` gives `retinoscope-receptive-field.svg`.
 * @attr {string} heading - Title, where the slot `title` is empty.
 * @attr {string} caption - Caption, where the slot `caption` is empty.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-export - A file was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - The picture.
 * @slot title - Title of the figure.
 * @slot caption - Caption below the picture.
 *
 * @csspart figure - The frame.
 * @csspart title - The title.
 * @csspart tools - The row of buttons.
 * @csspart picture - The box around the picture.
 * @csspart reading - The line with the value that is pointed at.
 * @csspart caption - The caption.
 *
 * @cssproperty --retino-space - Unit of spacing.
 * @cssproperty --retino-muted - Colour of the caption.
 */
export class RetinoPicture extends LitElement {
  static override styles = [base, controls, styles];

  @property() name = 'figure';
  @property() heading = '';
  @property() caption = '';
  @property({ reflect: true }) theme?: string;
  /** Gives the numbers behind the picture, comma-separated; asked only when they are wanted. */
  @property({ attribute: false }) csv?: () => string;

  @state() private kind: 'none' | 'svg' | 'canvas' = 'none';
  @state() private message = '';
  /** Whether marks of the picture say values. */
  @state() private says = false;
  @state() private reading?: Reading;

  readonly #theme = new ThemeController(this);

  protected override render(): TemplateResult {
    const what = this.heading || this.name;
    return html`<figure part="figure" aria-label=${what}>
      <div class="head">
        <div class="title" part="title"><slot name="title">${this.heading}</slot></div>
        ${this.kind === 'none' ? nothing : this.#tools(what)}
      </div>
      ${this.#box(what)}
      <figcaption part="caption"><slot name="caption">${this.caption}</slot></figcaption>
      <div class="status small muted" role="status">${this.message}</div>
    </figure>`;
  }

  #box(what: string): TemplateResult {
    const { says, reading } = this;
    return html`<div
        class="picture"
        part="picture"
        role=${says ? 'group' : nothing}
        tabindex=${says ? 0 : nothing}
        aria-label=${says ? `${what}: the arrow keys step through the values` : nothing}
        @pointermove=${this.#point}
        @pointerdown=${this.#point}
        @pointerleave=${this.#leave}
        @keydown=${this.#key}
        @blur=${this.#clear}
      >
        <slot @slotchange=${this.#look}></slot>
        ${reading ? html`<div class="mark" ${cssProperties(place(reading))}></div>` : nothing}
      </div>
      ${
        says
          ? html`<div
              class="reading small"
              part="reading"
              aria-live=${reading?.by === 'key' ? 'polite' : 'off'}
            >
              ${reading?.text ?? html`<span class="hint muted">Point at a value to read it.</span>`}
            </div>`
          : nothing
      }`;
  }

  #tools(what: string): TemplateResult {
    const button = (label: string, name: string, action: () => Promise<void>): TemplateResult =>
      html`<button type="button" aria-label=${name} title=${name} @click=${() => this.#try(action)}>
        ${label}
      </button>`;
    return html`<div class="tools" part="tools" role="group" aria-label="Save or copy: ${what}">
      ${this.kind === 'svg' ? button('SVG', 'Download SVG', () => this.#saveSvg()) : nothing}
      ${button('PNG', 'Download PNG', () => this.#savePng())}
      ${this.csv ? button('CSV', 'Download data as CSV', () => this.#saveCsv()) : nothing}
      ${button('Copy', 'Copy picture', () => this.#copy())}
    </div>`;
  }

  get #picture(): Picture | undefined {
    for (const child of this.children) {
      if (child.slot !== '') continue;
      if (child instanceof SVGSVGElement || child instanceof HTMLCanvasElement) return child;
      const inner = child.querySelector<Picture>('svg, canvas');
      if (inner) return inner;
    }
    return undefined;
  }

  readonly #look = (): void => {
    const picture = this.#picture;
    this.kind = !picture ? 'none' : picture instanceof SVGSVGElement ? 'svg' : 'canvas';
    this.message = '';
    this.says = this.#marks().length > 0;
    this.reading = undefined;
  };

  #marks(): Element[] {
    const picture = this.#picture;
    return picture instanceof SVGSVGElement ? [...picture.querySelectorAll(marks)] : [];
  }

  readonly #point = ({ clientX, clientY }: PointerEvent): void => {
    if (!this.says) return;
    const found = this.#marks();
    const boxes = found.map((mark) => mark.getBoundingClientRect());
    const index = nearest(boxes, clientX, clientY);
    if (index !== undefined) this.#read(index, found[index], boxes[index], 'pointer');
    else if (this.reading?.by === 'pointer') this.reading = undefined;
  };

  readonly #leave = ({ pointerType }: PointerEvent): void => {
    // A finger that is lifted leaves: what it has asked for stays.
    if (pointerType === 'mouse' && this.reading?.by === 'pointer') this.reading = undefined;
  };

  readonly #clear = (): void => {
    this.reading = undefined;
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (!this.says || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') {
      if (!this.reading) return;
      this.#clear();
    } else {
      const found = this.#marks();
      const boxes = found.map((mark) => mark.getBoundingClientRect());
      const index = step(boxes, this.reading?.index, event.key);
      if (index === undefined) return;
      this.#read(index, found[index], boxes[index], 'key');
    }
    event.preventDefault();
  };

  #read(index: number, mark: Element, edges: DOMRect, by: Reading['by']): void {
    const text = mark.getAttribute('data-say') ?? '';
    if (this.reading?.index === index && this.reading.text === text && this.reading.by === by)
      return;
    const box = this.renderRoot.querySelector<HTMLElement>('.picture');
    if (!box) return;
    const origin = box.getBoundingClientRect();
    const dx = box.scrollLeft - origin.left;
    const dy = box.scrollTop - origin.top;
    // Within the box, which would otherwise scroll.
    const left = Math.max(0, edges.left + dx - margin);
    const top = Math.max(0, edges.top + dy - margin);
    const right = Math.min(box.scrollWidth, edges.right + dx + margin);
    const bottom = Math.min(box.scrollHeight, edges.bottom + dy + margin);
    this.reading = {
      index,
      text,
      by,
      outline: { left, top, width: right - left, height: bottom - top },
    };
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  async #saveSvg(): Promise<void> {
    const picture = this.#picture;
    if (picture instanceof SVGSVGElement) this.#save(exportSvg(picture, this.#theme.theme), 'svg');
  }

  async #savePng(): Promise<void> {
    const png = await this.#png();
    if (png) this.#save(png, 'png');
  }

  async #saveCsv(): Promise<void> {
    if (this.csv) this.#save(new Blob([this.csv()], { type: 'text/csv' }), 'csv');
  }

  async #png(): Promise<Blob | undefined> {
    const picture = this.#picture;
    if (!picture) return undefined;
    return picture instanceof SVGSVGElement
      ? exportPng(picture, pngScale, this.#theme.theme)
      : canvasPng(picture);
  }

  #save(blob: Blob, extension: string): void {
    const name = fileName(this.name, extension);
    saveFile(blob, name);
    this.#done(`Saved ${name}.`, { name, type: blob.type });
  }

  /** The picture; where a browser does not copy pictures, its numbers. */
  async #copy(): Promise<void> {
    const png = this.#png().then((blob) => blob ?? new Blob([], { type: 'image/png' }));
    try {
      // The promise is handed over unresolved: some browsers allow copying only within the click itself.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
      this.#done('Copied the picture.', { name: this.name, type: 'image/png' });
    } catch {
      if (!this.csv || !navigator.clipboard) {
        throw new Error(
          'This browser does not allow copying pictures here. Save it as PNG instead.',
        );
      }
      await navigator.clipboard.writeText(this.csv());
      this.#done('This browser does not copy pictures; its numbers were copied instead.', {
        name: this.name,
        type: 'text/csv',
      });
    }
  }

  #done(message: string, detail: { name: string; type: string }): void {
    this.message = message;
    this.dispatchEvent(new CustomEvent('retino-export', { detail, bubbles: true, composed: true }));
  }
}

function place({ outline }: Reading): Record<string, string> {
  return Object.fromEntries(Object.entries(outline).map(([name, value]) => [name, `${value}px`]));
}
