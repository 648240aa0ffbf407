/** Where the pages of this project are, for links to them. Said once, by an entry whose files are elsewhere. */

let site: URL | undefined;

export function placeSite(address: URL): void {
  site = address;
}

/** The site's top; undefined where there is none, as in a page that is one file. */
export function placedSite(): URL | undefined {
  return site;
}
