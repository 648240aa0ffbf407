/**
 * The elements that an address or a snippet may make, and what each of their attributes takes. Promises that a value
 * which passes is within its range and makes no script; what is wrong with one is said in a sentence.
 */
import {
  headNames,
  lossNames,
  settingRanges,
  trainingPresetNames,
} from '../controllers/fit-settings.js';
import { presets } from '../controllers/session-controller.js';
import { shortened } from '../controllers/text.js';
import { speeds } from '../elements/retino-replay/film.js';
import { type EmbeddableName, embeddableNames } from './names.js';

/** What an attribute takes, for a person, and whether `value` is that. `base`: the page's address. */
export interface AttributeRule {
  readonly accepted: string;
  readonly accepts: (value: string, base: string) => boolean;
}

export type AttributeRules = Readonly<Record<string, AttributeRule>>;

const longestAddress = 2000;
const longestText = 200;

function oneOf(...names: readonly string[]): AttributeRule {
  return { accepted: names.join(', '), accepts: (value) => names.includes(value) };
}

function whole([least, most]: readonly [number, number]): AttributeRule {
  return {
    accepted: `a whole number from ${least} to ${most}`,
    accepts: (value) => /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
  };
}

const blocks: AttributeRule = {
  accepted: 'first:last, 0-based',
  accepts: (value) => /^\d{1,10}:\d{1,10}$/.test(value),
};

/** A boolean attribute: being there is what counts. */
const flag: AttributeRule = { accepted: 'no value', accepts: (value) => value === '' };

const text: AttributeRule = {
  accepted: `a text of at most ${longestText} characters`,
  accepts: (value) => value.length <= longestText,
};

const ownAddress: AttributeRule = {
  accepted: 'an address on this page’s own origin',
  accepts: (value, base) =>
    value.length <= longestAddress &&
    URL.canParse(value, base) &&
    new URL(value, base).origin === new URL(base).origin,
};

const address: AttributeRule = {
  accepted: `an http(s) address of at most ${longestAddress} characters`,
  accepts: (value, base) => {
    if (value.length > longestAddress || !URL.canParse(value, base)) return false;
    const { protocol, username, password } = new URL(value, base);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  },
};

const theme = oneOf('light', 'dark');
const experiment = {
  size: oneOf('glance', 'quick', 'full'),
  src: ownAddress,
  autostart: flag,
  theme,
};
const common = { preset: oneOf(...presets), theme };

/** The elements, with the attributes that each takes. */
export const embeddable: Readonly<Record<EmbeddableName, AttributeRules>> = {
  'retino-predictor': {
    ...common,
    model: address,
    compare: address,
    poster: address,
    heading: text,
    autostart: flag,
    seed: whole(settingRanges.seed),
    state: { accepted: 'the text of a permalink', accepts: (value) => value.length <= 60_000 },
  },
  'retino-cell': {
    ...common,
    preset: oneOf(...presets, 'none'),
    frames: whole([1000, 2_000_000]),
    seed: whole(settingRanges.seed),
  },
  'retino-receptive-field': { ...common, whole: flag },
  'retino-trainer': {
    ...common,
    training: oneOf(...trainingPresetNames),
    version: oneOf('1', '2'),
    rank: oneOf('1', '2'),
    head: oneOf(...headNames),
    loss: oneOf(...lossNames),
    filters: whole(settingRanges.filters),
    layers: whole(settingRanges.layers),
    'filter-size': whole(settingRanges.filterSize),
    seed: whole(settingRanges.seed),
    steps: whole(settingRanges.steps),
    restarts: whole(settingRanges.restarts),
    blocks,
    autostart: flag,
  },
  'retino-filters': { ...common, view: oneOf('filter', 'embedded', 'feature') },
  'retino-replay': { ...common, speed: oneOf(...speeds.map(String)), autoplay: flag },
  'retino-response': common,
  'retino-figure': { ...experiment, figure: whole([2, 10]) },
  'retino-sweep': { ...experiment, figure: oneOf('3', '6') },
  'retino-pruning': experiment,
  'retino-transfer': { ...experiment, figure: oneOf('7', '8', '9') },
  'retino-natural-images': experiment,
};

/** The rules of an element; undefined when it is not one of these. */
export function rulesOf(name: string): AttributeRules | undefined {
  const known = embeddableNames.find((each) => each === name);
  return known && embeddable[known];
}

/** Why `value` is no value of the attribute; undefined when it is one. */
export function attributeRefusal(
  name: string,
  attribute: string,
  value: string,
  base: string,
): string | undefined {
  const rules = rulesOf(name) ?? {};
  const said = shortened(attribute, 40);
  const rule = Object.hasOwn(rules, attribute) ? rules[attribute] : undefined;
  if (!rule) {
    return `${name} has no attribute ${said} here; it takes ${Object.keys(rules).join(', ')}.`;
  }
  if (rule.accepts(value, base)) return undefined;
  return `The attribute ${said} was left out; it takes ${rule.accepted}.`;
}
