/** As much of the W3C WebDriver protocol as the tests need. */

export interface WebDriverSession {
  navigate(url: string): Promise<void>;
  /** The value of an expression that is a promise, in the page or in its frame of this index. */
  evaluate(expression: string, frame?: number): Promise<unknown>;
  /** Chooses files in the input element that the promise gives. */
  setFiles(expression: string, paths: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

/** How the protocol names an element in JSON. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

type Outcome = { readonly value?: unknown } | { readonly error: string };

/** A new browser, driven by the driver at `address`. */
export async function openSession(
  address: string,
  capabilities: Readonly<Record<string, unknown>>,
): Promise<WebDriverSession> {
  const made = await command(address, 'POST', '/session', {
    capabilities: { alwaysMatch: capabilities },
  });
  const session = `/session/${(made as { sessionId: string }).sessionId}`;
  const post = (path: string, body: unknown) => command(address, 'POST', session + path, body);
  const evaluateHere = async (expression: string) => {
    const script = `const done = arguments[arguments.length - 1];
      ${expression}.then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const outcome = (await post('/execute/async', { script, args: [] })) as Outcome;
    if ('error' in outcome) throw new Error(outcome.error);
    return outcome.value;
  };
  const evaluate = async (expression: string, frame?: number) => {
    if (frame === undefined) return evaluateHere(expression);
    await post('/frame', { id: frame });
    try {
      return await evaluateHere(expression);
    } finally {
      await post('/frame', { id: null });
    }
  };
  await post('/timeouts', { script: 240_000, pageLoad: 150_000 });
  return {
    async navigate(url) {
      await post('/url', { url });
    },
    evaluate,
    async setFiles(expression, paths) {
      const element = (await evaluate(expression)) as Readonly<Record<string, string>> | null;
      const id = element?.[elementKey];
      if (id === undefined) throw new Error(`No element: ${expression}`);
      await post(`/element/${id}/value`, { text: paths.join('\n') });
    },
    async end() {
      await command(address, 'DELETE', session);
    },
  };
}

/** Whether a driver answers at `address` and takes a session. */
export async function isReady(address: string): Promise<true | undefined> {
  try {
    const status = (await command(address, 'GET', '/status')) as { readonly ready: boolean };
    return status.ready || undefined;
  } catch {
    return undefined;
  }
}

async function command(
  address: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(address + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${method} ${path}: ${error}. ${message}`);
}
