/** The engines that the tests of deployments run in, behind one interface. */
import { chromiumProgram, launchChromium } from './chromium.js';
import { firefoxProgram, launchFirefox } from './firefox.js';
import type { Browser } from './page.js';
import { launchWebKit, webkitPrograms } from './webkit.js';

export const engines = ['chromium', 'firefox', 'webkit'] as const;

export type Engine = (typeof engines)[number];

/** Why an engine cannot be started here; `undefined` when it can. */
export function missing(engine: Engine): string | undefined {
  const { found, needs } = installed[engine];
  return found() ? undefined : `${engine} is not installed (${needs})`;
}

/** A browser without a window. Rejects, with the reason, where it is not installed or does not start. */
export function launch(engine: Engine): Promise<Browser> {
  return installed[engine].start();
}

interface Installed<Programs> {
  found(): Programs | undefined;
  /** What to install on Debian. */
  readonly needs: string;
  start(): Promise<Browser>;
}

function engineOf<Programs>(
  needs: string,
  found: () => Programs | undefined,
  launchIt: (programs: Programs) => Promise<Browser>,
): Installed<Programs> {
  return {
    needs,
    found,
    async start() {
      const programs = found();
      if (!programs) throw new Error(`Not installed; Debian: ${needs}.`);
      return launchIt(programs);
    },
  };
}

const installed: Readonly<Record<Engine, Installed<unknown>>> = {
  chromium: engineOf('Debian: chromium', chromiumProgram, launchChromium),
  firefox: engineOf('Debian: firefox-esr', firefoxProgram, launchFirefox),
  webkit: engineOf('Debian: webkit2gtk-driver and xvfb', webkitPrograms, launchWebKit),
};
