/** Defines `<retino-sweep>`, unless another copy of the script has. */
import { RetinoSweep } from './retino-sweep.component.js';

export { RetinoSweep };

customElements.get('retino-sweep') ?? customElements.define('retino-sweep', RetinoSweep);

declare global {
  interface HTMLElementTagNameMap {
    'retino-sweep': RetinoSweep;
  }
}
