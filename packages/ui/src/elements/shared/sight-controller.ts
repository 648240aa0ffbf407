/** Whether an element has been in sight, or nearly so. Asks for an update when it first is. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class SightController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer?: IntersectionObserver;
  #seen = false;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  get seen(): boolean {
    return this.#seen;
  }

  hostConnected(): void {
    if (this.#seen) return;
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.#seen = true;
        this.#observer?.disconnect();
        this.#host.requestUpdate();
      },
      { rootMargin: '100px' },
    );
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }
}
