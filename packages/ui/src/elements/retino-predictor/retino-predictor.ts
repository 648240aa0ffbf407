/** Defines `<retino-predictor>`, unless another copy of the script has. */
import { RetinoPredictor } from './retino-predictor.component.js';

export { RetinoPredictor };

customElements.get('retino-predictor') ??
  customElements.define('retino-predictor', RetinoPredictor);

declare global {
  interface HTMLElementTagNameMap {
    'retino-predictor': RetinoPredictor;
  }
}
