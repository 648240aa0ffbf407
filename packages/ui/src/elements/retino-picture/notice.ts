/** What a figure says while it has nothing to show: empty, at work, or failed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Activity, SessionState } from '../../controllers/session.js';

/**
 * A sentence for the state of a session; `empty` where nothing is going on. An error is said only by the element
 * that it belongs to: by this one for what is in `own`, and for everything where the element stands `alone`.
 */
export function notice(
  current: SessionState | undefined,
  empty: string,
  { own = [], alone }: { own?: readonly Activity[]; alone: boolean },
): TemplateResult {
  if (current?.error && (alone || (current.failed && own.includes(current.failed)))) {
    return html`<p class="message error" role="alert">${current.error.message}</p>`;
  }
  const what = current && atWork(current);
  if (!what) return html`<p class="message muted">${empty}</p>`;
  const { phase } = current;
  return html`<div class="message" role="status">
    <p>${what}</p>
    ${
      phase === undefined
        ? nothing
        : html`<progress max="1" .value=${phase.done} aria-label=${what}></progress>`
    }
  </div>`;
}

/** What is going on, for a person; undefined when nothing is. */
export function atWork({ activity, phase }: SessionState): string | undefined {
  switch (activity) {
    case 'opening':
      return phase?.what ?? 'Opening the recording';
    case 'receptive-field':
      return phase?.what ?? 'Finding the receptive field';
    case 'training':
      return phase?.what ?? 'Training a network';
    case 'paused':
      return 'The training is paused.';
    case 'idle':
      return undefined;
  }
}
