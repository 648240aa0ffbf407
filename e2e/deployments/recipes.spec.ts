/**
 * Each recipe of deploy/recipes, followed as it says, in a page as its host makes it: a predictor predicts there what its
 * model gives under Node. What a host makes is described in recipes/; the hosts themselves are not run.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { dokuPage, shownFrame, shownHtml } from './recipes/dokuwiki.js';
import {
  type NotebookOutputs,
  notebookHeaders,
  notebookOutputs,
  outputPage,
  pythonMissing,
  widgetPage,
} from './recipes/jupyter.js';
import {
  allowedServer,
  exampleCall,
  renderWidget,
  widgetTemplate,
  wikiPage,
  wikiPolicy,
} from './recipes/mediawiki.js';
import { type PagesHost, runWorkflow, startPagesHost } from './recipes/pages.js';
import { filled, openModel, readRecipe } from './recipes/texts.js';
import { type Engine, engines, launch, missing } from './support/browsers.js';
import { frameTag, modelFolders, predictorTag } from './support/embedding.js';
import { moduleTag } from './support/hosts.js';
import { type Document, documentedConfig, nginxMissing, startNginx } from './support/nginx.js';
import type { Browser, BrowserPage, Scope } from './support/page.js';
import { press, Reference } from './support/predicting.js';
import { freePort } from './support/processes.js';
import { modelFolder, olderVersion, ownModel, readRelease, siteFolder } from './support/site.js';

/** The page's policy refuses its own script. */
const withoutScript = `
  const told = new Promise((resolve) => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
  });
  const script = document.createElement('script');
  script.type = 'module';
  script.src = new URL('retinoscope.js?again', location.href).href;
  document.head.append(script);
  return (await told) === 'script-src-elem' && customElements.get('retino-predictor') === undefined`;

interface Frame {
  readonly name: string;
  readonly recipe: string;
  /** Attributes of the frame that the host makes. */
  readonly attributes: string;
  /** Engines in which a predictor cannot work there, and how that shows. */
  readonly refused?: Partial<Readonly<Record<Engine, (frame: Scope) => Promise<void>>>>;
}

/** Hosts that make a frame of an address. */
const frames: readonly Frame[] = [
  { name: 'Confluence', recipe: 'confluence/README.md', attributes: 'frameborder="0"' },
  {
    name: 'Notion',
    recipe: 'notion/README.md',
    attributes:
      'sandbox="allow-scripts allow-popups allow-top-navigation-by-user-activation allow-forms allow-same-origin"',
  },
  {
    name: 'a frame of no origin',
    recipe: 'notion/README.md',
    attributes: 'sandbox="allow-scripts"',
    refused: {
      // `'self'` in the policy of a page without an origin names nothing: not even the page's script runs.
      webkit: (frame) => frame.waitFor(withoutScript, 20_000),
    },
  },
];

let folder: string;
let reference: Reference;
let files: string;
let host: string;
let stopHosts: () => Promise<void>;
let pagesHost: PagesHost;
let outputs: NotebookOutputs | undefined;
let npm: Readonly<Record<string, readonly string[]>>;

test.skip(nginxMissing() !== undefined, nginxMissing());

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retinoscope-recipes-'));
  reference = new Reference();
  const ports = { files: await freePort(), host: await freePort() };
  files = `http://127.0.0.1:${ports.files}`;
  host = `http://localhost:${ports.host}`;
  npm = {
    github: await publish('github', await githubCommands()),
    gitlab: await publish('gitlab', await gitlabCommands()),
  };
  pagesHost = await startPagesHost(join(folder, 'github', 'public'));
  if (pythonMissing() === undefined) {
    const { version } = await readRelease();
    const single = join(siteFolder, 'embed', version, 'single.html');
    outputs = await notebookOutputs(join(modelFolder, ownModel), single, openModel(files), files);
  }
  const { stop } = await startNginx({
    servers: [
      {
        port: ports.files,
        root: siteFolder,
        include: documentedConfig,
        folders: modelFolders,
      },
      { port: ports.host, root: folder, documents: await hostPages(), folders: modelFolders },
    ],
  });
  stopHosts = stop;
});

test.afterAll(async () => {
  await stopHosts?.();
  await pagesHost?.stop();
  await reference?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Every page of a host, by its path. */
async function hostPages(): Promise<Readonly<Record<string, Document>>> {
  const widget = await filled(await readRecipe('mediawiki/Widget_Retinoscope.txt'), files);
  const shown = renderWidget(widgetTemplate(widget), exampleCall(widget));
  const allowed = allowedServer(widget);
  const wiki = wikiPage(shown);
  const doku = await filled(await readRecipe('dokuwiki/page.txt'), files);
  const pages: Record<string, Document> = {
    '/mediawiki.html': { body: wiki },
    '/mediawiki-policy.html': {
      body: wiki,
      headers: { 'Content-Security-Policy': wikiPolicy(allowed, allowed) },
    },
    '/dokuwiki-frame.html': { body: dokuPage(shownFrame(doku)) },
    '/dokuwiki-script.html': { body: dokuPage(shownHtml(doku)) },
    '/pages-script.html': await pagesScript(),
    '/pages-isolated.html': {
      ...(await pagesScript()),
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    '/pages-frame.html': {
      body: bare(frameTag(pagesHost.address.slice(0, -1), `models/${ownModel}`)),
    },
  };
  for (const [index, { recipe, attributes }] of frames.entries()) {
    const text = await filled(await readRecipe(recipe), files);
    const address = /\S+elements\.html\?element=\S+/.exec(text)?.[0];
    if (address === undefined) throw new Error(`${recipe} shows no address.`);
    const src = address.replaceAll('&', '&amp;');
    pages[`/frame-${index}.html`] = {
      body: bare(`<iframe src="${src}" width="100%" height="640" ${attributes}></iframe>`),
    };
  }
  if (outputs) {
    const { inside, framed, module } = outputs;
    const notebook = (body: string): Document => ({ body, headers: notebookHeaders });
    Object.assign(pages, {
      '/output/inside.html': { body: inside },
      '/output/framed.html': { body: framed },
      '/output/widget.js': { body: module },
      '/jupyter-inside.html': notebook(outputPage('/output/inside.html')),
      '/jupyter-framed.html': notebook(outputPage('/output/framed.html')),
      '/jupyter-widget.html': notebook(
        widgetPage('/output/widget.js', `/models/${ownModel}`, `${files}/retinoscope.js`),
      ),
    });
  }
  return pages;
}

function bare(content: string): string {
  return `<!doctype html>\n<meta charset="utf-8">\n<title>A page</title>\n${content}\n`;
}

async function pagesScript(): Promise<Document> {
  const { script, integrity } = await readRelease();
  const { address } = pagesHost;
  return {
    body: bare(
      moduleTag(address + script, integrity) + predictorTag(`${address}models/${ownModel}`),
    ),
  };
}

/** What the workflow makes in a checkout that has models and an earlier version. */
async function publish(name: string, commands: readonly string[]): Promise<readonly string[]> {
  const checkout = join(folder, name);
  await cp(modelFolder, join(checkout, 'models'), { recursive: true });
  await mkdir(join(checkout, 'earlier', '0.0.0'), { recursive: true });
  await writeFile(join(checkout, 'earlier', '0.0.0', 'retinoscope.js'), 'of an earlier site');
  await mkdir(join(checkout, 'earlier', olderVersion));
  await writeFile(join(checkout, 'earlier', olderVersion, 'retinoscope.js'), 'not in its place');
  return runWorkflow(commands, checkout);
}

interface GithubWorkflow {
  readonly jobs: {
    readonly build: {
      readonly steps: readonly {
        readonly uses?: string;
        readonly run?: string;
        readonly with?: Readonly<Record<string, unknown>>;
      }[];
    };
    readonly deploy: { readonly needs: string; readonly permissions: unknown };
  };
}

async function github(): Promise<GithubWorkflow> {
  return parse(await readRecipe('pages/github-pages.yml')) as GithubWorkflow;
}

async function githubCommands(): Promise<readonly string[]> {
  const { jobs } = await github();
  return jobs.build.steps.flatMap(({ run }) => run ?? []);
}

interface GitlabJobs {
  readonly pages: {
    readonly script: readonly string[];
    readonly artifacts: { readonly paths: readonly string[] };
  };
}

async function gitlab(): Promise<GitlabJobs> {
  return parse(await readRecipe('pages/gitlab-ci.yml')) as GitlabJobs;
}

async function gitlabCommands(): Promise<readonly string[]> {
  return (await gitlab()).pages.script;
}

test('GitHub and GitLab Pages: the workflows publish what their commands make: the site, models and earlier versions', async () => {
  const { build, deploy } = (await github()).jobs;
  const upload = build.steps.find(({ uses }) => uses?.startsWith('actions/upload-pages-artifact@'));
  expect(upload?.with).toEqual({ path: 'public' });
  expect(deploy).toMatchObject({
    needs: 'build',
    permissions: { pages: 'write', 'id-token': 'write' },
  });
  expect((await gitlab()).pages.artifacts.paths).toEqual(['public']);
  const { scripts } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { readonly scripts: Readonly<Record<string, string>> };
  expect(scripts).toHaveProperty(['build:site']);
  for (const name of ['github', 'gitlab']) {
    expect(npm[name]).toEqual(['ci', 'run build:site -- --out public']);
    const published = (path: string) => readFile(join(folder, name, 'public', path));
    const same = async (path: string, source: string) =>
      expect((await published(path)).equals(await readFile(source))).toBe(true);
    await same('index.html', join(siteFolder, 'index.html'));
    await same(`models/${ownModel}`, join(modelFolder, ownModel));
    // What this build made is not replaced.
    const older = `embed/${olderVersion}/retinoscope.js`;
    await same(older, join(siteFolder, older));
    expect(String(await published('embed/0.0.0/retinoscope.js'))).toBe('of an earlier site');
  }
});

test('MediaWiki: whatever is given to the widget stays text within its attribute', async () => {
  const template = widgetTemplate(await readRecipe('mediawiki/Widget_Retinoscope.txt'));
  const element = (given: Readonly<Record<string, string>>) =>
    /<retino-predictor[\s\S]*/.exec(renderWidget(template, given))?.[0];
  expect(
    element({
      model: 'javascript:alert(1)',
      heading: '"><script>alert(1)</script>',
      poster: 'data:text/html,x',
      theme: '" onload="x',
      autostart: 'no',
      seed: '1 onload=x',
    }),
  ).toBe(
    '<retino-predictor model="" heading="&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;" poster="" seed=""></retino-predictor>',
  );
  expect(element({ model: 'https://a.b/c', theme: 'dark', autostart: 'yes', seed: '0' })).toBe(
    '<retino-predictor model="https://a.b/c" theme="dark" autostart seed="0"></retino-predictor>',
  );
});

test('Jupyter: what cannot be shown is refused with what is accepted', () => {
  test.skip(outputs === undefined, pythonMissing());
  expect(outputs?.refusals).toEqual([
    expect.stringContaining('Give page='),
    expect.stringContaining('For a file or bytes give page='),
    expect.stringContaining('An address is taken with site='),
    expect.stringContaining('is not the single.html of a Retinoscope site'),
  ]);
});

for (const engine of engines) {
  test.describe(engine, () => {
    const reason = missing(engine);
    test.skip(reason !== undefined, reason);

    let browser: Browser;
    let page: BrowserPage;

    test.beforeAll(async () => {
      browser = await launch(engine);
    });

    test.beforeEach(async () => {
      page = await browser.newPage();
    });

    test.afterEach(() => page.close());

    test.afterAll(() => browser?.close());

    /** Nothing was refused or missing but the icon that a browser asks for by itself. */
    async function expectPrediction(scope: Scope): Promise<void> {
      expect(await reference.difference(ownModel, await press(scope))).toBeLessThanOrEqual(1e-4);
      const errors = (page.said() ?? []).filter(
        ({ kind, url, text }) => kind === 'error' && !`${url} ${text}`.includes('/favicon.ico'),
      );
      expect(errors).toEqual([]);
    }

    for (const [index, { name, refused }] of frames.entries()) {
      if (engine !== 'chromium' && name === 'Confluence') continue;
      const check = refused?.[engine];
      const says = check ? 'is refused' : 'predicts within 1e-4 of Node';
      test(`${name}: a frame of the recipe's address ${says}`, async () => {
        await page.goto(`${host}/frame-${index}.html`);
        await (check ?? expectPrediction)(page.frame(0));
      });
    }

    test('Jupyter, all inside the notebook: predicts within 1e-4 of Node', async () => {
      test.skip(outputs === undefined, pythonMissing());
      await page.goto(`${host}/jupyter-inside.html`);
      await expectPrediction(page.frame(0));
    });

    test('Jupyter, anywidget: predicts within 1e-4 of Node, follows its model, and leaves no listener', async () => {
      test.skip(outputs === undefined, pythonMissing());
      await page.goto(`${host}/jupyter-widget.html`);
      await expectPrediction(page);
      await page.evaluate(`shown.model.set('heading', 'Cell 4')`);
      const heading = `return document.querySelector('retino-predictor').getAttribute('heading')`;
      expect(await page.evaluate(heading)).toBe('Cell 4');
      expect(await page.evaluate('shown.clean(); return shown.listeners.size')).toBe(0);
    });

    if (engine !== 'chromium') return;

    test('Jupyter, a frame of a site: predicts within 1e-4 of Node', async () => {
      test.skip(outputs === undefined, pythonMissing());
      await page.goto(`${host}/jupyter-framed.html`);
      await expectPrediction(page.frame(0));
    });

    for (const [name, path] of [
      ['no policy', 'mediawiki'],
      ["the recipe's policy", 'mediawiki-policy'],
    ]) {
      test(`MediaWiki, ${name}: the widget predicts within 1e-4 of Node`, async () => {
        await page.goto(`${host}/${path}.html`);
        await expectPrediction(page);
      });
    }

    test('DokuWiki: the frame predicts within 1e-4 of Node', async () => {
      await page.goto(`${host}/dokuwiki-frame.html`);
      await expectPrediction(page.frame(0));
    });

    test('DokuWiki: the script predicts within 1e-4 of Node', async () => {
      await page.goto(`${host}/dokuwiki-script.html`);
      await expectPrediction(page);
    });

    test('GitHub Pages: the lab does its job below the base path of a repository', async () => {
      await page.goto(`${pagesHost.address}#steps=20&restarts=1`);
      const result = `document.querySelector('[data-testid="built-in-result"]')`;
      await page.waitFor(`return ${result} !== null`, 60_000);
      const difference = await page.evaluate<string>(`return ${result}.dataset.onnxDifference`);
      expect(Number(difference)).toBeLessThanOrEqual(1e-4);
    });

    for (const [name, path] of [
      ['a page', 'pages-script'],
      ['an isolated page', 'pages-isolated'],
    ]) {
      test(`GitHub Pages: a script from there predicts on ${name} within 1e-4 of Node`, async () => {
        await page.goto(`${host}/${path}.html`);
        expect(await page.evaluate('return crossOriginIsolated')).toBe(path === 'pages-isolated');
        await expectPrediction(page);
      });
    }

    test('GitHub Pages: a frame from there predicts within 1e-4 of Node', async () => {
      await page.goto(`${host}/pages-frame.html`);
      await expectPrediction(page.frame(0));
    });
  });
}
