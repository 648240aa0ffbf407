/** A number as a slider and as a box, with its unit; and a group of choices. They show what they are given. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { clamp } from '../../../controllers/bounds.js';
import { significant } from '../../../controllers/text.js';
import { fieldValue } from '../../shared/field-value.js';

export interface SliderOptions {
  readonly label: string;
  /** Empty for a plain number. */
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly value: number;
  /** Equal steps of the slider are equal factors; both ends are positive. */
  readonly logarithmic?: boolean;
  /** Given a number within the range. */
  change(value: number): void;
}

/** Steps of a logarithmic slider. */
const factors = 200;

export function slider(options: SliderOptions): TemplateResult {
  const { label, unit, minimum, maximum, step, value, logarithmic, change } = options;
  const said = unit ? `${significant(value, 4)} ${unit}` : significant(value, 4);
  const take = (given: number): void => {
    if (Number.isFinite(given)) change(clamp(given, minimum, maximum));
  };
  return html`<div class="slider">
    <label class="range">
      <span class="name">${label}</span>
      <input
        type="range"
        min=${logarithmic ? 0 : minimum}
        max=${logarithmic ? factors : maximum}
        step=${logarithmic ? 1 : step}
        aria-valuetext=${said}
        .value=${live(String(logarithmic ? positionOf(value, minimum, maximum) : value))}
        @input=${({ target }: Event) => {
          const at = (target as HTMLInputElement).valueAsNumber;
          take(logarithmic ? valueAt(at, minimum, maximum) : at);
        }}
      />
    </label>
    <span class="number">
      <input
        type="number"
        min=${minimum}
        max=${maximum}
        step="any"
        aria-label=${unit ? `${label}, ${unit}` : label}
        .value=${fieldValue(String(shown(value)))}
        @change=${({ target }: Event) => {
          const input = target as HTMLInputElement;
          take(input.valueAsNumber);
          // What was not taken, or was clamped, is not left standing.
          if (!input.validity.valid || input.value === '') {
            const kept = Number.isFinite(input.valueAsNumber)
              ? clamp(input.valueAsNumber, minimum, maximum)
              : value;
            input.value = String(shown(kept));
          }
        }}
      />
      ${unit ? html`<span class="unit" aria-hidden="true">${unit}</span>` : nothing}
    </span>
  </div>`;
}

/** Four digits, which the box has room for, and all of a whole number. */
function shown(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value) >= 1000 ? whole : Number(value.toPrecision(4));
}

/** Where `value` stands on a logarithmic slider, 0 … 200. */
export function positionOf(value: number, minimum: number, maximum: number): number {
  const share = Math.log(value / minimum) / Math.log(maximum / minimum);
  return Math.round(factors * clamp(share, 0, 1));
}

/** The value, to three significant digits, where a logarithmic slider stands. */
export function valueAt(position: number, minimum: number, maximum: number): number {
  const value = minimum * (maximum / minimum) ** (position / factors);
  return clamp(Number(value.toPrecision(3)), minimum, maximum);
}

/** Radio buttons that look like one bar. `name` is unique within the element. */
export function choice<T extends string>(options: {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: T, label: string])[];
  readonly chosen: T;
  change(value: T): void;
}): TemplateResult {
  const { name, label, choices, chosen, change } = options;
  return html`<fieldset class="choice">
    <legend class="visually-hidden">${label}</legend>
    ${choices.map(
      ([value, text]) =>
        html`<label>
          <input
            type="radio"
            name=${name}
            value=${value}
            .checked=${live(value === chosen)}
            @change=${() => change(value)}
          />
          <span>${text}</span>
        </label>`,
    )}
  </fieldset>`;
}
