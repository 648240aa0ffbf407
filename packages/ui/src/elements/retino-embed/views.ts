/** Parts of retino-embed that only show what they are given and say what a person did. */
import { html, nothing, type TemplateResult } from 'lit';
import { bytes } from '../../controllers/text.js';
import { selectField } from '../shared/select-field.js';
import { type AttributeField, themes } from './choices.js';
import { type Host, type HostName, hosts, type Way, ways } from './hosts.js';

const labels: Readonly<Record<string, string>> = {
  model: 'Where the model will lie',
  heading: 'Heading',
  theme: 'Colours',
  autostart: 'Start without being asked',
};

type Change = (value: string) => void;

export function textField(
  label: string,
  value: string,
  change: Change,
  { hint = '', wide = false } = {},
): TemplateResult {
  return html`<label class="field ${wide ? 'wide' : ''}">
    ${label}
    <input
      type="text"
      autocomplete="off"
      spellcheck="false"
      placeholder=${hint}
      .value=${value}
      @change=${(event: Event) => change((event.target as HTMLInputElement).value)}
    />
  </label>`;
}

export function checkbox(
  label: string,
  checked: boolean,
  change: (checked: boolean) => void,
): TemplateResult {
  return html`<label class="check">
    <input
      type="checkbox"
      .checked=${checked}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    />
    ${label}
  </label>`;
}

/** The field of one attribute; a flag's value is `on` or empty. */
export function attributeField(
  { name, kind, accepted }: AttributeField,
  value: string,
  change: Change,
): TemplateResult {
  const label = labels[name] ?? name;
  switch (kind) {
    case 'flag':
      return checkbox(label, value === 'on', (checked) => change(checked ? 'on' : ''));
    case 'theme':
      return selectField(
        label,
        [['', 'Those of the page'], ...themes.map((each) => [each, each] as const)],
        value,
        change,
      );
    case 'text':
      return textField(label, value, change, { hint: Object.hasOwn(labels, name) ? '' : accepted });
  }
}

export function hostChoice(host: HostName, change: (host: HostName) => void): TemplateResult {
  const options = Object.entries(hosts).map(([value, { name }]) => [value, name] as const);
  return selectField('Where will it go?', options, host, (value) => change(value as HostName));
}

export function wayChoice(way: Way, host: Host, change: (way: Way) => void): TemplateResult {
  return html`<fieldset class="ways">
    <legend>As</legend>
    ${Object.entries(ways).map(([value, name]) => {
      const each = value as Way;
      const works = host.ways.includes(each);
      return html`<label class=${works ? '' : 'off'}>
        <input
          type="radio"
          name="way"
          .value=${each}
          .checked=${each === way}
          ?disabled=${!works}
          @change=${() => change(each)}
        />
        ${name}
      </label>`;
    })}
  </fieldset>`;
}

export function hostNotes({ administrator, steps }: Host): TemplateResult {
  return html`<details>
    <summary>What it needs there</summary>
    <div class="stack">
      ${administrator ? html`<p>${administrator}</p>` : nothing}
      <ol>
        ${steps.map((step) => html`<li>${step}</li>`)}
      </ol>
    </div>
  </details>`;
}

/** A text to copy. `copy` is given the text and the node that shows it. */
export function snippet(
  label: string,
  text: string,
  copy: (text: string, shown: Node) => void,
): TemplateResult {
  return html`<div class="snippet">
    <div class="row">
      <span class="muted small">${label}</span>
      <button
        type="button"
        aria-label="Copy: ${label}"
        @click=${({ currentTarget }: Event) => {
          const shown = (currentTarget as Element).closest('.snippet')?.querySelector('code');
          if (shown) copy(text, shown);
        }}
      >
        Copy
      </button>
    </div>
    <pre part="snippet" tabindex="0" role="group" aria-label=${label}><code>${text}</code></pre>
  </div>`;
}

export function savingView(
  { read, all }: { readonly read: number; readonly all?: number },
  cancel: () => void,
): TemplateResult {
  return html`<div class="stack">
    <p class="muted">Fetching the page: ${bytes(read)}${all ? ` of ${bytes(all)}` : ''}.</p>
    <progress
      aria-label="Fetching the page"
      max="1"
      .value=${all ? Math.min(1, read / all) : 0}
    ></progress>
    <div class="row"><button type="button" @click=${cancel}>Cancel</button></div>
  </div>`;
}
