/**
 * Puts an element into the page that is one file (`embed/build-single.mjs` makes it). Pure: fetches and saves nothing.
 */
import { RetinoscopeError } from '@retinoscope/worker/card';

const marker = '<!--retinoscope-element-->';

/** `template` with `element` in place of the marker. A file error unless the template holds the marker once. */
export function singleFile(template: string, element: string): string {
  const parts = template.split(marker);
  if (parts.length !== 2) {
    throw new RetinoscopeError(
      'file',
      `The page to fill holds the mark for its element ${parts.length - 1} times. The single.html of this version, which holds it once, is accepted.`,
      { expected: 1, found: parts.length - 1 },
    );
  }
  return parts.join(element);
}

/** `content` as a data address, which a page can hold. */
export function dataAddress(content: Uint8Array): string {
  let text = '';
  // A call takes a limited number of arguments; 3 bytes are 4 letters, so the parts join without padding.
  for (let at = 0; at < content.length; at += 24_576) {
    text += btoa(String.fromCharCode(...content.subarray(at, at + 24_576)));
  }
  return `data:application/octet-stream;base64,${text}`;
}
