/**
 * From what a person chose to an element and its attributes. Pure. Promises that a value which the element does not
 * take is left out and said, so that a snippet never holds one.
 */
import { type AttributeRule, attributeRefusal, rulesOf } from '../../embedding/attributes.js';
import type { Embedded } from './snippets.js';

/** How an attribute is asked for. */
export interface AttributeField {
  readonly name: string;
  readonly kind: 'text' | 'flag' | 'theme';
  readonly accepted: string;
}

export interface Chosen {
  readonly embedded: Embedded;
  /** Why values were left out. */
  readonly refusals: readonly string[];
}

/** Asked for at once, in this order; the others stand behind a summary. */
const first: readonly string[] = ['model', 'heading', 'theme', 'autostart'];

export const themes = ['light', 'dark'] as const;

/** The fields of an element, the common ones first, then its others. */
export function attributeFields(element: string): {
  readonly common: readonly AttributeField[];
  readonly others: readonly AttributeField[];
} {
  const rules = rulesOf(element) ?? {};
  const field = (name: string): AttributeField => ({
    name,
    kind: kindOf(name, rules[name]),
    accepted: rules[name].accepted,
  });
  const names = Object.keys(rules);
  return {
    common: first.filter((name) => names.includes(name)).map(field),
    others: names.filter((name) => !first.includes(name)).map(field),
  };
}

/**
 * The element with those of `values` that it takes, by attribute; an absent or empty text is no attribute, and a
 * flag is there when its value is `on`. `base`: the address that relative ones are read against.
 */
export function chosen(
  element: string,
  values: Readonly<Record<string, string>>,
  base: string,
): Chosen {
  const { common, others } = attributeFields(element);
  const attributes: Record<string, string> = {};
  const refusals: string[] = [];
  for (const { name, kind } of [...common, ...others]) {
    const given = (Object.hasOwn(values, name) ? values[name] : '').trim();
    if (given === '') continue;
    const value = kind === 'flag' ? '' : given;
    const refusal = attributeRefusal(element, name, value, base);
    if (refusal === undefined) attributes[name] = value;
    else refusals.push(refusal);
  }
  return { embedded: { element, attributes }, refusals };
}

function kindOf(name: string, { accepts }: AttributeRule): AttributeField['kind'] {
  if (name === 'theme') return 'theme';
  // What takes the empty value and no other is there or is not.
  return accepts('', 'https://example.org/') && !accepts('on', 'https://example.org/')
    ? 'flag'
    : 'text';
}
