/** Look of retino-cell and its importer. */
import { css } from 'lit';

export const styles = css`
  :host([dragging]) .drop {
    border-color: var(--retino-accent);
    background: var(--retino-accent-ground);
  }
  .drop {
    display: flex;
    flex-wrap: wrap;
    gap: var(--retino-space) calc(2 * var(--retino-space));
    align-items: end;
    padding: calc(1.5 * var(--retino-space)) calc(2 * var(--retino-space));
    border: 1px dashed var(--retino-control-line);
    border-radius: var(--retino-radius);
  }
  .drop .field {
    flex: 0 1 19rem;
  }
  .histogram {
    display: flex;
    align-items: flex-end;
    gap: 2px;
    height: 4rem;
    max-width: 18rem;
    border-bottom: 1px solid var(--retino-control-line);
  }
  .histogram span {
    flex: 1;
    min-height: 1px;
    background: var(--retino-series-data);
  }
  .scale {
    display: flex;
    justify-content: space-between;
    max-width: 18rem;
  }
  legend {
    padding: 0;
    margin-bottom: var(--retino-space);
    font-weight: 600;
  }
  details fieldset {
    padding-top: var(--retino-space);
  }
  .fields.wide {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr));
  }
  figure {
    margin: 0;
  }
  figcaption {
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  figure svg {
    display: block;
    max-width: 100%;
    height: auto;
  }
`;
