/**
 * Whether an element is on the screen or nearly so, so that what is out of sight is not drawn. Asks for an
 * update when the element comes into sight. Counts as in sight until the browser has said otherwise.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class VisibilityController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #sight: IntersectionObserverInit;
  #observer?: IntersectionObserver;
  #visible = true;

  /** `sight`: what counts as in sight; within 200 pixels of the window when absent. */
  constructor(
    host: ReactiveControllerHost & HTMLElement,
    sight: IntersectionObserverInit = { rootMargin: '200px' },
  ) {
    this.#host = host;
    this.#sight = sight;
    host.addController(this);
  }

  get visible(): boolean {
    return this.#visible;
  }

  hostConnected(): void {
    this.#visible = true;
    this.#observer = new IntersectionObserver((entries) => {
      const visible = entries.some((entry) => entry.isIntersecting);
      if (visible === this.#visible) return;
      this.#visible = visible;
      if (visible) this.#host.requestUpdate();
    }, this.#sight);
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }
}
