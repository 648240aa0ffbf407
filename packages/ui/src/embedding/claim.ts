/** Which copy of the script a page belongs to: the first. Another copy of another version is told of, once. */
import { softwareVersion } from '@retinoscope/worker/card';

const key = Symbol.for('retinoscope');

interface Claimed {
  [key]?: { readonly version: string };
}

/** True for the first copy. A later one leaves the page alone, whose elements are those of the first. */
export function claimPage(scope: Claimed = globalThis as Claimed): boolean {
  const first = scope[key];
  if (!first) {
    scope[key] = { version: softwareVersion };
    return true;
  }
  if (first.version !== softwareVersion) {
    console.warn(
      `Retinoscope ${softwareVersion} was loaded beside ${first.version}; the elements of this page are those of ${first.version}.`,
    );
  }
  return false;
}
