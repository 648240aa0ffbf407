/** The settings form of retino-trainer. Says what was typed; checks nothing but the range. */
import { type Head, headLosses, type Loss, type StimulusSize } from '@retinoscope/worker';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  blockRange,
  blockText,
  type ChosenSettings,
  type FitSettings,
  headNames,
  largestFilter,
  mostLayers,
  type NumericSetting,
  settingRanges,
  trainingPresetNames,
} from '../../controllers/fit-settings.js';
import { headText, lossText } from '../../controllers/network-text.js';
import { aboutBytes } from '../../controllers/text.js';
import { fieldValue } from '../shared/field-value.js';

const presetLabels: Readonly<Record<FitSettings['preset'], string>> = {
  recovery: 'Recovery',
  recording: 'Recording',
  published: 'Published',
};

/** What the choice of a version stands for, by its value. */
const versions: Readonly<
  Record<string, Pick<FitSettings, 'version' | 'rank'> & { readonly label: string }>
> = {
  '1': { version: 1, rank: undefined, label: 'I, spatial' },
  '1-1': { version: 1, rank: 1, label: 'I, temporal filter fitted' },
  '2': { version: 2, rank: undefined, label: 'II, space and time' },
  '2-1': { version: 2, rank: 1, label: 'II, separable' },
  '2-2': { version: 2, rank: 2, label: 'II, separable, rank 2' },
};

/** Its value and what it says. */
type Option = readonly [value: string, text: string];

const presetOptions: readonly Option[] = trainingPresetNames.map((name) => [
  name,
  presetLabels[name],
]);

const versionOptions: readonly Option[] = Object.entries(versions).map(([value, { label }]) => [
  value,
  label,
]);

const headOptions: readonly Option[] = headNames.map((name) => [name, headText[name]]);

/** Memory from which a way to need less is told. */
const muchBytes = 1e9;

export interface FormModel {
  readonly settings: FitSettings;
  readonly size: StimulusSize | undefined;
  /** Blocks of the training part; no field for them when there is only one. */
  readonly blocks?: { readonly count: number };
  /** Bytes that a worker needs; unknown before there is a dataset. */
  readonly memory?: number;
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
      ${select('version', 'Version', versionValue(settings), versionOptions, (value) => {
        const { version, rank } = versions[value];
        return { version, rank };
      })}
      ${select('head', 'Output', settings.head, headOptions, (head) => headChange(settings, head as Head))}
      ${select('loss', 'Loss', settings.loss, lossOptions(settings.head), (loss) => ({
        loss: loss as Loss,
      }))}
      ${select('preset', 'Preset', settings.preset, presetOptions, (preset) => ({
        preset: preset as FitSettings['preset'],
      }))}
      ${number('filters', 'Filters')} ${number('layers', 'Layers', layers)}
      ${number('filterSize', 'Filter size, squares', filterSize)} ${number('steps', 'Steps')}
      ${number('seed', 'Seed')} ${number('restarts', 'Restarts')} ${blocks()}
    </fieldset>
    ${memory()}
  `;

  function memory(): TemplateResult | typeof nothing {
    const { memory: needed } = model;
    if (needed === undefined) return nothing;
    const less =
      (model.blocks?.count ?? 1) > 1 ? 'Fewer blocks or a smaller crop' : 'A smaller crop';
    return html`<p class="muted small" part="memory">
      Needs about ${aboutBytes(needed)} of memory in each
      worker.${needed > muchBytes ? ` ${less} would need less.` : ''}
    </p>`;
  }

  function blocks(): TemplateResult | typeof nothing {
    const { count = 1 } = model.blocks ?? {};
    if (count < 2) return nothing;
    const range = settings.blocks ?? { first: 0, last: count - 1 };
    const accepted = `First and last block, 0-based: 0:${count - 1} for all of them.`;
    return html`<label class="field" title=${accepted}>
      Training blocks
      <input
        required
        name="blocks"
        autocomplete="off"
        .value=${fieldValue(blockText(range))}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const given = blockRange(input.value);
          const fits = given && given.first < count;
          input.setCustomValidity(fits ? '' : accepted);
          if (fits) onChange({ blocks: given });
          else input.reportValidity();
        }}
      />
    </label>`;
  }

  /** A choice; disabled when there is but one. */
  function select(
    name: keyof FitSettings,
    label: string,
    value: string,
    options: readonly Option[],
    change: (value: string) => ChosenSettings,
  ): TemplateResult {
    return html`<label class="field ${name}">
      ${label}
      <select
        name=${name}
        ?disabled=${options.length < 2}
        @change=${(event: Event) => onChange(change((event.target as HTMLSelectElement).value))}
      >
        ${options.map(
          ([option, text]) =>
            html`<option value=${option} .selected=${live(option === value)}>${text}</option>`,
        )}
      </select>
    </label>`;
  }

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
        .value=${fieldValue(String(settings[name]))}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          if (input.validity.valid) onChange({ [name]: input.valueAsNumber });
          else input.reportValidity();
        }}
      />
    </label>`;
  }
}

function lossOptions(head: Head): readonly Option[] {
  return headLosses[head].map((name) => [name, lossText[name]]);
}

function versionValue({ version, rank }: FitSettings): string {
  return rank === undefined ? String(version) : `${version}-${rank}`;
}

/** Another head; the loss stays where it goes with that head. */
function headChange({ loss }: FitSettings, head: Head): ChosenSettings {
  return headLosses[head].includes(loss) ? { head } : { head, loss: undefined };
}
