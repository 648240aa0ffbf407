/** Defines `<retino-figure>`, unless another copy of the script has. */
import { RetinoFigure } from './retino-figure.component.js';

export { RetinoFigure };

customElements.get('retino-figure') ?? customElements.define('retino-figure', RetinoFigure);

declare global {
  interface HTMLElementTagNameMap {
    'retino-figure': RetinoFigure;
  }
}
