/**
 * The element as it will be, made once a person asks for it. Promises that another one is made when what is shown
 * changes, and that a predictor with a model of its own does not take the page's network for it.
 */
import { Session } from '../../controllers/session.js';
import { dataAddress } from './single-file.js';
import type { Embedded } from './snippets.js';

/** A model by its bytes. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** `embedded` with the model inside, where there is one. */
export function withModel(embedded: Embedded, source: Source | undefined): Embedded {
  if (!source) return embedded;
  return {
    ...embedded,
    attributes: { ...embedded.attributes, model: dataAddress(source.bytes) },
  };
}

export class LiveElement {
  #key = '';
  #source?: Source;
  #element?: HTMLElement;
  #session?: Session;

  /** Undefined until something is shown. */
  get element(): HTMLElement | undefined {
    return this.#element;
  }

  /** The model stands in the attribute itself: a page's policy may forbid to fetch from a blob. */
  show(embedded: Embedded, source: Source | undefined): void {
    const key = JSON.stringify(embedded);
    if (this.#element && this.#key === key && this.#source === source) return;
    this.end();
    const element = document.createElement(embedded.element);
    const { attributes } = withModel(embedded, source);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (attributes.model !== undefined) {
      this.#session = new Session();
      Object.assign(element, { session: this.#session });
    }
    this.#key = key;
    this.#source = source;
    this.#element = element;
  }

  end(): void {
    this.#element?.remove();
    this.#element = undefined;
    this.#source = undefined;
    this.#session?.dispose();
    this.#session = undefined;
  }
}
