/**
 * Makes the site work without a network after a visit. Promises that a page is served the files of one build alone:
 * each build has a cache and a worker of its own, is installed only when all that it needs is of that build, and takes
 * over when no page of the old one is open, or when the only one asks for it. What the pages begin with is kept at the
 * first visit, a large file once it was used; nothing large is fetched unasked, and nothing outside of the list is
 * touched, nor what another site of the same origin keeps.
 */
/// <reference lib="webworker" />
import type { SiteFiles } from './site-files.js';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const __SITE_FILES__: SiteFiles;

const { build, core, onUse } = __SITE_FILES__;
const scope = new URL(self.registration.scope);
const prefix = `retinoscope-site ${scope.pathname} `;
const cacheName = `${prefix}${build}`;
/** Large files of any build: a name with a hash stands for the same bytes in all of them. */
const largeName = `${prefix}large`;
/** Milliseconds that a file may take to come out of the browser's own cache. */
const patience = 5000;
const addressIn = (file: string): string => new URL(file, scope).href;
const known = new Set([...core.map(([file]) => file), ...onUse].map(addressIn));
const large = new Set(
  onUse.filter((file) => /(^|\/)assets\/[^/]+-[\w-]{8}\.\w+$/.test(file)).map(addressIn),
);
const cacheOf = (address: string): Promise<Cache> =>
  caches.open(large.has(address) ? largeName : cacheName);

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(core.map(keep)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
      await Promise.all(
        names
          .filter((name) => name !== cacheName && name !== largeName)
          .map((name) => caches.delete(name)),
      );
      const kept = await caches.open(largeName);
      for (const request of await kept.keys()) {
        if (!large.has(request.url)) await kept.delete(request);
      }
      await self.clients.claim();
    })(),
  );
});

/** Rejects for a file of another build: the site is being changed, and a later visit tries again. */
async function keep([file, integrity]: SiteFiles['core'][number]): Promise<void> {
  const address = addressIn(file);
  const response = await fetch(address, { cache: 'no-cache', integrity });
  if (!response.ok) throw new Error(`${address} was answered with ${response.status}.`);
  // Browsers refuse to open a page from an answer that was redirected, as servers do from index.html to its folder.
  const plain = response.redirected ? new Response(response.body, response) : response;
  await (await cacheOf(address)).put(address, plain);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = addressOf(request.url);
  if (request.method !== 'GET' || address === undefined) return;
  event.respondWith(answer(event, address));
});

self.addEventListener('message', (event) => {
  if (event.data === 'keep-what-was-used') event.waitUntil(keepWhatWasUsed());
  if (event.data === 'take-over') event.waitUntil(takeOver(event.source));
});

/** The file of this build that an address names, without what a page is told in it. */
function addressOf(url: string): string | undefined {
  const { origin, pathname } = new URL(url);
  const address = origin + (pathname === scope.pathname ? `${pathname}index.html` : pathname);
  return known.has(address) ? address : undefined;
}

/** A file that is not kept yet is kept as it passes: the page has its bytes as they come. */
async function answer(event: FetchEvent, address: string): Promise<Response> {
  const cache = await cacheOf(address);
  const kept = await cache.match(address);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.status === 200) {
    event.waitUntil(cache.put(address, response.clone()).catch(() => undefined));
  }
  return response;
}

/** Large files that the first visit loaded before this worker was there: they are in the browser's own cache. */
async function keepWhatWasUsed(): Promise<void> {
  const keepUsed = async (address: string): Promise<void> => {
    const cache = await cacheOf(address);
    if (await cache.match(address)) return;
    // One that is being written to the browser's cache would be waited for, and a new version with it.
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin', signal });
    if (response.status === 200) await cache.put(address, response);
  };
  await Promise.allSettled(onUse.map((file) => keepUsed(addressIn(file))));
}

/** Pages of another build that are open keep theirs; those of the origin's other sites do not matter. */
async function takeOver(asking: ExtendableMessageEvent['source']): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = pages.filter(({ url }) => addressOf(url) !== undefined);
  if (own.length > 1) return;
  asking?.postMessage('taking-over');
  await self.skipWaiting();
}
