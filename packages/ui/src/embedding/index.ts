/** What a page that embeds or is embedded needs, without the elements: small enough for a first paint. */
export { attributeRefusal, embeddable, rulesOf } from './attributes.js';
export { tellHeight } from './frames.js';
export { placeSite } from './site.js';
