/**
 * One element alone on a page, to look at or to embed: `?element=retino-trainer&steps=400&autostart`.
 * Promises that only the elements and attributes listed here are made, each attribute within its range, and
 * that what is refused is said on the page. Does nothing for the element: it has to work by itself.
 */
import {
  headNames,
  lossNames,
  presets,
  settingRanges,
  speeds,
  trainingPresetNames,
} from '@retinoscope/ui';

/** What an attribute takes, for a person, and whether `value` is that. */
interface Rule {
  readonly accepted: string;
  readonly accepts: (value: string) => boolean;
}

function oneOf(...names: readonly string[]): Rule {
  return { accepted: names.join(', '), accepts: (value) => names.includes(value) };
}

function whole([least, most]: readonly [number, number]): Rule {
  return {
    accepted: `a whole number from ${least} to ${most}`,
    accepts: (value) => /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
  };
}

const blocks: Rule = {
  accepted: 'first:last, 0-based',
  accepts: (value) => /^\d{1,10}:\d{1,10}$/.test(value),
};

/** A boolean attribute: being there is what counts. */
const flag: Rule = { accepted: 'no value', accepts: (value) => value === '' };

const ownAddress: Rule = {
  accepted: 'an address on this page’s own origin',
  accepts: (value) =>
    value.length <= 500 &&
    URL.canParse(value, document.baseURI) &&
    new URL(value, document.baseURI).origin === location.origin,
};

const experiment = {
  size: oneOf('glance', 'quick', 'full'),
  src: ownAddress,
  autostart: flag,
  theme: oneOf('light', 'dark'),
};

const common = { preset: oneOf(...presets), theme: oneOf('light', 'dark') };

/** The elements that can be shown, with the attributes that each takes. */
const elements: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
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
  'retino-predictor': { ...common, src: ownAddress, seed: whole(settingRanges.seed) },
  'retino-figure': { ...experiment, figure: whole([2, 10]) },
  'retino-sweep': { ...experiment, figure: oneOf('3', '6') },
  'retino-pruning': experiment,
  'retino-transfer': { ...experiment, figure: oneOf('7', '8', '9') },
  'retino-natural-images': experiment,
};

show(new URLSearchParams(location.search));

function show(asked: URLSearchParams): void {
  const name = asked.get('element');
  const rules = name !== null && Object.hasOwn(elements, name) ? elements[name] : undefined;
  if (name === null || !rules) {
    if (name !== null) refuse(`There is no element ${shortened(name)}. These can be shown:`);
    list();
    return;
  }
  document.title = `Retinoscope: ${name}`;
  heading().textContent = name;
  const element = document.createElement(name);
  for (const [attribute, value] of asked) {
    if (attribute === 'element') continue;
    const rule = Object.hasOwn(rules, attribute) ? rules[attribute] : undefined;
    if (rule?.accepts(value)) element.setAttribute(attribute, value);
    else refuse(refusal(name, attribute, rule));
  }
  const theme = element.getAttribute('theme');
  if (theme) document.documentElement.dataset.theme = theme;
  main().append(element);
}

function refusal(name: string, attribute: string, rule: Rule | undefined): string {
  const said = shortened(attribute);
  return rule
    ? `The attribute ${said} was left out; it takes ${rule.accepted}.`
    : `${name} has no attribute ${said} here; it takes ${Object.keys(elements[name]).join(', ')}.`;
}

function refuse(sentence: string): void {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = sentence;
  main().append(line);
}

function list(): void {
  const items = Object.keys(elements).map((name) => {
    const link = document.createElement('a');
    link.href = `?element=${name}`;
    link.textContent = name;
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  const all = document.createElement('ul');
  all.append(...items);
  main().append(all);
}

function main(): HTMLElement {
  return document.querySelector('main') ?? document.body;
}

function heading(): HTMLElement {
  return main().querySelector('h1') ?? main();
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
