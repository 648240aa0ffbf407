/** Defines `<retino-pruning>`, unless another copy of the script has. */
import { RetinoPruning } from './retino-pruning.component.js';

export { RetinoPruning };

customElements.get('retino-pruning') ?? customElements.define('retino-pruning', RetinoPruning);

declare global {
  interface HTMLElementTagNameMap {
    'retino-pruning': RetinoPruning;
  }
}
