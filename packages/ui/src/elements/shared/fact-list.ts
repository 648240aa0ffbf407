/** Names and values as a definition list; what several elements end with. */
import { html, nothing, type TemplateResult } from 'lit';

export type Fact = readonly [name: string, value: string];

/** Nothing when there is nothing to tell. Styled by `messages`. */
export function factList(facts: readonly Fact[]): TemplateResult | typeof nothing {
  if (facts.length === 0) return nothing;
  return html`<dl class="facts" part="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
