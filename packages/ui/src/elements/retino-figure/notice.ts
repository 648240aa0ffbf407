/** What a figure says while it has nothing to show: empty, at work, or failed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SessionState } from '../../controllers/session.js';

/**
 * A sentence for the state of a session; `empty` where nothing is going on. `failed`: the error, where it is
 * this figure's to show.
 */
export function notice(current: SessionState | undefined, empty: string): TemplateResult {
  if (current?.error) {
    return html`<p class="message error" role="alert">${current.error.message}</p>`;
  }
  const what = current && atWork(current);
  if (!what) return html`<p class="message muted">${empty}</p>`;
  const { progress } = current;
  const done = progress?.kind === 'work' ? progress.done : undefined;
  return html`<div class="message" role="status">
    <p>${what}</p>
    ${
      done === undefined
        ? nothing
        : html`<progress max="1" .value=${done} aria-label=${what}></progress>`
    }
  </div>`;
}

/** What is going on, for a person; undefined when nothing is. */
export function atWork({ activity, progress }: SessionState): string | undefined {
  switch (activity) {
    case 'opening':
      return progress?.kind === 'work' && progress.what ? progress.what : 'Opening the recording…';
    case 'receptive-field':
      return progress?.kind === 'work' && progress.what
        ? progress.what
        : 'Finding the receptive field…';
    case 'training':
      return 'Training a network…';
    case 'paused':
      return 'The training is paused.';
    case 'idle':
      return undefined;
  }
}
