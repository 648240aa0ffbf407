import { expect, test } from 'vitest';
import { sameOriginUrl } from './same-origin.js';

const base = 'https://lab.example/app/index.html';
const origin = 'https://lab.example';

test('an address is resolved against the page', () => {
  expect(sameOriginUrl('models/cell.onnx', 'model', base, origin).href).toBe(
    'https://lab.example/app/models/cell.onnx',
  );
});

test('an address of another origin, or none at all, is refused', () => {
  for (const bad of [
    'https://elsewhere.example/a.onnx',
    '//elsewhere.example/a.onnx',
    'http://lab.example/a.onnx',
    'data:application/octet-stream,AA',
    'javascript:alert(1)',
    'blob:https://lab.example/7',
    'file:///a.onnx',
    'http://[',
  ]) {
    expect(() => sameOriginUrl(bad, 'model', base, origin)).toThrow('own origin');
  }
});
