// The generator of laboratories' checkerboards: Park–Miller's minimal standard, s ← 16807·s mod (2³¹−1),
// shuffled through a table of 32 (Bays–Durham; "ran1" of Press et al., Numerical Recipes).
//
// Work block of a generator, filled by the host:
//   0    table of 32 × { u32 value, u32 its place: (value >> 26) · 8 }
//   256  u32 s
//   260  u32 out, the value drawn last
// The walk follows places only, so that its chain of dependencies is one load a draw; and because
// place = (out >> 26) · 8, out ≥ 2³⁰ is bit 7 of the place.

const sAt: usize = 256;
const outAt: usize = 260;

/** s·a mod (2³¹−1), lane by lane, given 2a: the product's upper word is then s·a >> 31. */
@inline
function times(s: v128, doubled: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(s, doubled);
  const high = i64x2.extmul_high_i32x4_u(s, doubled);
  const folded = i32x4.add(
    v128.shuffle<i32>(low, high, 1, 3, 5, 7),
    i32x4.shr_u(v128.shuffle<i32>(low, high, 0, 2, 4, 6), 1),
  );
  return i32x4.min_u(folded, i32x4.sub(folded, i32x4.splat(0x7fffffff)));
}

/** n > 0 draws; with `emit`, the place of each as one byte at `out`. */
@inline
function walk(work: usize, n: i32, out: usize, emit: bool): void {
  // Twice 16807^1…4 mod (2³¹−1): four steps of s at once.
  const powers = i32x4(33614, 564950498, 0xc16f59b2, 1969887316);
  let v = i32x4.splat(load<i32>(work, sAt));
  let place: usize = (load<u32>(work, outAt) >> 26) << 3;
  let p: usize;
  // The last one to four draws go one by one: they leave the whole of `out` behind.
  let blocks = (n - 1) >> 2;
  n -= blocks << 2;
  for (; blocks > 0; blocks--) {
    v = times(v128.shuffle<i32>(v, v, 3, 3, 3, 3), powers);
    const places = v128.and(i32x4.shr_u(v, 23), i32x4.splat(0xf8));
    const first = v128.shuffle<i32>(v, places, 0, 4, 1, 5);
    const second = v128.shuffle<i32>(v, places, 2, 6, 3, 7);
    p = work + place;
    place = load<u32>(p, 4);
    v128.store_lane<i64>(p, first, 0);
    if (emit) store<u8>(out, <u8>place);
    p = work + place;
    place = load<u32>(p, 4);
    v128.store_lane<i64>(p, first, 1);
    if (emit) store<u8>(out, <u8>place, 1);
    p = work + place;
    place = load<u32>(p, 4);
    v128.store_lane<i64>(p, second, 0);
    if (emit) store<u8>(out, <u8>place, 2);
    p = work + place;
    place = load<u32>(p, 4);
    v128.store_lane<i64>(p, second, 1);
    if (emit) {
      store<u8>(out, <u8>place, 3);
      out += 4;
    }
  }
  let s: u32 = i32x4.extract_lane(v, 3);
  let value: u32 = 0;
  for (; n > 0; n--) {
    const product = <u64>s * 16807;
    s = <u32>(product >> 31) + <u32>(product & 0x7fffffff);
    if (s >= 0x7fffffff) s -= 0x7fffffff;
    p = work + place;
    value = load<u32>(p);
    place = load<u32>(p, 4);
    store<u32>(p, s);
    store<u32>(p, (s >> 26) << 3, 4);
    if (emit) store<u8>(out++, <u8>place);
  }
  store<u32>(work, s, sAt);
  store<u32>(work, value, outAt);
}

/** Advances by n draws. */
function skip(work: usize, n: i32): void {
  if (n > 0) walk(work, n, 0, false);
}

/** Advances by `frames` frames of `draws` squares. */
export function laboratorySkip(work: usize, frames: i32, draws: i32): void {
  for (; frames > 0; frames--) skip(work, draws);
}

/** Bit 7 of columns of bytes, `height` apart, to rows of packed bits `[y, x]`. */
function packColumns(columns: usize, height: usize, rows: i32, width: i32, rowBytes: usize, scratch: usize, out: usize): void {
  for (let x = 0; x < width; x += 8, columns += height << 3, out++) {
    const inByte = min(8, width - x);
    let row = out;
    for (let y = 0; y < rows; y += 16) {
      let packed = i8x16.splat(0);
      let column = columns + <usize>y;
      let bit = i8x16.splat(1);
      for (let k = 0; k < inByte; k++, column += height) {
        packed = v128.or(packed, v128.and(i8x16.lt_s(v128.load(column), i8x16.splat(0)), bit));
        bit = i8x16.add(bit, bit);
      }
      v128.store(scratch, packed);
      const end = scratch + <usize>min(16, rows - y);
      for (let at = scratch; at < end; at++, row += rowBytes) store<u8>(row, load<u8>(at));
    }
  }
}

/**
 * The rectangle (x, y, columns, rows) of `frames` frames of height × width squares drawn frame by frame,
 * column by column, y fastest; packed bits `[time, y, x]` to `out`.
 * `scratch`: 16 bytes, then one byte a square of `columns` whole columns, and a vector more.
 */
export function laboratoryFrames(
  work: usize,
  frames: i32,
  height: i32,
  width: i32,
  x: i32,
  y: i32,
  columns: i32,
  rows: i32,
  scratch: usize,
  out: usize,
): void {
  const before = x * height;
  const inside = columns * height;
  const after = (width - x - columns) * height;
  const rowBytes: usize = (columns + 7) >> 3;
  for (; frames > 0; frames--) {
    skip(work, before);
    walk(work, inside, scratch + 16, true);
    packColumns(scratch + 16 + <usize>y, height, rows, columns, rowBytes, scratch, out);
    skip(work, after);
    out += rowBytes * <usize>rows;
  }
}
