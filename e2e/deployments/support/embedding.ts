/** The three forms in which a predictor is embedded, as the project tells people to write them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served, Snippet } from './hosts.js';
import { modelFolder, ownModel, readRelease, siteFolder } from './site.js';

export const forms = ['element', 'frame', 'single file'] as const;

export type Form = (typeof forms)[number];

/** Where models are: `/models/` for pages of the same origin, `/open-models/` for any. */
export const modelFolders: NonNullable<Served['folders']> = {
  '/models/': { path: modelFolder },
  '/open-models/': { path: modelFolder, headers: { 'Access-Control-Allow-Origin': '*' } },
};

type Attributes = Readonly<Record<string, string>>;

export function elementTag(name: string, attributes: Attributes = {}): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${inAttribute(value)}"`,
  );
  return `<${name}${written.join('')}></${name}>`;
}

/** A frame of the page that shows one element. */
export function elementFrame(files: string, element: string, attributes: Attributes = {}): string {
  const query = new URLSearchParams({ element, ...attributes });
  return elementTag('iframe', { title: 'A cell', src: `${files}/elements.html?${query}` });
}

const predictor = (model: string) => ({ heading: 'A cell', model });

export function predictorTag(model: string): string {
  return elementTag('retino-predictor', predictor(model));
}

export function frameTag(files: string, model: string): string {
  return elementFrame(files, 'retino-predictor', predictor(model));
}

/** The page that is one file, with a model inside. */
export async function singleFile(name: string = ownModel): Promise<string> {
  const model = (await readFile(join(modelFolder, name))).toString('base64');
  return singlePage(predictorTag(`data:application/octet-stream;base64,${model}`));
}

/** The page that is one file, around an element. */
export async function singlePage(element: string): Promise<string> {
  const { version } = await readRelease();
  const template = await readFile(join(siteFolder, 'embed', version, 'single.html'), 'utf8');
  return template.replace('<!--retinoscope-element-->', () => element);
}

/** A frame that shows the page that is one file, as a notebook does it; `from` is the attribute that says which. */
export function fileTag(from: string): string {
  return `<iframe title="A cell" sandbox="allow-scripts" ${from}></iframe>`;
}

/** Each form with the small network. A notebook shows a file in a sandbox, by its text; many share one address. */
export async function embeddings(): Promise<Record<Form, Served['forms'][string]>> {
  const { script, integrity } = await readRelease();
  const file = await singleFile();
  const byText: Snippet = { element: fileTag(`srcdoc="${inAttribute(file)}"`) };
  const byAddress: Snippet = { element: fileTag(`src="${singlePath}"`) };
  return {
    element: ({ files }) => ({
      script: `${files}/${script}`,
      integrity,
      element: predictorTag(`/models/${ownModel}`),
    }),
    frame: ({ files, page }) => ({ element: frameTag(files, `${page}/open-models/${ownModel}`) }),
    'single file': ({ situation }) => (situation.name === 'twenty' ? byAddress : byText),
  };
}

/** Where the host has the page that is one file. */
export const singlePath = '/single.html';

function inAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
