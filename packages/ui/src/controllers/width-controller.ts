/** The width of an element in CSS pixels, for what is drawn to measure. Asks for an update when it changes. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class WidthController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer?: ResizeObserver;
  #width: number;

  /** `fallback` until the element has been laid out. */
  constructor(host: ReactiveControllerHost & HTMLElement, fallback = 640) {
    this.#host = host;
    this.#width = fallback;
    host.addController(this);
  }

  get width(): number {
    return this.#width;
  }

  hostConnected(): void {
    this.#observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width === 0 || width === this.#width) return;
      this.#width = width;
      this.#host.requestUpdate();
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }
}
