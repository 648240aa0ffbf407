/**
 * Pages that are not ours and show something of ours: a table of situations, and a site of two origins that
 * serves each of them with each form of what it embeds.
 * Promises pages alone; what must hold in them is said by the tests.
 */
import { fileURLToPath } from 'node:url';
import {
  type Document,
  documentedConfig,
  type Folder,
  type Headers,
  type LogEntry,
  startNginx,
} from './nginx.js';
import { freePort } from './processes.js';

/** What a page is given to embed. */
export interface Snippet {
  /** The address of the script that defines the element; a frame has none. */
  readonly script?: string;
  /** Of the script, which is refused when it is another. */
  readonly integrity?: string;
  /** One element, or one frame. */
  readonly element: string;
}

export interface Situation {
  readonly name: string;
  /** Whose page it is: of the site that serves the files, or of another one. */
  readonly origin: 'files' | 'host';
  /** `files`: the origin of the files, as in `http://127.0.0.1:8080`. */
  headers(files: string): Headers;
  /** Each element stands in a `.place` of its own; a page has one place more than elements. */
  html(snippet: Snippet): string;
  /** What the page's own script does to the element, one after another: function bodies, by name. */
  readonly acts: Readonly<Record<string, string>>;
}

/** A second copy of Lit, and the pages' own files, are served from here. */
const hostRoot = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const isolated: Headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const strictPolicy = (files: string): Headers => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src ${files} 'wasm-unsafe-eval'`,
    // The address is for Firefox alone, which counts what a worker's modules import as workers.
    `worker-src blob: ${files}`,
    // The page's own model.
    `connect-src ${files} 'self'`,
    'img-src data: blob:',
    'media-src blob:',
    `frame-src ${files}`,
    "style-src 'self'",
  ].join('; '),
});

/** What a theme, a reset and a prank of the page's own would do. */
const hostileSheet = `
* {
  all: revert;
  box-sizing: content-box !important;
  color: red !important;
  display: inline !important;
  font-family: fantasy !important;
  font-size: 40px !important;
  letter-spacing: 1em !important;
  line-height: 0.5 !important;
  position: static !important;
  text-transform: uppercase !important;
  visibility: visible !important;
}
div, p, button, canvas, input, svg, dl { transform: rotate(3deg) !important; }
canvas, svg, img { width: 10px !important; height: 10px !important; }
[hidden] { display: block !important; }
:focus { outline: none !important; }
`;

const plainSheet = 'body { margin: 0; font-family: sans-serif; }\n';

/** An element made with the page's own Lit, of the name that tests look for. */
const otherLit = `
<script type="importmap">
  {
    "imports": {
      "lit": "/lit/index.js",
      "lit-html": "/lit-html/lit-html.js",
      "lit-html/": "/lit-html/",
      "lit-element/": "/lit-element/",
      "@lit/reactive-element": "/@lit/reactive-element/reactive-element.js"
    }
  }
</script>
<script type="module">
  import { html, LitElement } from 'lit';
  customElements.define('other-lit', class extends LitElement {
    render() { return html\`<p>Of another Lit</p>\`; }
  });
</script>`;

interface Parts {
  readonly name: string;
  readonly origin?: Situation['origin'];
  readonly headers?: (files: string) => Headers;
  /** Attributes of `<html>`. */
  readonly root?: string;
  readonly sheet?: string;
  /** Before the snippet's script. */
  readonly head?: (snippet: Snippet) => string;
  readonly before?: string;
  readonly count?: number;
  readonly acts?: Situation['acts'];
}

function situation(parts: Parts): Situation {
  const { name, origin = 'host', headers = () => ({}), acts = {}, count = 1 } = parts;
  return {
    name,
    origin,
    headers,
    acts,
    html(snippet) {
      const { script, integrity, element } = snippet;
      const places = [...Array(count).fill(element), ''].map(
        (content) => `<div class="place">${content}</div>`,
      );
      return `<!doctype html>
<html ${parts.root ?? 'lang="en"'}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<link rel="stylesheet" href="/${parts.sheet ?? 'plain.css'}">
${parts.head?.(snippet) ?? ''}
${script === undefined ? '' : moduleTag(script, integrity)}
</head>
<body>
<main>
<h1>${name}</h1>
${parts.before ?? ''}
${places.join('\n')}
</main>
</body>
</html>
`;
    },
  };
}

export function moduleTag(address: string, integrity?: string): string {
  const checked = integrity === undefined ? '' : ` integrity="${integrity}" crossorigin`;
  return `<script type="module" src="${address}"${checked}></script>`;
}

const firstElement = `document.querySelector('.place > *')`;

export const situations: readonly Situation[] = [
  situation({ name: 'same-origin', origin: 'files' }),
  situation({ name: 'cross-origin' }),
  situation({ name: 'isolated', headers: () => isolated }),
  situation({ name: 'strict-csp', headers: strictPolicy }),
  situation({
    name: 'other-lit',
    head: () => otherLit,
    before: '<other-lit></other-lit>',
  }),
  situation({
    name: 'second-copy',
    // Another address is another module to the browser, as one of another version would be.
    head: ({ script, integrity }) =>
      script === undefined ? '' : moduleTag(`${script}?copy=2`, integrity),
  }),
  situation({ name: 'hostile-css', sheet: 'hostile.css' }),
  situation({ name: 'right-to-left', root: 'lang="ar" dir="rtl"' }),
  situation({ name: 'dark', sheet: 'dark.css' }),
  situation({ name: 'narrow', sheet: 'narrow.css' }),
  situation({
    name: 'moved',
    acts: {
      move: `[...document.querySelectorAll('.place')].at(-1).append(${firstElement});`,
      remove: `globalThis.kept = ${firstElement}; kept.remove();`,
      'put back': `document.querySelector('.place').append(kept);`,
    },
  }),
  situation({ name: 'twenty', count: 20 }),
];

const sheets: Readonly<Record<string, Document>> = {
  '/plain.css': { body: plainSheet },
  '/hostile.css': { body: hostileSheet },
  '/dark.css': { body: `${plainSheet}:root { color-scheme: dark; }\n` },
  '/narrow.css': { body: `${plainSheet}.place { width: 280px; }\n` },
};

export interface Origins {
  readonly files: string;
  readonly host: string;
}

/** What a form of embedding is told of the page that it is for. */
export interface Place extends Origins {
  /** The page's own origin, one of the two. */
  readonly page: string;
  readonly situation: Situation;
}

export interface Served {
  /** The ways to embed, by name. */
  readonly forms: Readonly<Record<string, (place: Place) => Snippet>>;
  /** Folders of both origins, by path. */
  readonly folders?: Readonly<Record<string, Folder>>;
  /** Other pages of the host's, by path. */
  readonly pages?: (origins: Origins) => Readonly<Record<string, Document>>;
}

export interface Hosts extends Origins {
  /** Where `situation` embeds `form`. */
  address(situation: Situation, form: string): string;
  /** Every request to both origins since the start. */
  accessLog(): Promise<readonly LogEntry[]>;
  stop(): Promise<void>;
}

/** Serves the folder `root` as its makers would, and from another origin the pages that use it. */
export async function startHosts(
  root: string,
  { forms, folders, pages = () => ({}) }: Served,
): Promise<Hosts> {
  const ports = { files: await freePort(), host: await freePort() };
  // Two names of one machine: two origins, and two sites as well.
  const origins = {
    files: `http://127.0.0.1:${ports.files}`,
    host: `http://localhost:${ports.host}`,
  };
  const path = ({ name }: Situation, form: string) => `/${form}/${name}.html`;
  const documentsOf = (origin: Situation['origin']) => {
    const place = { ...origins, page: origins[origin] };
    const made = situations
      .filter((each) => each.origin === origin)
      .flatMap((each) =>
        Object.entries(forms).map(([form, snippet]): [string, Document] => [
          path(each, form),
          {
            body: each.html(snippet({ ...place, situation: each })),
            headers: each.headers(origins.files),
          },
        ]),
      );
    return { ...sheets, ...Object.fromEntries(made) };
  };
  const { accessLog, stop } = await startNginx({
    servers: [
      {
        port: ports.files,
        root,
        include: documentedConfig,
        documents: documentsOf('files'),
        folders,
      },
      {
        port: ports.host,
        root: hostRoot,
        documents: { ...documentsOf('host'), ...pages(origins) },
        folders,
      },
    ],
  });
  return {
    ...origins,
    address: (which, form) => origins[which.origin] + path(which, form),
    accessLog,
    stop,
  };
}
