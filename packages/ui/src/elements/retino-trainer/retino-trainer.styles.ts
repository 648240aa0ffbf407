/** Look of retino-trainer. */
import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  form {
    display: grid;
    gap: calc(2 * var(--retino-space));
  }
  .version,
  .head {
    grid-column: 1 / -1;
  }
  @container (min-width: 37rem) {
    .version,
    .head {
      grid-column: span 2;
    }
  }
  .live {
    display: grid;
    gap: calc(3 * var(--retino-space));
    grid-template-columns: minmax(0, 1fr);
  }
  @container (min-width: 52rem) {
    .live.both {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
      align-items: start;
    }
  }
  .meter {
    display: grid;
    gap: calc(0.5 * var(--retino-space));
  }
  .meter .row {
    justify-content: space-between;
    gap: 0 calc(2 * var(--retino-space));
    min-height: 1.5em;
  }
  figure {
    margin: 0;
    min-width: 0;
  }
  figcaption {
    margin-bottom: calc(0.5 * var(--retino-space));
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  figure svg {
    display: block;
    max-width: 100%;
    height: auto;
  }
`;
