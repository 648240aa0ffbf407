/** Look of retino-replay. */
import { css } from 'lit';

export const styles = css`
  figure {
    display: grid;
    gap: calc(0.5 * var(--retino-space));
    margin: 0;
    min-width: 0;
  }
  figcaption,
  .frame {
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  .frame {
    min-height: 1.5em;
  }
  .replay {
    display: grid;
    grid-template-columns: auto minmax(5rem, 1fr) auto;
    gap: var(--retino-space);
    align-items: center;
    max-width: 40rem;
  }
  .replay button {
    min-width: 2.75rem;
    padding: 0;
  }
  .replay button svg {
    width: 0.875rem;
    height: 0.875rem;
    fill: currentColor;
  }
  .replay input[type='range'] {
    width: 100%;
    min-height: 2.25rem;
    padding: 0;
    border: 0;
    background: none;
    accent-color: var(--retino-accent);
  }
  .replay select {
    width: auto;
  }
`;
