/** What every element's shadow tree shares: type, controls, panels, messages. Adopted first in `static styles`. */
import { css } from 'lit';
import './tokens.js';

export const base = css`
  /* Important, so that a page whose rules reach everything does not reach in here; it has the custom properties. */
  :host {
    display: block !important;
    min-width: 0;
    color: var(--retino-text) !important;
    font: 400 var(--retino-font-size) / 1.5 var(--retino-font) !important;
    font-variant-numeric: tabular-nums !important;
    letter-spacing: normal !important;
    word-spacing: normal !important;
    text-align: start !important;
    text-indent: 0 !important;
    text-shadow: none !important;
    text-transform: none !important;
    white-space: normal !important;
  }
  :host([hidden]) {
    display: none !important;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  /* The words are English, also where a page runs from right to left. */
  :is(button, .button, dd, dt, legend, li, p, span, summary, td, th) {
    unicode-bidi: plaintext;
  }
  :is(dd, dt, legend, li, p) {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  p {
    margin: 0;
    max-width: 72ch;
  }
  a {
    color: var(--retino-accent);
  }
  :focus-visible {
    outline: var(--retino-focus);
    outline-offset: 2px;
  }
  .muted {
    color: var(--retino-muted);
  }
  .small {
    font-size: var(--retino-font-size-small);
  }
  .button:focus-within {
    outline: var(--retino-focus);
    outline-offset: 2px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2 * var(--retino-space));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--retino-space);
    align-items: center;
  }
`;

export const controls = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-height: 2.25rem;
    padding: 0 0.875rem;
    border: 1px solid var(--retino-control-line);
    border-radius: var(--retino-radius);
    background: var(--retino-ground);
    color: var(--retino-text);
    font: inherit;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover:not(:disabled),
  .button:hover {
    border-color: var(--retino-accent);
    color: var(--retino-accent);
  }
  button.primary {
    border-color: var(--retino-accent);
    background: var(--retino-accent);
    color: var(--retino-on-accent);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    color: var(--retino-on-accent);
    filter: brightness(1.08);
  }
  button:disabled {
    border-color: var(--retino-line);
    color: var(--retino-muted);
    background: transparent;
    cursor: not-allowed;
  }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
    gap: calc(1.5 * var(--retino-space)) calc(2 * var(--retino-space));
    align-items: end;
  }
  .field {
    display: grid;
    gap: 0.25rem;
    align-content: start;
    min-width: 0;
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  select,
  input:not([type='file'], [type='checkbox'], [type='radio']) {
    width: 100%;
    min-height: 2.25rem;
    padding: 0 0.5rem;
    border: 1px solid var(--retino-control-line);
    border-radius: var(--retino-radius);
    background: var(--retino-ground);
    color: var(--retino-text);
    font: inherit;
    font-size: var(--retino-font-size);
  }
  input:invalid,
  input[aria-invalid='true'] {
    border-color: var(--retino-danger);
  }
  select:disabled,
  input:disabled {
    border-color: var(--retino-line);
    color: var(--retino-muted);
    background: var(--retino-panel);
  }
  progress {
    appearance: none;
    display: block;
    width: 100%;
    height: 6px;
    border: 0;
    border-radius: 3px;
    overflow: hidden;
    background: var(--retino-line);
  }
  progress::-webkit-progress-bar {
    background: var(--retino-line);
  }
  progress::-webkit-progress-value {
    background: var(--retino-accent);
  }
  progress::-moz-progress-bar {
    background: var(--retino-accent);
  }
`;

export const messages = css`
  .message {
    padding: calc(1.5 * var(--retino-space)) calc(2 * var(--retino-space));
    border-radius: var(--retino-radius);
    border-inline-start: 3px solid var(--retino-control-line);
    background: var(--retino-panel);
    overflow-wrap: anywhere;
  }
  .message.error {
    border-color: var(--retino-danger);
    background: var(--retino-danger-ground);
    color: var(--retino-danger);
  }
  .message.warning {
    border-color: var(--retino-warning);
    background: var(--retino-warning-ground);
    color: var(--retino-warning);
  }
  dl.facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
    gap: calc(1.5 * var(--retino-space)) calc(2 * var(--retino-space));
    margin: 0;
  }
  dl.facts dt {
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  dl.facts dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/** A table below a summary, scrolled where it is wide. */
export const tables = css`
  .scroll {
    overflow-x: auto;
  }
  details > summary {
    cursor: pointer;
  }
  table {
    margin-top: var(--retino-space);
    border-collapse: collapse;
    font-size: var(--retino-font-size-small);
  }
  th,
  td {
    padding: 0.25rem 0.75rem 0.25rem 0;
    border-bottom: 1px solid var(--retino-line);
    text-align: start;
    white-space: nowrap;
  }
`;
