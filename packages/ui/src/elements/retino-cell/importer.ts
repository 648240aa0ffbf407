/** Defines `<retino-importer>`, a part of retino-cell, unless another copy of the script has. */
import { RetinoImporter } from './importer.component.js';

export { RetinoImporter };

customElements.get('retino-importer') ?? customElements.define('retino-importer', RetinoImporter);

declare global {
  interface HTMLElementTagNameMap {
    'retino-importer': RetinoImporter;
  }
}
