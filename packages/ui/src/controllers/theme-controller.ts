/**
 * Whether an element stands on a light or a dark ground, for plots that are drawn in fixed colours.
 * Told by the element's computed text colour, so it follows the `theme` attribute, the page's `color-scheme`
 * and the system alike. Asks for an update when it changes.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class ThemeController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #theme: 'light' | 'dark' = 'light';
  #observer?: MutationObserver;
  #system?: MediaQueryList;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  get theme(): 'light' | 'dark' {
    return this.#theme;
  }

  hostConnected(): void {
    this.#system = matchMedia('(prefers-color-scheme: dark)');
    this.#system.addEventListener('change', this.#look);
    this.#observer = new MutationObserver(this.#look);
    const filter = { attributes: true, attributeFilter: ['data-theme', 'theme', 'class', 'style'] };
    this.#observer.observe(this.#host.ownerDocument.documentElement, filter);
    this.#observer.observe(this.#host, filter);
    this.#look();
  }

  hostDisconnected(): void {
    this.#system?.removeEventListener('change', this.#look);
    this.#observer?.disconnect();
  }

  readonly #look = (): void => {
    const theme = isLight(getComputedStyle(this.#host).color) ? 'dark' : 'light';
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#host.requestUpdate();
  };
}

/** True for a text colour `rgb(…)` above the middle of relative luminance; false for other notations. */
export function isLight(colour: string): boolean {
  const channels = /^rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)/.exec(colour)?.slice(1).map(Number);
  if (!channels) return false;
  const [red, green, blue] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127;
}
