// First layer over binary frames: bits of a frame row index tables of partial sums of weights.
//
// `spread` neighbouring outputs of a row share a look-up: their filters stand side by side as one wider filter whose
// row of `taps + spread − 1` squares is cut into chunks of at most 8. For one chunk and a tile of V vectors of
// outputs, T[run, i] = Σ_b i_b·w[run, b] over the 2^bits patterns i, and
//   z[s, y, column] += Σ_run T[run, bits of row (y + run) of frame s under the column].
// Frames are rows of whole bytes, least significant bit first; runs are the filter's successive rows (ky).
// Cost of a call of `forward` or `scatter`: frames · height · columns · runs look-ups of V vectors.

import { keep, splat, touch } from './simd';

/** log₂ of the bytes of an entry of V vectors. */
@inline
function entryShift(V: i32): i32 {
  return V == 1 ? 4 : V == 2 ? 5 : 6;
}

/**
 * Index, in bytes, of the entry of the row's bits at `row`: turned to where an entry's bytes begin and masked, or with
 * `whole` those of one byte.
 */
@inline
function entryAt(V: i32, whole: bool, row: usize, turn: i32, mask: i32): usize {
  if (whole) return <usize>load<u8>(row) << entryShift(V);
  return <usize>(rotl<u32>(load<u32>(row), turn) & mask);
}

/** Bytes of a table of eight bits whose entries are two vectors. */
const byteTable: usize = 8192;

/** The look-ups of Y successive output rows (1 or 2) of one column: a frame row under both serves both. */
@inline
function forwardColumn(
  V: i32,
  Y: i32,
  whole: bool,
  row: usize,
  rowBytes: usize,
  turn: i32,
  mask: i32,
  runs: i32,
  tables: usize,
  tableBytes: usize,
  from: usize,
  fromRow: usize,
  z: usize,
  rowStep: usize,
  floor: v128,
): void {
  let a0 = v128.load(from);
  let a1 = V > 1 ? v128.load(from, 16) : a0;
  let a2 = V > 2 ? v128.load(from, 32) : a0;
  let a3 = V > 2 ? v128.load(from, 48) : a0;
  let b0 = Y > 1 ? v128.load(from + fromRow) : a0;
  let b1 = Y > 1 && V > 1 ? v128.load(from + fromRow, 16) : a0;
  let b2 = Y > 1 && V > 2 ? v128.load(from + fromRow, 32) : a0;
  let b3 = Y > 1 && V > 2 ? v128.load(from + fromRow, 48) : a0;
  let i = tables + entryAt(V, whole, row, turn, mask);
  a0 = f32x4.add(a0, v128.load(i));
  if (V > 1) a1 = f32x4.add(a1, v128.load(i, 16));
  if (V > 2) {
    a2 = f32x4.add(a2, v128.load(i, 32));
    a3 = f32x4.add(a3, v128.load(i, 48));
  }
  for (const last = tables + tableBytes * <usize>(runs - 1); tables < last; tables += tableBytes) {
    row += rowBytes;
    i = tables + entryAt(V, whole, row, turn, mask);
    if (Y > 1) {
      b0 = f32x4.add(b0, v128.load(i));
      if (V > 1) b1 = f32x4.add(b1, v128.load(i, 16));
      if (V > 2) {
        b2 = f32x4.add(b2, v128.load(i, 32));
        b3 = f32x4.add(b3, v128.load(i, 48));
      }
    }
    i += tableBytes;
    a0 = f32x4.add(a0, v128.load(i));
    if (V > 1) a1 = f32x4.add(a1, v128.load(i, 16));
    if (V > 2) {
      a2 = f32x4.add(a2, v128.load(i, 32));
      a3 = f32x4.add(a3, v128.load(i, 48));
    }
  }
  v128.store(z, f32x4.pmax(a0, floor));
  if (V > 1) v128.store(z, f32x4.pmax(a1, floor), 16);
  if (V > 2) {
    v128.store(z, f32x4.pmax(a2, floor), 32);
    v128.store(z, f32x4.pmax(a3, floor), 48);
  }
  if (Y > 1) {
    i = tables + entryAt(V, whole, row + rowBytes, turn, mask);
    z += rowStep;
    v128.store(z, f32x4.pmax(f32x4.add(b0, v128.load(i)), floor));
    if (V > 1) v128.store(z, f32x4.pmax(f32x4.add(b1, v128.load(i, 16)), floor), 16);
    if (V > 2) {
      v128.store(z, f32x4.pmax(f32x4.add(b2, v128.load(i, 32)), floor), 32);
      v128.store(z, f32x4.pmax(f32x4.add(b3, v128.load(i, 48)), floor), 48);
    }
  }
}

@inline
function forward(
  V: i32,
  frames: i32,
  base: usize,
  frameStride: usize,
  rowBytes: usize,
  height: i32,
  columns: i32,
  bit: i32,
  bitStep: i32,
  runs: i32,
  bits: i32,
  tables: usize,
  start: usize,
  z: usize,
  columnStep: usize,
  rowStep: usize,
  zStride: usize,
  floor: f32,
): void {
  const mask = ((1 << bits) - 1) << entryShift(V);
  const tableBytes = <usize>1 << (bits + entryShift(V));
  const least = splat(floor);
  const fromRow = start ? 0 : rowStep;
  // Two rows of one column of whole bytes: without loops over them and without shifts a third faster.
  if (V == 2 && height == 2 && columns == 1 && bits == 8 && !(bit & 7)) {
    const fromFrame = start ? 0 : zStride;
    let from = start ? start : z;
    base += <usize>(bit >> 3);
    for (let frame = frames; frame > 0; frame--) {
      forwardColumn(V, 2, true, base, rowBytes, 0, 0, runs, tables, byteTable, from, fromRow, z, rowStep, least);
      z += zStride;
      from += fromFrame;
      base += frameStride;
    }
    return;
  }
  const pairs = height >> 1;
  const odd = height & 1;
  const lastBit = bit + (columns - 1) * bitStep;
  for (let frame = frames; frame > 0; frame--) {
    let top = base;
    let line = z;
    for (let pair = pairs; pair > 0; pair--) {
      let out = line;
      for (let at = bit; at <= lastBit; at += bitStep) {
        forwardColumn(V, 2, false, top + <usize>(at >> 3), rowBytes, entryShift(V) - (at & 7), mask, runs, tables, tableBytes, start ? start : out, fromRow, out, rowStep, least);
        out += columnStep;
      }
      top += rowBytes << 1;
      line += rowStep << 1;
    }
    if (odd) {
      let out = line;
      for (let at = bit; at <= lastBit; at += bitStep) {
        forwardColumn(V, 1, false, top + <usize>(at >> 3), rowBytes, entryShift(V) - (at & 7), mask, runs, tables, tableBytes, start ? start : out, 0, out, 0, least);
        out += columnStep;
      }
    }
    z += zStride;
    base += frameStride;
  }
}

@inline
function bump(i: usize, d: v128, offset: usize): void {
  v128.store(i + offset, f32x4.add(v128.load(i + offset), d));
}

@inline
function bumpEntry(V: i32, i: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  bump(i, d0, 0);
  if (V > 1) bump(i, d1, 16);
  if (V > 2) {
    bump(i, d2, 32);
    bump(i, d3, 48);
  }
}

@inline
function scatterColumn(
  V: i32,
  Y: i32,
  whole: bool,
  row: usize,
  rowBytes: usize,
  turn: i32,
  mask: i32,
  runs: i32,
  tables: usize,
  tableBytes: usize,
  dz: usize,
  rowStep: usize,
): void {
  const a0 = v128.load(dz);
  const a1 = V > 1 ? v128.load(dz, 16) : a0;
  const a2 = V > 2 ? v128.load(dz, 32) : a0;
  const a3 = V > 2 ? v128.load(dz, 48) : a0;
  const b0 = Y > 1 ? v128.load(dz + rowStep) : a0;
  const b1 = Y > 1 && V > 1 ? v128.load(dz + rowStep, 16) : a0;
  const b2 = Y > 1 && V > 2 ? v128.load(dz + rowStep, 32) : a0;
  const b3 = Y > 1 && V > 2 ? v128.load(dz + rowStep, 48) : a0;
  bumpEntry(V, tables + entryAt(V, whole, row, turn, mask), a0, a1, a2, a3);
  for (const last = tables + tableBytes * <usize>(runs - 1); tables < last; tables += tableBytes) {
    row += rowBytes;
    const i = tables + entryAt(V, whole, row, turn, mask);
    if (Y > 1) bumpEntry(V, i, b0, b1, b2, b3);
    bumpEntry(V, i + tableBytes, a0, a1, a2, a3);
  }
  if (Y > 1) bumpEntry(V, tables + entryAt(V, whole, row + rowBytes, turn, mask), b0, b1, b2, b3);
}

@inline
function scatter(
  V: i32,
  frames: i32,
  base: usize,
  frameStride: usize,
  rowBytes: usize,
  height: i32,
  columns: i32,
  bit: i32,
  bitStep: i32,
  runs: i32,
  bits: i32,
  tables: usize,
  dz: usize,
  columnStep: usize,
  rowStep: usize,
  dzStride: usize,
): void {
  const mask = ((1 << bits) - 1) << entryShift(V);
  const tableBytes = <usize>1 << (bits + entryShift(V));
  if (V == 2 && height == 2 && columns == 1 && bits == 8 && !(bit & 7)) {
    base += <usize>(bit >> 3);
    for (let frame = frames; frame > 0; frame--) {
      scatterColumn(V, 2, true, base, rowBytes, 0, 0, runs, tables, byteTable, dz, rowStep);
      dz += dzStride;
      base += frameStride;
    }
    return;
  }
  const pairs = height >> 1;
  const odd = height & 1;
  const lastBit = bit + (columns - 1) * bitStep;
  for (let frame = frames; frame > 0; frame--) {
    let top = base;
    let line = dz;
    for (let pair = pairs; pair > 0; pair--) {
      let d = line;
      for (let at = bit; at <= lastBit; at += bitStep) {
        scatterColumn(V, 2, false, top + <usize>(at >> 3), rowBytes, entryShift(V) - (at & 7), mask, runs, tables, tableBytes, d, rowStep);
        d += columnStep;
      }
      top += rowBytes << 1;
      line += rowStep << 1;
    }
    if (odd) {
      let d = line;
      for (let at = bit; at <= lastBit; at += bitStep) {
        scatterColumn(V, 1, false, top + <usize>(at >> 3), rowBytes, entryShift(V) - (at & 7), mask, runs, tables, tableBytes, d, 0);
        d += columnStep;
      }
    }
    dz += dzStride;
    base += frameStride;
  }
}

/**
 * z[frame, y, column, V vectors] = max(start + Σ_run T[run, bits], floor), `start` an address of V vectors of biases or
 * 0 to go on from z. Column c's bits start at bit + c·bitStep of the row; `base` is the frame row of output row 0, run 0.
 */
export function tableForward1(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, start: usize, z: usize, columnStep: usize, rowStep: usize, zStride: usize, floor: f32): void {
  forward(1, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, start, z, columnStep, rowStep, zStride, floor);
}
export function tableForward2(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, start: usize, z: usize, columnStep: usize, rowStep: usize, zStride: usize, floor: f32): void {
  forward(2, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, start, z, columnStep, rowStep, zStride, floor);
}
export function tableForward4(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, start: usize, z: usize, columnStep: usize, rowStep: usize, zStride: usize, floor: f32): void {
  forward(4, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, start, z, columnStep, rowStep, zStride, floor);
}

/** T[run, bits] += dz[frame, y, column]: the transpose of `tableForward`; tables start a batch at 0. */
export function tableScatter1(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, dz: usize, columnStep: usize, rowStep: usize, dzStride: usize): void {
  scatter(1, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, dz, columnStep, rowStep, dzStride);
}
export function tableScatter2(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, dz: usize, columnStep: usize, rowStep: usize, dzStride: usize): void {
  scatter(2, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, dz, columnStep, rowStep, dzStride);
}
export function tableScatter4(frames: i32, base: usize, frameStride: usize, rowBytes: usize, height: i32, columns: i32, bit: i32, bitStep: i32, runs: i32, bits: i32, tables: usize, dz: usize, columnStep: usize, rowStep: usize, dzStride: usize): void {
  scatter(4, frames, base, frameStride, rowBytes, height, columns, bit, bitStep, runs, bits, tables, dz, columnStep, rowStep, dzStride);
}

/**
 * Copies the frames `frames[s] − lag` of `bytes` each, for lags 0…lags − 1, to out + lag·lagStride + s·bytes. May write
 * up to 15 bytes past a lag's last frame.
 */
export function gatherFrames(
  samples: i32,
  frames: usize,
  movie: usize,
  lags: i32,
  bytes: usize,
  lagStride: usize,
  out: usize,
): void {
  const end = frames + (<usize>samples << 2);
  const history = <usize>(lags - 1) * bytes;
  const window = history + bytes;
  while (frames < end) {
    const stop = min(end, frames + 256);
    // Windows are far apart: all are asked for before the first is waited for.
    if (lags > 1) {
      let touched: u32 = 0;
      for (let ahead = frames; ahead < stop; ahead += 4) {
        touched ^= touch(movie + <usize>load<u32>(ahead) * bytes - history, window);
      }
      keep(touched);
    }
    if (bytes == 8) {
      for (; frames < stop; frames += 4, out += 8) {
        let from = movie + (<usize>load<u32>(frames) << 3);
        for (let to = out, last = out + <usize>lags * lagStride; to < last; to += lagStride) {
          store<u64>(to, load<u64>(from));
          from -= 8;
        }
      }
    }
    for (; frames < stop; frames += 4, out += bytes) {
      let from = movie + <usize>load<u32>(frames) * bytes;
      for (let to = out, last = out + <usize>lags * lagStride; to < last; to += lagStride) {
        for (let b: usize = 0; b < bytes; b += 16) v128.store(to + b, v128.load(from + b));
        from -= bytes;
      }
    }
  }
}
