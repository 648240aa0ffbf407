/**
 * The multiply–add peak of one core: independent chains c ← c·a + b on vectors of four floats, in registers alone.
 * Promises modules of a few hundred bytes, assembled here, so that the same probe runs in Node and in a page.
 * Measures nothing but arithmetic: no loads, no stores.
 *
 *     (func (export "peak") (param $n i32) (result f32) (local $c0…$c11 v128) (local $a v128) (local $b v128)
 *       (local.set $a (f32x4.splat (f32.const 0.9999999))) (local.set $b (f32x4.splat (f32.const 1e-9))) …
 *       (loop
 *         (local.set $c0 (f32x4.add (f32x4.mul (local.get $c0) (local.get $a)) (local.get $b))) …
 *         (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
 *       (f32x4.extract_lane 0 (f32x4.add (local.get $c0) …)))
 *
 * The relaxed build has `f32x4.relaxed_madd` in place of the multiplication and the addition.
 */
import type { Build } from '@retinoscope/core-wasm';

/** Chains: enough to hide the latency, few enough to stay in 16 registers with a and b. */
const chains = 12;
/** A multiplication and an addition in each of four lanes. */
const operationsEach = 8;

const op = {
  block: 0x02,
  loop: 0x03,
  branchIf: 0x0d,
  end: 0x0b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  f32Const: 0x43,
  i32Sub: 0x6b,
} as const;
const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b, none: 0x40 } as const;
const simd = {
  splat: 0x13,
  extractLane: 0x1f,
  add: 0xe4,
  multiply: 0xe6,
  relaxedMultiplyAdd: 0x105,
} as const;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

const vector = (instruction: number) => [0xfd, ...leb(instruction)];
const section = (id: number, content: number[]) => [id, ...leb(content.length), ...content];
const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
const f32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];

/** The bytes of the probe's module. */
export function probeModule(build: Build): Uint8Array<ArrayBuffer> {
  const n = 0;
  const a = 1 + chains;
  const b = a + 1;
  const each = Array.from({ length: chains }, (_, i) => 1 + i);
  const get = (local: number) => [op.localGet, local];
  const set = (local: number) => [op.localSet, local];
  const multiplyAdd =
    build === 'relaxed'
      ? (c: number) => [...get(c), ...get(a), ...get(b), ...vector(simd.relaxedMultiplyAdd)]
      : (c: number) => [
          ...get(c),
          ...get(a),
          ...vector(simd.multiply),
          ...get(b),
          ...vector(simd.add),
        ];
  const constant = (local: number, value: number) => [
    op.f32Const,
    ...f32(value),
    ...vector(simd.splat),
    ...set(local),
  ];
  const code = [
    ...constant(a, 0.9999999),
    ...constant(b, 1e-9),
    ...each.flatMap((c) => constant(c, c)),
    ...[op.loop, type.none],
    ...each.flatMap((c) => [...multiplyAdd(c), ...set(c)]),
    ...[...get(n), op.i32Const, 1, op.i32Sub, op.localTee, n, op.branchIf, 0, op.end],
    ...get(each[0]),
    ...each.slice(1).flatMap((c) => [...get(c), ...vector(simd.add)]),
    ...vector(simd.extractLane),
    0,
    op.end,
  ];
  const body = [1, chains + 2, type.v128, ...code];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, type.i32, 1, type.f32]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('peak'), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** Runs the probe for about `milliseconds`; GFLOP/s. */
export type Probe = (milliseconds: number) => number;

export async function createProbe(build: Build): Promise<Probe> {
  const { instance } = await WebAssembly.instantiate(probeModule(build));
  const peak = instance.exports.peak as (n: number) => number;
  const passes = 20_000;
  const measure: Probe = (milliseconds) => {
    const start = performance.now();
    let calls = 0;
    let elapsed = 0;
    do {
      peak(passes);
      calls++;
      elapsed = performance.now() - start;
    } while (elapsed < milliseconds);
    return (calls * passes * chains * operationsEach) / elapsed / 1e6;
  };
  // The first calls run in the engine's baseline compiler.
  measure(100);
  return measure;
}
