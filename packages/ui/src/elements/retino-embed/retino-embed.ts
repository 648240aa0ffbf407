/** Defines `<retino-embed>`, unless another copy of the script has. */
import { RetinoEmbed } from './retino-embed.component.js';

export { RetinoEmbed };

customElements.get('retino-embed') ?? customElements.define('retino-embed', RetinoEmbed);

declare global {
  interface HTMLElementTagNameMap {
    'retino-embed': RetinoEmbed;
  }
}
