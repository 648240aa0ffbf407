/** Defines `<retino-receptive-field>`, unless another copy of the script has. */
import { RetinoReceptiveField } from './retino-receptive-field.component.js';

export { RetinoReceptiveField };

customElements.get('retino-receptive-field') ??
  customElements.define('retino-receptive-field', RetinoReceptiveField);

declare global {
  interface HTMLElementTagNameMap {
    'retino-receptive-field': RetinoReceptiveField;
  }
}
