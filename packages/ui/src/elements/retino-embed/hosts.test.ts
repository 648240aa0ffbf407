import { expect, test } from 'vitest';
import { contentPolicy, hosts, originOf, type Way, ways } from './hosts.js';

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
    const policy = contentPolicy(way, { site, data: [model], pictures: [model] }) ?? '';
    expect(policy, way).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*/);
    const origins = policy.match(/https:[^\s;]+/g) ?? [];
    for (const origin of origins) expect([site, model], way).toContain(origin);
  }
});

test('the policy of a script names the origins of models and pictures once, the page itself, or none', () => {
  expect(contentPolicy('script', { site, data: [site] })).toBe(
    `script-src ${site} 'wasm-unsafe-eval'; worker-src blob: ${site}; connect-src ${site}; img-src blob: data:; media-src blob:`,
  );
  expect(contentPolicy('script', { site, data: ['https://a.example', "'self'"] })).toContain(
    `connect-src ${site} https://a.example 'self';`,
  );
  expect(contentPolicy('script', { site, pictures: ['https://b.example'] })).toMatch(
    `connect-src ${site}; img-src blob: data: https://b.example`,
  );
  expect(contentPolicy('npm', { site, data: ["'self'"] })).toContain("connect-src 'self';");
});

test('an address has its own origin, without a scheme too, or that of the page', () => {
  expect(originOf('https://a.example:81/models/cell.onnx')).toBe('https://a.example:81');
  expect(originOf('//a.example/cell.onnx')).toBe('https://a.example');
  for (const beside of ['cell.onnx', '/models/cell.onnx', '../cell.onnx?v=2']) {
    expect(originOf(beside), beside).toBe("'self'");
  }
  expect(originOf('http://')).toBeUndefined();
});

test('a frame needs its address allowed, and its script only where it grows', () => {
  expect(contentPolicy('frame', { site })).toBe(`frame-src ${site}`);
  expect(contentPolicy('frame', { site, grows: true })).toBe(
    `frame-src ${site}; script-src ${site}`,
  );
});
