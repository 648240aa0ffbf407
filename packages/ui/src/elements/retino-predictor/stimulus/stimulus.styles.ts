/** Look of the stimulus panel; beside `base`, `controls` and `messages`. */
import { css } from 'lit';

export const stimulusStyles = css`
  .stimulus {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2 * var(--retino-space));
    min-width: 0;
    container-type: inline-size;
  }
  .stimulus .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(3 * var(--retino-space));
    align-items: start;
  }
  @container (min-width: 38rem) {
    .stimulus .columns {
      grid-template-columns: minmax(0, 22rem) minmax(0, 1fr);
    }
  }
  .stimulus .screen,
  .stimulus .controls {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(1.5 * var(--retino-space));
    min-width: 0;
  }
  .stimulus .screen {
    gap: var(--retino-space);
    max-width: 26rem;
  }
  .stimulus canvas {
    display: block;
    width: 100%;
    min-height: 3rem;
    border-radius: 2px;
  }
  .stimulus canvas[data-use='draw'],
  .stimulus canvas[data-use='place'] {
    touch-action: none;
  }
  .stimulus canvas[data-use='draw'] {
    cursor: crosshair;
  }
  .stimulus canvas[data-use='place'] {
    cursor: move;
  }
  .stimulus .readout {
    min-height: 1.5em;
  }

  .stimulus .choice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  .stimulus .choice label {
    position: relative;
    display: inline-flex;
    cursor: pointer;
  }
  .stimulus .choice input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .stimulus .choice span {
    display: inline-flex;
    align-items: center;
    min-height: 2.25rem;
    padding: 0 0.75rem;
    border: 1px solid var(--retino-control-line);
    border-radius: var(--retino-radius);
    background: var(--retino-ground);
  }
  .stimulus .choice input:checked + span {
    border-color: var(--retino-accent);
    box-shadow: inset 0 -3px 0 var(--retino-accent);
    background: var(--retino-accent-ground);
    font-weight: 600;
  }
  .stimulus .choice input:hover + span {
    border-color: var(--retino-accent);
  }
  .stimulus .choice input:focus-visible + span {
    outline: var(--retino-focus);
    outline-offset: 2px;
  }

  .stimulus .sliders {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr));
    gap: calc(1.5 * var(--retino-space)) calc(3 * var(--retino-space));
  }
  .stimulus .slider {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 8rem;
    gap: 0 var(--retino-space);
    align-items: end;
    min-width: 0;
    font-size: var(--retino-font-size-small);
  }
  .stimulus .range {
    display: grid;
    min-width: 0;
    color: var(--retino-muted);
  }
  .stimulus .number {
    display: flex;
    gap: 0.375rem;
    align-items: center;
    min-width: 0;
  }
  .stimulus .number input {
    flex: 0 0 4.75rem;
    width: 4.75rem;
    padding: 0 0.375rem;
  }
  .stimulus .unit {
    color: var(--retino-muted);
  }
  .stimulus input[type='range'] {
    width: 100%;
    min-width: 0;
    min-height: 2.25rem;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    accent-color: var(--retino-accent);
  }
  .stimulus .check {
    display: inline-flex;
    gap: var(--retino-space);
    align-items: center;
    min-height: 2.25rem;
    cursor: pointer;
  }
  .stimulus .check input {
    width: 1.5rem;
    height: 1.5rem;
    margin: 0;
    accent-color: var(--retino-accent);
  }

  .stimulus .player {
    display: grid;
    grid-template-columns: auto minmax(4rem, 1fr);
    gap: 0 var(--retino-space);
    align-items: center;
  }
  .stimulus .player button {
    min-width: 2.75rem;
    padding: 0;
  }
  .stimulus .player svg {
    width: 0.875rem;
    height: 0.875rem;
    fill: currentColor;
  }
  .stimulus .time {
    grid-column: 1 / -1;
    color: var(--retino-muted);
    font-size: var(--retino-font-size-small);
  }
  .stimulus .reading {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--retino-space);
    align-items: center;
  }
  .stimulus .reading span {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
