/** Look of retino-predictor. */
import { css } from 'lit';

export const styles = css`
  :host([dragging]) {
    outline: 2px dashed var(--retino-accent);
    outline-offset: 6px;
  }
  .introduction {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--retino-space)) calc(3 * var(--retino-space));
    align-items: flex-start;
  }
  .introduction > .stack {
    flex: 1 1 16rem;
    min-width: 0;
  }
  .title {
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  .poster {
    display: block;
    max-width: min(100%, 20rem);
    max-height: 16rem;
  }
  .field-maps {
    display: flex;
    gap: var(--retino-space);
    align-items: flex-start;
  }
  .field-maps > canvas {
    max-width: 160px;
    height: auto;
    image-rendering: pixelated;
  }
  .field-maps .scale {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / auto;
    justify-items: start;
    height: 160px;
    font-size: var(--retino-font-size-small);
    line-height: 1;
    color: var(--retino-muted);
  }
  .field-maps .scale canvas {
    width: 0.75rem;
    height: 100%;
    min-height: 0;
    margin-block: 2px;
  }
  .message.progress {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--retino-space);
    align-items: center;
  }
  .message.progress progress {
    grid-row: 2;
  }
  .message.progress button {
    grid-row: 1 / span 2;
    grid-column: 2;
  }
  .explanation-part > .stack {
    margin-top: var(--retino-space);
  }
  .fields {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
  }
  figure {
    margin: 0;
    min-width: 0;
  }
  figure svg {
    display: block;
    max-width: 100%;
    height: auto;
  }
  .table {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: var(--retino-font-size-small);
  }
  caption {
    padding-bottom: var(--retino-space);
    text-align: start;
    color: var(--retino-muted);
  }
  th,
  td {
    padding: 0.125rem 0.75rem 0.125rem 0;
    border-bottom: 1px solid var(--retino-line);
    text-align: end;
    white-space: nowrap;
  }
  th:first-child {
    text-align: start;
  }
  summary {
    cursor: pointer;
  }
  details dl {
    margin-top: var(--retino-space);
  }
  .agreement strong {
    font-weight: 600;
  }
`;
