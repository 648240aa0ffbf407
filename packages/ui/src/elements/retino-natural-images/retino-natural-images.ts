/** Defines `<retino-natural-images>`, unless another copy of the script has. */
import { RetinoNaturalImages } from './retino-natural-images.component.js';

export { RetinoNaturalImages };

customElements.get('retino-natural-images') ??
  customElements.define('retino-natural-images', RetinoNaturalImages);

declare global {
  interface HTMLElementTagNameMap {
    'retino-natural-images': RetinoNaturalImages;
  }
}
