/** Look of the elements of experiments. */
import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  header {
    display: grid;
    gap: var(--retino-space);
  }
  .title {
    font-weight: 600;
  }
  .fields {
    grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr));
    max-width: 60rem;
  }
  .meter {
    display: grid;
    gap: calc(0.5 * var(--retino-space));
  }
  .runs {
    display: grid;
    gap: calc(0.5 * var(--retino-space));
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .runs li {
    display: grid;
    grid-template-columns: minmax(0, 3fr) minmax(4rem, 2fr);
    gap: calc(2 * var(--retino-space));
    align-items: center;
    max-width: 48rem;
  }
  .runs span {
    overflow-wrap: anywhere;
  }
  .runs progress {
    height: 4px;
  }
  .claims {
    display: grid;
    gap: calc(0.5 * var(--retino-space));
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .claims li {
    display: grid;
    grid-template-columns: 1.25em minmax(0, 72ch);
    overflow-wrap: anywhere;
  }
  .claims b {
    font-weight: 600;
  }
  .claims .holds .mark {
    color: var(--retino-accent);
  }
  .claims .fails {
    color: var(--retino-danger);
  }
  .claims .open {
    color: var(--retino-muted);
  }
  .panels {
    display: grid;
    grid-template-columns: repeat(var(--columns, 1), minmax(0, 1fr));
    gap: calc(2 * var(--retino-space)) 24px;
    align-items: start;
  }
  .panels > .wide {
    grid-column: 1 / -1;
  }
`;
