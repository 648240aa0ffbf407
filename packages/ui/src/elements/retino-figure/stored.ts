/** A stored result: from a file that was given, or from an address of this page's own origin. */
import { type ExperimentTable, parseExperimentTable, RetinoscopeError } from '@retinoscope/worker';
import { sameOriginUrl } from '../../controllers/same-origin.js';
import { bytes } from '../../controllers/text.js';

const mostBytes = 64e6;

export async function storedFromFile(file: File): Promise<ExperimentTable> {
  refuseLarge(file.size, file.name);
  return parse(await file.text(), file.name);
}

/** Fetches a result from the page's own origin; refuses every other. */
export async function storedFromUrl(source: string): Promise<ExperimentTable> {
  const url = sameOriginUrl(source, 'result', document.baseURI, location.origin);
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) {
    throw new RetinoscopeError(
      'file',
      `There is no result at ${url.pathname} (${response.status}).`,
    );
  }
  refuseLarge(Number(response.headers.get('content-length') ?? 0), url.pathname);
  const text = await response.text();
  refuseLarge(text.length, url.pathname);
  return parse(text, url.pathname);
}

function parse(text: string, name: string): ExperimentTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RetinoscopeError(
      'file',
      `${name} is not JSON. A result saved here or by retinoscope reproduce is accepted.`,
    );
  }
  return parseExperimentTable(value, name);
}

function refuseLarge(size: number, name: string): void {
  if (size <= mostBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${name} has ${bytes(size)}; a result of at most ${bytes(mostBytes)} is accepted.`,
    { expected: mostBytes, found: size },
  );
}
