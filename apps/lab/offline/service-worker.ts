/**
 * Makes the site work without a network after a visit. Promises that a page is served the files of one build alone:
 * each build has a cache and a worker of its own, and a new one takes over when no page of the old one is open, or
 * when the only one asks for it. Small files are kept at the first visit, a large one once it was used; nothing large
 * is fetched unasked, and nothing outside of the list is touched.
 */
/// <reference lib="webworker" />
import type { SiteFiles } from './site-files.js';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const __SITE_FILES__: SiteFiles;

const { build, core, onUse } = __SITE_FILES__;
const prefix = 'retinoscope-site-';
const cacheName = `${prefix}${build}`;
const scope = new URL(self.registration.scope);
const known = new Map([...core, ...onUse].map((file) => [new URL(file, scope).href, file]));

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      await cache.addAll(
        core.map((file) => new Request(new URL(file, scope).href, { cache: 'no-cache' })),
      );
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
      await Promise.all(
        names.filter((name) => name !== cacheName).map((name) => caches.delete(name)),
      );
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = addressOf(request);
  if (request.method !== 'GET' || address === undefined) return;
  event.respondWith(answer(event, address));
});

self.addEventListener('message', (event) => {
  if (event.data === 'keep-what-was-used') event.waitUntil(keepWhatWasUsed());
  if (event.data === 'take-over') event.waitUntil(takeOver());
});

/** The file of this build that is asked for, without what a page is told in its address. */
function addressOf({ url }: Request): string | undefined {
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
    const address = new URL(file, scope).href;
    if (await cache.match(address)) continue;
    const response = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' }).catch(
      () => undefined,
    );
    if (response?.status === 200) await cache.put(address, response);
  }
}

/** Pages of another build that are open keep theirs. */
async function takeOver(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length <= 1) await self.skipWaiting();
}
