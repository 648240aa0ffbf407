/**
 * Where an element can go: for each host which ways work, what an administrator has to allow, and the steps. Data.
 * The content policies are the smallest that were measured to work.
 */

export type Way = 'script' | 'frame' | 'file' | 'npm';

export const ways: Readonly<Record<Way, string>> = {
  script: 'Script',
  frame: 'Frame',
  file: 'One file',
  npm: 'npm',
};

export type HostName =
  | 'web'
  | 'mediawiki'
  | 'dokuwiki'
  | 'jupyter'
  | 'confluence'
  | 'notion'
  | 'pages'
  | 'other';

export interface Host {
  readonly name: string;
  /** Those that work, the best one first. */
  readonly ways: readonly [Way, ...Way[]];
  /** What someone with more rights has to allow first; undefined when nothing. */
  readonly administrator?: string;
  readonly steps: readonly string[];
}

export const hosts: Readonly<Record<HostName, Host>> = {
  web: {
    name: 'A web page of your own',
    ways: ['script', 'frame', 'file', 'npm'],
    steps: [
      'Put the model’s file on a server, for example beside the page.',
      'Paste the lines where the element should stand.',
    ],
  },
  mediawiki: {
    name: 'MediaWiki',
    ways: ['script'],
    administrator:
      'MediaWiki takes no scripts and no frames in its pages. Its extension Widgets does: it has to be installed, and someone with the right “editwidgets” makes the page Widget:Retinoscope from deploy/recipes/mediawiki, with the script line below in it.',
    steps: [
      'Upload the model. If the wiki does not accept .onnx files, put it on another server that allows the wiki to read it (CORS).',
      'Write {{#widget:Retinoscope|model=ADDRESS|heading=TITLE}} in a page, with the whole address of the model.',
    ],
  },
  dokuwiki: {
    name: 'DokuWiki',
    ways: ['frame', 'script'],
    administrator:
      'A frame needs the plugin “iframe”. A script needs the plugin “htmlok”: since its release of April 2023 DokuWiki itself takes no HTML. Both let every editor of the wiki do the same.',
    steps: [
      'With the plugin iframe, write {{url>ADDRESS 100%,640px|TITLE}}, with the address of the frame.',
      'With the plugin htmlok, put the lines of the script between <HTML> and </HTML>.',
    ],
  },
  jupyter: {
    name: 'Jupyter notebook',
    ways: ['file', 'frame'],
    steps: [
      'Copy deploy/recipes/jupyter/retinoscope_widget.py beside the notebook.',
      'Write show("model.onnx", page="single.html") in a cell to keep everything in the notebook, or show(ADDRESS, site=…) for a frame.',
      'Whoever opens the notebook later has to trust it, or to run the cell, before it is shown.',
    ],
  },
  confluence: {
    name: 'Confluence',
    ways: ['frame'],
    administrator:
      'Confluence Data Center needs its HTML macro, which is off at first, or a user macro. In Confluence Cloud an administrator may restrict which addresses are embedded.',
    steps: [
      'Cloud: type /iframe, choose the macro Iframe, and give it the address of the frame.',
      'Data Center: insert the HTML macro and paste the lines of the frame.',
    ],
  },
  notion: {
    name: 'Notion',
    ways: ['frame'],
    steps: [
      'Type /embed, choose Embed, and paste the address of the frame. It has to be https.',
      'Drag the lower edge to the height wanted: Notion does not let a frame grow by itself.',
    ],
  },
  pages: {
    name: 'GitHub or GitLab Pages',
    ways: ['script', 'frame', 'file', 'npm'],
    steps: [
      'Publish the elements with a workflow of deploy/recipes/pages, and add the model’s file to what is published.',
      'Paste the lines into an HTML page of the site. README files and the wikis of GitHub and GitLab show neither scripts nor frames: link to the page from there.',
    ],
  },
  other: {
    name: 'Somewhere else',
    ways: ['frame', 'script', 'file', 'npm'],
    steps: [
      'Where HTML with scripts is taken, use the script; where frames or addresses are taken, the frame; where only attachments are, one file.',
      'A page that was opened over https takes nothing over http.',
    ],
  },
};

/** Where the parts of an element come from: origins, `'self'` (with the quotes) for that of the page. */
export interface Parts {
  /** Of the files. */
  readonly site: string;
  /** Of the models; of figures that are stored. */
  readonly data?: readonly string[];
  readonly pictures?: readonly string[];
  /** The script that makes a frame grow is on the page. */
  readonly grows?: boolean;
}

/** The origin of an address that a page names, wherever that page is; undefined when it is no address. */
export function originOf(address: string): string | undefined {
  const page = 'https://page.invalid';
  if (!URL.canParse(address, page)) return undefined;
  const { origin } = new URL(address, page);
  return origin === page ? "'self'" : origin;
}

/** The entries that a page's content policy needs for a way; undefined where it needs none. */
export function contentPolicy(
  way: Way,
  { site, data = [], pictures = [], grows }: Parts,
): string | undefined {
  const list = (...sources: readonly string[]) => [...new Set(sources)].join(' ');
  const images = list('blob:', 'data:', ...pictures);
  switch (way) {
    case 'script':
      return `script-src ${site} 'wasm-unsafe-eval'; worker-src blob: ${site}; connect-src ${list(site, ...data)}; img-src ${images}; media-src blob:`;
    case 'npm':
      return `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src ${list("'self'", ...data)}; img-src ${images}; media-src blob:`;
    case 'frame':
      return `frame-src ${site}${grows ? `; script-src ${site}` : ''}`;
    case 'file':
      return undefined;
  }
}
