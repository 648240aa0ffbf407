/** The settings form of retino-trainer. Says what was typed; checks nothing but the range. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { StimulusSize } from '../../controllers/defaults.js';
import {
  type ChosenSettings,
  type FitSettings,
  largestFilter,
  mostLayers,
  type NumericSetting,
  settingRanges,
  trainingPresetNames,
} from '../../controllers/fit-settings.js';

const presetLabels: Readonly<Record<FitSettings['preset'], string>> = {
  recovery: 'Recovery',
  recording: 'Recording',
  published: 'Published',
};

export interface FormModel {
  readonly settings: FitSettings;
  readonly size: StimulusSize | undefined;
  readonly disabled: boolean;
  readonly onChange: (change: ChosenSettings) => void;
}

export function settingsForm(model: FormModel): TemplateResult {
  const { settings, size, disabled, onChange } = model;
  const layers = size ? mostLayers(size) : settingRanges.layers[1];
  const filterSize = size ? largestFilter(size, settings.layers) : settingRanges.filterSize[1];
  return html`
    <fieldset class="fields" part="form" ?disabled=${disabled}>
      <legend class="visually-hidden">Training settings</legend>
      <label class="field">
        Preset
        <select
          name="preset"
          .value=${live(settings.preset)}
          @change=${(event: Event) => onChange({ preset: chosen(event) as FitSettings['preset'] })}
        >
          ${trainingPresetNames.map(
            (name) =>
              html`<option value=${name} ?selected=${name === settings.preset}>
                ${presetLabels[name]}
              </option>`,
          )}
        </select>
      </label>
      <label class="field">
        Version
        <select
          name="version"
          .value=${live(String(settings.version))}
          @change=${(event: Event) => onChange({ version: chosen(event) === '2' ? 2 : 1 })}
        >
          <option value="1" ?selected=${settings.version === 1}>I, spatial</option>
          <option value="2" ?selected=${settings.version === 2}>II, space and time</option>
        </select>
      </label>
      ${number('filters', 'Filters')} ${number('layers', 'Layers', layers)}
      ${number('filterSize', 'Filter size, squares', filterSize)} ${number('steps', 'Steps')}
      ${number('seed', 'Seed')} ${number('restarts', 'Restarts')}
    </fieldset>
  `;

  function number(name: NumericSetting, label: string, most?: number): TemplateResult {
    const [low, high] = settingRanges[name];
    return html`<label class="field">
      ${label}
      <input
        type="number"
        inputmode="numeric"
        required
        name=${name}
        min=${low}
        max=${most ?? high}
        step="1"
        .value=${live(String(settings[name]))}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          if (input.validity.valid) onChange({ [name]: input.valueAsNumber });
          else input.reportValidity();
        }}
      />
    </label>`;
  }
}

function chosen(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}
