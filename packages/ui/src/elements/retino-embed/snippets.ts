/**
 * The text that a person pastes into a page. Pure. Promises that, whatever the values hold, a snippet parses to the
 * tags that are asked for, with exactly the values given, and to nothing else. Whether a value is one that the element
 * takes is not looked at here (`choices.ts`).
 */
import { RetinoscopeError } from '@retinoscope/worker/card';
import { rulesOf } from '../../embedding/attributes.js';

/** An element and its attributes, by their names in `embeddable`. An empty value is written as the bare name. */
export interface Embedded {
  readonly element: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a site's `retinoscope.json` says: a version, its script and the script's integrity. */
export interface Release {
  readonly version: string;
  /** Relative to the site. */
  readonly script: string;
  readonly integrity: string;
}

export interface FrameOptions {
  /** Read to those who do not see the frame. */
  readonly title: string;
  /** CSS pixels, until the frame has told its height. */
  readonly height: number;
}

/** The release in `content`, parsed JSON; undefined unless every part has its form. */
export function releaseOf(content: unknown): Release | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { version, script, integrity } = content as Record<string, unknown>;
  const isRelease =
    typeof version === 'string' &&
    /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/.test(version) &&
    script === `embed/${version}/retinoscope.js` &&
    typeof integrity === 'string' &&
    /^sha384-[A-Za-z0-9+/]{64}$/.test(integrity);
  return isRelease ? { version, script, integrity } : undefined;
}

/**
 * The folder of a site as an address that ends with `/`; undefined for what is no http(s) address. A page's address
 * stands for its folder; the query, the hash, a name and a password are dropped.
 */
export function siteAddress(text: string): string | undefined {
  const given = text.trim();
  if (!URL.canParse(given)) return undefined;
  const { protocol, origin, pathname } = new URL(given);
  if (!/^https?:$/.test(protocol)) return undefined;
  const folder = pathname.replace(/[^/]*\.html?$/i, '');
  return `${origin}${folder}${folder.endsWith('/') ? '' : '/'}`;
}

/** `<retino-predictor model="…" autostart></retino-predictor>`. Throws for what is not in `embeddable`. */
export function elementTag({ element, attributes }: Embedded): string {
  const rules = rulesOf(element);
  for (const name of Object.keys(attributes)) {
    if (rules && Object.hasOwn(rules, name)) continue;
    throw new RetinoscopeError(
      'settings',
      `A snippet holds no ${element.slice(0, 40)} with the attribute ${name.slice(0, 40)}.`,
      { element, attribute: name },
    );
  }
  if (!rules) {
    throw new RetinoscopeError('settings', `A snippet holds no ${element.slice(0, 40)}.`, {
      expected: 'an element of this project',
      found: element,
    });
  }
  return tag(element, Object.entries(attributes));
}

/** The line that loads the elements: with a release that version and no other, without one the site's latest. */
export function scriptTag(site: string, release?: Release): string {
  const attributes: [string, string][] = [
    ['type', 'module'],
    ['src', `${site}${release ? release.script : 'retinoscope.js'}`],
  ];
  if (release) attributes.push(['integrity', release.integrity], ['crossorigin', '']);
  return tag('script', attributes);
}

/** The page that shows the element alone: what a frame holds, and what hosts that take an address take. */
export function frameAddress({ element, attributes }: Embedded, site: string): string {
  const query = new URLSearchParams([['element', element], ...Object.entries(attributes)]);
  return `${site}elements.html?${query}`;
}

export function frameTag(
  embedded: Embedded,
  site: string,
  { title, height }: FrameOptions,
): string {
  return tag('iframe', [
    ['src', frameAddress(embedded, site)],
    ['title', title],
    ['loading', 'lazy'],
    ['width', '100%'],
    ['height', String(height)],
    ['frameborder', '0'],
  ]);
}

export const npmInstall = 'npm install @retinoscope/ui';

export const npmImport = "import '@retinoscope/ui';";

/** Texts that no page can hold, as a parser reads them; the rest of what ends an attribute as references. */
function escaped(value: string): string {
  return value
    .replace(/\0|\p{Surrogate}/gu, '\uFFFD')
    .replace(/[&"<>\t\n\r]/g, (letter) => references[letter] ?? letter);
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&quot;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function tag(name: string, attributes: readonly (readonly [string, string])[]): string {
  const written = attributes.map(([attribute, value]) =>
    value === '' ? ` ${attribute}` : ` ${attribute}="${escaped(value)}"`,
  );
  return `<${name}${written.join('')}></${name}>`;
}
