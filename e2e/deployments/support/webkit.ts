/**
 * WebKit: WebKitGTK's small browser on a display of its own, through WebKitWebDriver.
 * Each page is a browser of its own, with storage that ends with it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserPage, expression, frameScope, waitFor } from './page.js';
import { freePort, type Program, start } from './processes.js';
import { isReady, openSession, type WebDriverSession } from './webdriver.js';

export interface WebKitPrograms {
  readonly driver: string;
  readonly browser: string;
  readonly display: string;
}

export function webkitPrograms(): WebKitPrograms | undefined {
  const driver = '/usr/bin/WebKitWebDriver';
  const display = '/usr/bin/Xvfb';
  const browser = miniBrowser();
  if (browser === undefined || ![driver, display].every((path) => existsSync(path))) return;
  return { driver, browser, display };
}

/** `/usr/lib/<machine>/webkit2gtk-<version>/MiniBrowser` */
function miniBrowser(): string | undefined {
  const folders = (path: string) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  if (!existsSync('/usr/lib')) return;
  return folders('/usr/lib')
    .filter((path) => path.includes('-linux-'))
    .flatMap(folders)
    .filter((path) => /\/webkit(2gtk|gtk)-/.test(path))
    .map((path) => join(path, 'MiniBrowser'))
    .find((path) => existsSync(path));
}

export async function launchWebKit(programs: WebKitPrograms): Promise<Browser> {
  const screen = start(programs.display, [
    ...['-displayfd', '1'],
    ...['-screen', '0', '1280x1024x24'],
    ...['-nolisten', 'tcp'],
  ]);
  const pages = new Set<BrowserPage>();
  const close = async () => {
    await Promise.all([...pages].map((page) => page.close()));
    await screen.stop();
  };
  try {
    const number = await screen.until(() => /^(\d+)\n/m.exec(screen.output())?.[1]);
    return {
      async newPage() {
        const page = await openPage(programs, `:${number}`, () => pages.delete(page));
        pages.add(page);
        return page;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPage(
  { driver, browser }: WebKitPrograms,
  display: string,
  closed: () => void,
): Promise<BrowserPage> {
  const home = await mkdtemp(join(tmpdir(), 'retinoscope-webkit-'));
  let program: Program | undefined;
  const end = async () => {
    await program?.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    program = start(driver, [`--port=${port}`], {
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'data'),
      // No graphics card is here either: what one would do is slower when it is imitated.
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1',
      // The codecs are looked for once, not by each browser.
      GST_REGISTRY: join(tmpdir(), 'retinoscope-webkit-codecs.bin'),
      // Neither a settings service nor an accessibility bus runs on a server.
      GSETTINGS_BACKEND: 'memory',
      NO_AT_BRIDGE: '1',
    });
    const address = `http://127.0.0.1:${port}`;
    await program.until(() => isReady(address));
    const session = await openSession(address, {
      'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
    });
    return webkitPage(session, async () => {
      // A browser that crashed has no session to end; its driver ends all the same.
      await session.end().catch(() => undefined);
      await end();
      closed();
    });
  } catch (error) {
    await end();
    throw error;
  }
}

function webkitPage(session: WebDriverSession, close: () => Promise<void>): BrowserPage {
  return {
    goto: (url) => session.navigate(url),
    async evaluate<T>(script: string, ...args: readonly unknown[]) {
      return (await session.evaluate(expression(script, args))) as T;
    },
    waitFor(script, timeoutMs) {
      return waitFor(this, script, timeoutMs);
    },
    frame: (index) =>
      frameScope(async <T>(script: string, ...args: readonly unknown[]) => {
        return (await session.evaluate(expression(script, args), index)) as T;
      }),
    setFiles: (script, paths) => session.setFiles(expression(script), paths),
    requests() {
      return this.evaluate(
        `return ['navigation', 'resource']
          .flatMap((type) => performance.getEntriesByType(type))
          .map(({ name }) => name);`,
      );
    },
    said: () => undefined,
    workers: () => undefined,
    close,
  };
}
