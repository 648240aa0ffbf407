/** Defines `<retino-picture>`, unless another copy of the script has. */
import { RetinoPicture } from './retino-picture.component.js';

export { RetinoPicture };

customElements.get('retino-picture') ?? customElements.define('retino-picture', RetinoPicture);

declare global {
  interface HTMLElementTagNameMap {
    'retino-picture': RetinoPicture;
  }
}
