import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openOnnx } from '../runtime.js';
import { operators, type Value } from './index.js';
import { type Case, cases, nodeOf, values } from './reference/cases.js';
import { oneNodeModel } from './reference/one-node.js';

function run(operator: string, drawn: Case): Value {
  const found = operators.get(operator);
  if (!found) throw new Error(`no operator ${operator}`);
  return found.forward(drawn.inputs, nodeOf(operator, drawn));
}

const largest = (data: Iterable<number>) => Math.max(0, ...Array.from(data, Math.abs));

const resultType = (operator: string) => {
  if (operator === 'Shape') return 'int64';
  return /Greater|Less|Equal/.test(operator) ? 'bool' : 'float32';
};

describe.each(Object.entries(cases))('%s', (title, drawnCases) => {
  const [operator] = title.split(' ');

  test('equals ONNX Runtime within 1e-5 of the largest value', async () => {
    await fc.assert(
      fc.asyncProperty(drawnCases, async (drawn) => {
        const output = run(operator, drawn);
        const free = drawn.inputs[drawn.wanted?.[0] ?? 0];
        if (!free || output.data.length === 0) return;
        const session = await openOnnx(oneNodeModel(operator, drawn, resultType(operator)));
        const { output: expected } = await session.run(free);
        await session.dispose();
        expect(output.shape).toEqual(expected.shape);
        const differences = Array.from(output.data, (v, i) => v - Number(expected.data[i]));
        expect(largest(differences)).toBeLessThanOrEqual(1e-5 * Math.max(1, largest(output.data)));
      }),
      { numRuns: 16 },
    );
  });

  if (!operators.get(operator)?.backward) return;

  test('its gradient equals central differences within 1e-3 of the largest', () => {
    fc.assert(
      fc.property(drawnCases, fc.nat(), (drawn, s) => {
        const output = run(operator, drawn);
        const { data } = values(s, output.shape);
        const gradient = data as Float32Array;
        const wanted = drawn.inputs.map((_, i) => drawn.wanted?.includes(i) ?? false);
        const call = { ...drawn, output, gradient, node: nodeOf(operator, drawn), wanted };
        const gradients = operators.get(operator)?.backward?.(call) ?? [];
        for (const i of drawn.wanted ?? []) {
          const input = drawn.inputs[i];
          if (!input) continue;
          const at = (j: number, by: number) => {
            const moved = { ...input, data: input.data.slice() };
            moved.data[j] += by;
            const { data: out } = run(operator, { ...drawn, inputs: drawn.inputs.with(i, moved) });
            return { x: moved.data[j], y: gradient.reduce((sum, g, k) => sum + g * out[k], 0) };
          };
          const differences = Array.from(input.data, (_, j) => {
            const [low, high] = [at(j, -0.01), at(j, 0.01)];
            return (high.y - low.y) / (high.x - low.x);
          });
          const found = gradients[i];
          expect(found?.length).toBe(input.data.length);
          const errors = differences.map((d, j) => d - (found?.[j] ?? Number.NaN));
          expect(largest(errors)).toBeLessThanOrEqual(1e-3 * Math.max(1, largest(differences)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('every operator but Constant, which has no input, is compared here', () => {
  const compared = new Set(Object.keys(cases).map((title) => title.split(' ')[0]));
  expect([...operators.keys()].filter((name) => !compared.has(name))).toEqual(['Constant']);
});
