import { afterEach, expect, test, vi } from 'vitest';
import { downloadSize, fetchText, readRelease, templateAddress } from './site-files.js';

const site = 'https://files.example.org/retinoscope/';
const release = {
  version: '1.2.3',
  script: 'embed/1.2.3/retinoscope.js',
  integrity: `sha384-${'a'.repeat(64)}`,
};
const { signal } = new AbortController();

function answer(given: () => Response | Promise<Response>) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(async () => given());
}

afterEach(() => vi.restoreAllMocks());

test('the release is read from the top of the site alone', async () => {
  const asked = answer(() => Response.json(release));
  expect(await readRelease(site, signal)).toEqual(release);
  expect(asked.mock.calls.map(([url]) => String(url))).toEqual([`${site}retinoscope.json`]);
});

test('a site that tells no release has none', async () => {
  answer(() => new Response('<!doctype html>'));
  expect(await readRelease(site, signal)).toBeUndefined();
  answer(() => new Response('', { status: 404 }));
  expect(await readRelease(site, signal)).toBeUndefined();
  answer(() => Promise.reject(new TypeError('offline')));
  expect(await readRelease(site, signal)).toBeUndefined();
});

test('what was given up is neither an answer nor an error of the site', async () => {
  const job = new AbortController();
  job.abort();
  answer(() => Promise.reject(job.signal.reason));
  await expect(readRelease(site, job.signal)).rejects.toBe(job.signal.reason);
  await expect(fetchText(new URL(site), job.signal, () => undefined)).rejects.toBe(
    job.signal.reason,
  );
});

test('the page to fill lies beside the script; its size is what the server says', async () => {
  const address = templateAddress(release, site);
  expect(address.href).toBe(`${site}embed/1.2.3/single.html`);
  answer(() => new Response(null, { headers: { 'content-length': '6800000' } }));
  expect(await downloadSize(address, signal)).toBe(6_800_000);
  answer(() => new Response(null));
  expect(await downloadSize(address, signal)).toBeUndefined();
});

test('a text is read whole, with letters that come in parts, and its bytes are counted', async () => {
  const text = 'Sehzelle µ ⌘ 𝒳';
  const content = new TextEncoder().encode(text);
  const parts = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of content) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  answer(() => new Response(parts, { headers: { 'content-length': String(content.length) } }));
  const told: unknown[] = [];
  expect(await fetchText(new URL(site), signal, (...progress) => told.push(progress))).toBe(text);
  expect(told).toHaveLength(content.length);
  expect(told.at(-1)).toEqual([content.length, content.length]);
});

test('a page that is not there is said, with the server’s answer', async () => {
  answer(() => new Response('', { status: 404 }));
  const fetched = fetchText(new URL(`${site}single.html`), signal, () => undefined);
  await expect(fetched).rejects.toThrow(/single\.html .*404/);
});
