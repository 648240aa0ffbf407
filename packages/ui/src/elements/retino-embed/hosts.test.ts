import { expect, test } from 'vitest';
import { contentPolicy, hosts, type Way, ways } from './hosts.js';

const site = 'https://files.example.org';

test('every host has a way and steps, in sentences', () => {
  for (const [name, { ways: those, steps, administrator }] of Object.entries(hosts)) {
    expect(those.length, name).toBeGreaterThan(0);
    expect(new Set(those).size, name).toBe(those.length);
    for (const sentence of [...steps, ...(administrator ? [administrator] : [])]) {
      expect(sentence, name).toMatch(/[.]$/);
    }
    expect(steps.length, name).toBeGreaterThan(0);
  }
});

test('no policy allows inline scripts or eval, or names an origin that is not used', () => {
  const model = 'https://wiki.example.org';
  for (const way of Object.keys(ways) as Way[]) {
    const policy = contentPolicy(way, { site, model }) ?? '';
    expect(policy, way).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*/);
    const origins = policy.match(/https:[^\s;]+/g) ?? [];
    for (const origin of origins) expect([site, model], way).toContain(origin);
  }
});

test('the policy of a script names the model’s origin once, the page itself, or none', () => {
  expect(contentPolicy('script', { site, model: site })).toBe(
    `script-src ${site} 'wasm-unsafe-eval'; worker-src blob: ${site}; connect-src ${site}; img-src blob: data:`,
  );
  expect(contentPolicy('script', { site, model: 'https://a.example' })).toContain(
    `connect-src ${site} https://a.example;`,
  );
  expect(contentPolicy('script', { site, model: "'self'" })).toContain(
    `connect-src ${site} 'self';`,
  );
  expect(contentPolicy('script', { site })).toContain(`connect-src ${site};`);
  expect(contentPolicy('npm', { site, model: "'self'" })).toContain("connect-src 'self';");
});

test('a frame needs its address allowed, and its script only where it grows', () => {
  expect(contentPolicy('frame', { site })).toBe(`frame-src ${site}`);
  expect(contentPolicy('frame', { site, grows: true })).toBe(
    `frame-src ${site}; script-src ${site}`,
  );
});
