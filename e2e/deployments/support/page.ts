/** What a test does with a page of any engine, and what the engines share in doing it. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Scripts are function bodies: `args` are their arguments, `return` and `await` are allowed, and their result is
 * what JSON keeps of it. They run whatever the page's content security policy is.
 */
export interface Scope {
  evaluate<T>(script: string, ...args: readonly unknown[]): Promise<T>;
  /** Resolves once `script` returns something truthy; rejects after `timeoutMs`. */
  waitFor(script: string, timeoutMs: number): Promise<void>;
}

/** An error or a warning of the console, or an error that nobody caught. */
export interface Said {
  readonly kind: 'error' | 'warning';
  readonly text: string;
  /** What it was said of; empty where the engine does not tell. */
  readonly url: string;
}

export interface BrowserPage extends Scope {
  /** Resolves once the page has loaded. */
  goto(url: string): Promise<void>;
  /**
   * The frame of this index in the page, which may be of another origin and sandboxed. Waiting in it bears that the
   * frame is not there yet, or loads again.
   */
  frame(index: number): Scope;
  /** Chooses files in the input element that `script` returns; it may stand in a shadow root and be hidden. */
  setFiles(script: string, paths: readonly string[]): Promise<void>;
  /**
   * Addresses asked for since the page was made. WebKit tells those of the page shown now alone, and not those
   * of its workers: nginx's log has them.
   */
  requests(): Promise<readonly string[]>;
  /** Errors and warnings since the page was made; undefined in WebKit, which does not tell them. */
  said(): readonly Said[] | undefined;
  /** Workers that live, those of frames too; undefined where the engine does not tell (all but Chromium). */
  workers(): number | undefined;
  close(): Promise<void>;
}

export interface Browser {
  /** A page that shares no storage with another. */
  newPage(): Promise<BrowserPage>;
  close(): Promise<void>;
}

/** A script as an expression, whose value is a promise. */
export function expression(script: string, args: readonly unknown[] = []): string {
  return `(async (...args) => {\n${script}\n})(...${JSON.stringify(args)})`;
}

/** See {@link BrowserPage.waitFor}. */
export async function waitFor(
  page: Pick<Scope, 'evaluate'>,
  script: string,
  timeoutMs: number,
): Promise<void> {
  const asked = `return Boolean(await ${expression(script)})`;
  for (const limit = Date.now() + timeoutMs; Date.now() < limit; await delay(100)) {
    if (await page.evaluate<boolean>(asked)) return;
  }
  throw new Error(`Not true after ${timeoutMs / 1000} s: ${script}`);
}

/** See {@link BrowserPage.frame}. */
export function frameScope(evaluate: Scope['evaluate']): Scope {
  return {
    evaluate,
    async waitFor(script, timeoutMs) {
      let problem: unknown;
      const patient = async <T>(asked: string): Promise<T> => {
        try {
          return await evaluate<T>(asked);
        } catch (error) {
          problem = error;
          return undefined as T;
        }
      };
      try {
        await waitFor({ evaluate: patient }, script, timeoutMs);
      } catch (error) {
        throw new Error((error as Error).message, { cause: problem });
      }
    },
  };
}
