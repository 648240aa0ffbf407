/** Look of retino-picture. */
import { css } from 'lit';

export const styles = css`
  figure {
    margin: 0;
    min-width: 0;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--retino-space);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    gap: calc(0.5 * var(--retino-space)) calc(2 * var(--retino-space));
    align-items: center;
    justify-content: space-between;
  }
  .title {
    flex: 1 1 12rem;
    min-width: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: calc(0.5 * var(--retino-space));
    align-items: center;
  }
  .tools button {
    min-height: 1.75rem;
    padding: 0 0.5rem;
    font-size: var(--retino-font-size-small);
  }
  .tools span {
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  .picture {
    position: relative;
    min-width: 0;
    overflow-x: auto;
  }
  .mark {
    position: absolute;
    border: 2px solid var(--retino-accent);
    border-radius: 3px;
    box-shadow: 0 0 0 1px var(--retino-ground);
    pointer-events: none;
  }
  .reading {
    min-height: 1.5em;
    overflow-wrap: anywhere;
  }
  @media (hover: hover) {
    .hint {
      visibility: hidden;
    }
    figure:hover .hint,
    figure:focus-within .hint {
      visibility: visible;
    }
  }
  @media (max-width: 40rem) {
    .reading {
      min-height: 3em;
    }
  }
  figcaption {
    unicode-bidi: plaintext;
    text-align: match-parent;
    max-width: 72ch;
    font-size: var(--retino-font-size-small);
    color: var(--retino-muted);
  }
  .status:empty {
    display: none;
  }
`;
