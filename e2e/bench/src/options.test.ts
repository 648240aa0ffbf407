import { expect, test } from 'vitest';
import { benchCommand, parseOptions } from './options.js';

const parse = (line: string) => {
  const command = benchCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return parseOptions(line.split(' ').filter(Boolean), command);
};

test('both places, both builds, every row and the other libraries, unless asked otherwise', () => {
  expect(parse('')).toEqual({
    node: true,
    chromium: true,
    builds: ['simd', 'relaxed'],
    only: [],
    seconds: 1.5,
    peers: true,
    subunits: false,
    seeds: 10,
  });
});

test('one place, one build, some rows', () => {
  const options = parse('--chromium --build relaxed --only W1,sta --only jax --no-peers');
  expect(options).toMatchObject({
    node: false,
    chromium: true,
    builds: ['relaxed'],
    only: ['W1', 'sta', 'jax'],
    peers: false,
  });
  expect(parse('--node --seconds 0.2 --json out.json')).toMatchObject({
    node: true,
    chromium: false,
    seconds: 0.2,
    json: 'out.json',
  });
});

test.each(['--seconds 0', '--seconds x', '--seeds 0', '--build fast', '--unknown', 'W1'])(
  '%s is refused',
  (line) => {
    expect(() => parse(line)).toThrow();
  },
);
