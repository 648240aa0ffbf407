/** Defines `<retino-trainer>`, unless another copy of the script has. */
import { RetinoTrainer } from './retino-trainer.component.js';

export { RetinoTrainer };

customElements.get('retino-trainer') ?? customElements.define('retino-trainer', RetinoTrainer);

declare global {
  interface HTMLElementTagNameMap {
    'retino-trainer': RetinoTrainer;
  }
}
