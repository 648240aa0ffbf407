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
const addressIn = (file: string): string => new URL(file, scope).href;
const known = new Set([...core.map(([file]) => file), ...onUse].map(addressIn));

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(core.map(keep)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (!name.startsWith(prefix) || name === cacheName) continue;
        // Where there is no room for both, they are fetched again when they are used.
        await takeOverSame(name).catch(() => undefined);
        await caches.delete(name);
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
  await (await caches.open(cacheName)).put(address, plain);
}

/** Large files that an earlier build kept and this one has too: a name with a hash stands for the same bytes. */
async function takeOverSame(name: string): Promise<void> {
  const [cache, earlier] = await Promise.all([caches.open(cacheName), caches.open(name)]);
  for (const file of onUse) {
    if (!/-[\w-]{8}\.\w+$/.test(file)) continue;
    const address = addressIn(file);
    const kept = await earlier.match(address);
    if (kept && !(await cache.match(address))) await cache.put(address, kept);
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = addressOf(request.url);
  if (request.method !== 'GET' || address === undefined) return;
  event.respondWith(answer(event, address));
});

self.addEventListener('message', (event) => {
  if (event.data === 'keep-what-was-used') event.waitUntil(keepWhatWasUsed());
  if (event.data === 'take-over') event.waitUntil(takeOver());
});

/** The file of this build that an address names, without what a page is told in it. */
function addressOf(url: string): string | undefined {
  const { origin, pathname } = new URL(url);
  const address = origin + (pathname === scope.pathname ? `${pathname}index.html` : pathname);
  return known.has(address) ? address : undefined;
}

/** A file that is not kept yet is kept as it passes: the page has its bytes as they come. */
async function answer(event: FetchEvent, address: string): Promise<Response> {
  const cache = await caches.open(cacheName);
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
  const cache = await caches.open(cacheName);
  for (const file of onUse) {
    const address = addressIn(file);
    if (await cache.match(address)) continue;
    const response = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' }).catch(
      () => undefined,
    );
    if (response?.status === 200) await cache.put(address, response);
  }
}

/** Pages of another build that are open keep theirs; those of the origin's other sites do not matter. */
async function takeOver(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = pages.filter(({ url }) => addressOf(url) !== undefined);
  if (own.length <= 1) await self.skipWaiting();
}
