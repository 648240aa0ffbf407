/** Defines `<retino-cell>`, unless another copy of the script has. */
import { RetinoCell } from './retino-cell.component.js';

export { RetinoCell };

customElements.get('retino-cell') ?? customElements.define('retino-cell', RetinoCell);

declare global {
  interface HTMLElementTagNameMap {
    'retino-cell': RetinoCell;
  }
}
