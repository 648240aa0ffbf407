/** Defines `<retino-response>`, unless another copy of the script has. */
import { RetinoResponse } from './retino-response.component.js';

export { RetinoResponse };

customElements.get('retino-response') ?? customElements.define('retino-response', RetinoResponse);

declare global {
  interface HTMLElementTagNameMap {
    'retino-response': RetinoResponse;
  }
}
