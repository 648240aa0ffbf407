/** The lines to paste, for a script, a frame and npm, with what has to be known for them. Shows what it is given. */
import { html, nothing, type TemplateResult } from 'lit';
import { shortened } from '../../controllers/text.js';
import { selectField } from '../shared/select-field.js';
import { contentPolicy, type Host, originOf, type Way } from './hosts.js';
import {
  type Embedded,
  elementTag,
  frameAddress,
  frameTag,
  npmImport,
  npmInstall,
  type Release,
  scriptTag,
  siteAddress,
} from './snippets.js';
import { checkbox, snippet, textField } from './views.js';

/** CSS pixels of a frame that does not grow. */
const frameHeight = 640;

export interface Lines {
  readonly way: Way;
  readonly host: Host;
  readonly embedded: Embedded;
  /** Where the files lie, as it was written. */
  readonly site: string;
  /** The site of this page, and its release, where there is one. */
  readonly ownSite?: string;
  readonly release?: Release;
  readonly pinned: boolean;
  readonly grows: boolean;
}

export interface LinesActions {
  readonly change: (part: Partial<Pick<Lines, 'site' | 'pinned' | 'grows'>>) => void;
  readonly copy: (text: string, shown: Node) => void;
}

export function linesView(lines: Lines, { change, copy }: LinesActions): TemplateResult {
  const { way, embedded } = lines;
  const site = siteAddress(lines.site);
  if (way === 'npm') {
    return html`${snippet('In a terminal', npmInstall, copy)}
    ${snippet('In a module of the page', npmImport, copy)}
    ${snippet('In the page', elementTag(embedded), copy)}
      <p class="muted small">
        The worker is a module of several parts: with Vite, set worker: { format: 'es' }.
      </p>
      ${policyView(lines, '', copy)}`;
  }
  return html`${siteFields(lines, change)}
  ${
    site === undefined
      ? html`<p class="message warning" role="alert">
          The address of the files is not understood. An http(s) address of a folder that “npm run
          build:site” made is accepted.
        </p>`
      : html`${way === 'script' ? scriptView(lines, site, copy) : frameView(lines, site, copy)}
        ${modelNote(lines, site)} ${policyView(lines, site, copy)}`
  }`;
}

function siteFields(
  { way, site, ownSite, release, pinned, grows }: Lines,
  change: LinesActions['change'],
): TemplateResult {
  const script = way === 'script' || grows;
  const versions = [
    ['pinned', `${release?.version}, no other`],
    ['latest', 'Always the latest'],
  ] as const;
  const elsewhere = pinned && siteAddress(site) !== ownSite;
  return html`<div class="fields">
      ${textField('Address of Retinoscope’s files', site, (given) => change({ site: given }), {
        hint: 'https://files.example.org/retinoscope/',
        wide: true,
      })}
      ${
        script && release
          ? selectField('Version', versions, pinned ? 'pinned' : 'latest', (value) =>
              change({ pinned: value === 'pinned' }),
            )
          : nothing
      }
      ${
        way === 'frame'
          ? checkbox('The frame grows with its content', grows, (checked) =>
              change({ grows: checked }),
            )
          : nothing
      }
    </div>
    ${
      script && !release
        ? html`<p class="muted small">
            This page’s site does not say its version, so the lines name the latest one.
          </p>`
        : nothing
    }
    ${
      script && release && elsewhere
        ? html`<p class="muted small">
            Version ${release.version} and the hash of its script are those of this page’s site. The
            files at the other address have to be the same.
          </p>`
        : nothing
    }`;
}

function scriptView(lines: Lines, site: string, copy: LinesActions['copy']): TemplateResult {
  const text = `${scriptTag(site, pinnedRelease(lines))}\n${elementTag(lines.embedded)}`;
  return snippet('Lines for the page', text, copy);
}

function frameView(lines: Lines, site: string, copy: LinesActions['copy']): TemplateResult {
  const { embedded, host, grows } = lines;
  const title = embedded.attributes.heading ?? `Retinoscope: ${embedded.element}`;
  const frame = frameTag(embedded, site, { title, height: frameHeight });
  const text = grows ? `${scriptTag(site, pinnedRelease(lines))}\n${frame}` : frame;
  const address = snippet('Its address alone', frameAddress(embedded, site), copy);
  const tags = snippet('Lines for the page', text, copy);
  // Where nothing but frames goes, an address is what is asked for.
  return host.ways.length === 1 ? html`${address} ${tags}` : html`${tags} ${address}`;
}

function modelNote({ way, embedded }: Lines, site: string): TemplateResult | typeof nothing {
  const { model } = embedded.attributes;
  if (model === undefined) return nothing;
  return html`<p class="muted small">${whereModelIs(model, way === 'frame' ? site : undefined)}</p>`;
}

/** `site`: what a frame reads addresses against. */
function whereModelIs(model: string, site: string | undefined): string {
  if (originOf(model) !== "'self'") {
    return 'The server of the model has to allow pages of other origins to read it (CORS).';
  }
  const name = shortened(model, 60);
  return site === undefined
    ? `“${name}” is looked for beside the page that holds the lines.`
    : `In a frame, “${name}” is looked for at ${shortened(new URL(model, site).href, 120)}.`;
}

function policyView(
  { way, embedded, grows }: Lines,
  site: string,
  copy: LinesActions['copy'],
): TemplateResult | typeof nothing {
  const { model, compare, src, poster } = embedded.attributes;
  const origins = (...addresses: readonly (string | undefined)[]) =>
    addresses.flatMap((address) => (address && originOf(address)) || []);
  const policy = contentPolicy(way, {
    site: URL.canParse(site) ? new URL(site).origin : site,
    data: origins(model, compare, src),
    pictures: origins(poster),
    grows,
  });
  if (policy === undefined) return nothing;
  return html`<details>
    <summary>If the page has a content security policy</summary>
    ${snippet('The entries it needs at least', policy, copy)}
  </details>`;
}

function pinnedRelease({ pinned, release }: Lines): Release | undefined {
  return pinned ? release : undefined;
}
