import { existsSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../files/types.js';
import { openOnnx } from './runtime.js';

const dataDir = '../shared/data/onnx';

async function runOnce(model: Uint8Array, input: Tensor): Promise<Tensor> {
  const session = await openOnnx(model);
  try {
    return (await session.run(input)).output;
  } finally {
    await session.dispose();
  }
}

describe('models of other tools', () => {
  const npz = (name: string): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(unzipSync(readFileSync(`${dataDir}/${name}.io.npz`))).map(([file, bytes]) => {
        const { data, shape } = parse(bytes.slice().buffer);
        return [file.replace('.npy', ''), { data: data as Float32Array, shape }];
      }),
    );

  for (const name of ['bn_cnn_40x50x50', 'two_layer_30x30_dynamic_batch']) {
    test.skipIf(!existsSync(dataDir))(
      `${name} gives its output within 1e-4 (shared data)`,
      async () => {
        const { input, output } = npz(name);
        const found = await runOnce(readFileSync(`${dataDir}/${name}.onnx`), input);
        expect(found.shape).toEqual(output.shape);
        const errors = Array.from(found.data as Float32Array, (v, i) =>
          Math.abs(v - Number(output.data[i])),
        );
        expect(Math.max(...errors)).toBeLessThanOrEqual(1e-4);
      },
    );
  }

  test.skipIf(!existsSync(dataDir))(
    'a fixed batch of 2 takes 3 samples in two parts, the last one filled and cut (shared data)',
    async () => {
      const name = 'bn_cnn_40x50x50';
      const { input, output } = npz(name);
      const size = input.data.length / 2;
      const three = new Float32Array(3 * size);
      three.set(input.data as Float32Array);
      three.set((input.data as Float32Array).subarray(0, size), 2 * size);
      const found = await runOnce(readFileSync(`${dataDir}/${name}.onnx`), {
        shape: [3, 40, 50, 50],
        data: three,
      });
      expect(found.shape).toEqual([3, 4]);
      const expected = [...output.data, ...output.data.subarray(0, 4)].map(Number);
      const errors = expected.map((rate, i) => Math.abs(Number(found.data[i]) - rate));
      expect(Math.max(...errors)).toBeLessThanOrEqual(1e-4);
    },
  );
});
