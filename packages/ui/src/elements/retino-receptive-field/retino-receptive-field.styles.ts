/** Look of retino-receptive-field. */
import { css } from 'lit';

export const styles = css`
  .view {
    display: flex;
    flex-wrap: wrap;
    gap: var(--retino-space) calc(2 * var(--retino-space));
    align-items: center;
  }
  .statement {
    max-width: 72ch;
  }
`;
