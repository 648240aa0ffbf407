/** Defines `<retino-filters>`, unless another copy of the script has. */
import { RetinoFilters } from './retino-filters.component.js';

export { RetinoFilters };

customElements.get('retino-filters') ?? customElements.define('retino-filters', RetinoFilters);

declare global {
  interface HTMLElementTagNameMap {
    'retino-filters': RetinoFilters;
  }
}
