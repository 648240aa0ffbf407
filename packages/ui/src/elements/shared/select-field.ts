/** A choice of one of several in a field with its label. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

/** `options` are values with what a person reads. */
export function selectField(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  change: (value: string) => void,
): TemplateResult {
  return html`<label class="field">
    ${label}
    <select @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>
      ${options.map(
        ([value, text]) =>
          html`<option value=${value} .selected=${live(value === chosen)}>${text}</option>`,
      )}
    </select>
  </label>`;
}
