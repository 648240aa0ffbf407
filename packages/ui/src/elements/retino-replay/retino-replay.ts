/** Defines `<retino-replay>`, unless another copy of the script has. */
import { type ReplayedFrame, RetinoReplay } from './retino-replay.component.js';

export { type ReplayedFrame, RetinoReplay };

customElements.get('retino-replay') ?? customElements.define('retino-replay', RetinoReplay);

declare global {
  interface HTMLElementTagNameMap {
    'retino-replay': RetinoReplay;
  }
}
