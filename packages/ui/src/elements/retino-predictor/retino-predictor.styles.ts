/** Look of retino-predictor. */
import { css } from 'lit';

export const styles = css`
  :host([dragging]) {
    outline: 2px dashed var(--retino-accent);
    outline-offset: 6px;
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
