import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configureOnnxRuntime, openOnnx } from './index.js';
import { identityModel } from './write.js';

const wasmFile = createRequire(import.meta.url).resolve(
  'onnxruntime-web/ort-wasm-simd-threaded.wasm',
);
const input = { shape: [1], data: Float32Array.of(7) };

const server = createServer((request, response) => {
  if (request.url === '/missing.wasm') response.writeHead(404).end('Not found');
  else if (request.url === '/page.wasm') response.end('<!DOCTYPE html><title>Not here</title>');
  else response.end(readFileSync(wasmFile));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a load that failed is forgotten: the next one succeeds', async () => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const refused = async (wasm: string, message: RegExp) => {
    configureOnnxRuntime({ wasm });
    await expect(openOnnx(identityModel())).rejects.toMatchObject({
      name: 'RetinoscopeError',
      kind: 'worker',
      message: expect.stringMatching(message),
    });
  };
  await refused('http://127.0.0.1:1/none.wasm', /could not be fetched/);
  await refused(`${origin}/missing.wasm`, /status 404/);
  await refused(`${origin}/page.wasm`, /another kind of file/);

  configureOnnxRuntime({ wasm: new URL(`${origin}/ort.wasm`) });
  const session = await openOnnx(identityModel());
  expect((await session.run(input)).output).toEqual(input);
  await session.dispose();
});
