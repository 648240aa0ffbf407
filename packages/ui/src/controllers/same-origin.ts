/** Addresses that an element may fetch from: those of the page's own origin. */
import { RetinoscopeError } from '@retinoscope/worker';

/** `source` resolved against `base`; a settings error unless it is of `origin`. `what`: of what it is the address. */
export function sameOriginUrl(source: string, what: string, base: string, origin: string): URL {
  const url = URL.canParse(source, base) ? new URL(source, base) : undefined;
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    throw new RetinoscopeError(
      'settings',
      `The address of the ${what} is of another origin. A ${what} of this page’s own origin is accepted, or a file.`,
      { field: 'src', expected: origin, found: source.slice(0, 200) },
    );
  }
  return url;
}
