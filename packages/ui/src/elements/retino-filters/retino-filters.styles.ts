/** Look of retino-filters. */
import { css } from 'lit';

export const styles = css`
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: var(--retino-space);
    align-items: center;
    margin: 0;
    padding: 0;
    border: 0;
  }
  fieldset legend {
    float: left;
    padding: 0;
    margin-inline-end: var(--retino-space);
  }
  fieldset label {
    display: inline-flex;
    gap: 0.35rem;
    align-items: center;
    min-height: 2rem;
  }
  .both {
    display: flex;
    flex-wrap: wrap;
    gap: calc(4 * var(--retino-space)) calc(3 * var(--retino-space));
    align-items: flex-start;
  }
  .both > * {
    min-width: 0;
    max-width: 100%;
  }
`;
