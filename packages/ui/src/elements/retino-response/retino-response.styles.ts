/** Look of retino-response. */
import { css } from 'lit';

export const styles = css`
  .window {
    display: grid;
    grid-template-columns: auto minmax(6rem, 1fr) auto auto;
    gap: var(--retino-space);
    align-items: center;
  }
  .window input[type='range'] {
    width: 100%;
    min-height: 2.25rem;
    padding: 0;
    border: 0;
    background: none;
    accent-color: var(--retino-accent);
  }
  .window button {
    min-width: 2.25rem;
    padding: 0 0.5rem;
  }
  .window select {
    width: auto;
  }
  .plot {
    border-radius: var(--retino-radius);
  }
`;
