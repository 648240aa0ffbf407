/** Look of retino-embed. */
import { css } from 'lit';

export const styles = css`
  .fields {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
  }
  .wide {
    grid-column: 1 / -1;
  }
  .check {
    display: flex;
    gap: 0.4rem;
    align-items: center;
    min-height: 2.25rem;
  }
  fieldset.ways {
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(2 * var(--retino-space));
    align-items: center;
  }
  .ways legend {
    float: left;
    padding: 0;
    margin-inline-end: var(--retino-space);
  }
  .ways label {
    display: inline-flex;
    gap: 0.35rem;
    align-items: center;
    min-height: 2.25rem;
  }
  .ways label.off {
    color: var(--retino-muted);
  }
  ol {
    margin: 0;
    padding-inline-start: 1.5rem;
    max-width: 72ch;
    overflow-wrap: anywhere;
  }
  details > summary {
    cursor: pointer;
  }
  details[open] > summary {
    margin-bottom: var(--retino-space);
  }
  .snippet {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(0.5 * var(--retino-space));
  }
  .snippet .row {
    justify-content: space-between;
  }
  .snippet button {
    min-height: 1.75rem;
    padding: 0 0.5rem;
    font-size: var(--retino-font-size-small);
  }
  pre {
    margin: 0;
    padding: calc(1.5 * var(--retino-space));
    border: 1px solid var(--retino-line);
    border-radius: var(--retino-radius);
    background: var(--retino-panel);
    font: var(--retino-font-size-small) / 1.5 var(--retino-font-mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .live {
    padding: calc(2 * var(--retino-space));
    border: 1px dashed var(--retino-control-line);
    border-radius: var(--retino-radius);
    background: var(--retino-ground);
  }
  .status:empty {
    display: none;
  }
`;
