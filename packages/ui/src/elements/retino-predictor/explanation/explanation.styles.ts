/** Look of the explanation; beside `base`, `controls` and `messages`. */
import { css } from 'lit';

export const explanationStyles = css`
  .explanation {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(3 * var(--retino-space));
    min-width: 0;
    container-type: inline-size;
  }
  .explanation .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2 * var(--retino-space)) calc(3 * var(--retino-space));
    align-items: start;
  }
  @container (min-width: 45rem) {
    .explanation .columns {
      grid-template-columns: minmax(0, 55fr) minmax(0, 45fr);
    }
  }
  .explanation .told,
  .explanation .maps {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(1.5 * var(--retino-space));
    min-width: 0;
  }
  .explanation svg {
    direction: ltr;
  }
  /* A number with its unit reads as one, also on a page from right to left. */
  .explanation p,
  .explanation dd {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .explanation .maps > .title {
    margin: 0;
    font-size: inherit;
    font-weight: 600;
  }
  .explanation .field {
    max-width: 24rem;
  }
  .explanation .bar {
    max-width: 24rem;
  }
  .explanation .bar canvas {
    display: block;
    width: 100%;
    height: 0.75rem;
    border: 1px solid var(--retino-line);
  }
  .explanation .bar div {
    display: flex;
    justify-content: space-between;
  }

  .explanation .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(44%, 4.25rem), 1fr));
    gap: var(--retino-space);
    border-radius: 2px;
  }
  .explanation .tiles[data-size='large'] {
    grid-template-columns: repeat(auto-fill, minmax(min(44%, 9rem), 1fr));
  }
  .explanation .tile {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    font-size: var(--retino-font-size-small);
    line-height: 1.35;
  }
  .explanation .number {
    color: var(--retino-muted);
  }
  .explanation .frame {
    position: relative;
    border: 1px solid var(--retino-line);
    cursor: crosshair;
    touch-action: pan-y pinch-zoom;
  }
  .explanation .frame canvas {
    display: block;
    width: 100%;
    height: auto;
    min-height: 1.5rem;
    max-height: 20rem;
    image-rendering: pixelated;
  }
  .explanation .tile[data-ranked] .frame {
    outline: 2px solid var(--retino-text);
    outline-offset: 1px;
  }
  .explanation .mark {
    position: absolute;
    left: var(--mark-x);
    top: var(--mark-y);
    width: max(9px, var(--mark-width));
    height: max(9px, var(--mark-height));
    border: 2px solid #10141a;
    box-shadow:
      0 0 0 1.5px #f4f6f8,
      inset 0 0 0 1px #f4f6f8;
    transform: translate(-50%, -50%);
    pointer-events: none;
    forced-color-adjust: none;
  }
  .explanation .value,
  .explanation .rank {
    min-height: 1.35em;
  }
  .explanation .tile[data-ranked] .value,
  .explanation .rank {
    font-weight: 600;
  }
  .explanation .readout {
    min-height: 3em;
  }
`;
