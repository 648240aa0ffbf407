/** Defines `<retino-transfer>`, unless another copy of the script has. */
import { RetinoTransfer } from './retino-transfer.component.js';

export { RetinoTransfer };

customElements.get('retino-transfer') ?? customElements.define('retino-transfer', RetinoTransfer);

declare global {
  interface HTMLElementTagNameMap {
    'retino-transfer': RetinoTransfer;
  }
}
