// Valid, stride-1 convolution and its gradients as register-blocked matrix products over rows (see rows.ts).
//
// A filter's taps are `runs` stretches of `runLength` contiguous inputs, run r starting `offsets[r]` bytes after
// the row's pointer: (lag, ky) in the first layer, ky over (kx, channel) in later ones.
// Weights of one block of filters: `[run, tap, filter]`, `runStride` bytes from run to run.
// Cost of each: rows · runs · runLength · filters multiply–adds.

import { madd } from './simd';

/**
 * out[row, f] = b[f] + Σ_r Σ_k w[r, k, f] · x[row, r, k] for 8 filters, 4 rows at a time.
 * `rows` is a multiple of 4. `rectify` ≠ 0 applies max(·, 0).
 */
export function convolve4x8(
  rows: i32,
  pointers: usize,
  runs: i32,
  offsets: usize,
  runLength: i32,
  runStride: usize,
  weights: usize,
  bias: usize,
  out: usize,
  outStride: usize,
  rectify: i32,
): void {
  const b0 = v128.load(bias);
  const b1 = v128.load(bias, 16);
  const zero = f32x4.splat(0);
  const offsetsEnd = offsets + (<usize>runs << 2);
  for (let row = 0; row < rows; row += 4) {
    const r0 = <usize>load<u32>(pointers);
    const r1 = <usize>load<u32>(pointers, 4);
    const r2 = <usize>load<u32>(pointers, 8);
    const r3 = <usize>load<u32>(pointers, 12);
    pointers += 16;
    let a00 = b0;
    let a01 = b1;
    let a10 = b0;
    let a11 = b1;
    let a20 = b0;
    let a21 = b1;
    let a30 = b0;
    let a31 = b1;
    let w = weights;
    for (let o = offsets; o < offsetsEnd; o += 4) {
      const offset = <usize>load<u32>(o);
      let p0 = r0 + offset;
      let p1 = r1 + offset;
      let p2 = r2 + offset;
      let p3 = r3 + offset;
      const next = w + runStride;
      for (let k = 0; k < runLength; k++) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        w += 32;
        let x = v128.load32_splat(p0);
        a00 = madd(x, w0, a00);
        a01 = madd(x, w1, a01);
        x = v128.load32_splat(p1);
        a10 = madd(x, w0, a10);
        a11 = madd(x, w1, a11);
        x = v128.load32_splat(p2);
        a20 = madd(x, w0, a20);
        a21 = madd(x, w1, a21);
        x = v128.load32_splat(p3);
        a30 = madd(x, w0, a30);
        a31 = madd(x, w1, a31);
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
      }
      w = next;
    }
    if (rectify) {
      a00 = f32x4.pmax(a00, zero);
      a01 = f32x4.pmax(a01, zero);
      a10 = f32x4.pmax(a10, zero);
      a11 = f32x4.pmax(a11, zero);
      a20 = f32x4.pmax(a20, zero);
      a21 = f32x4.pmax(a21, zero);
      a30 = f32x4.pmax(a30, zero);
      a31 = f32x4.pmax(a31, zero);
    }
    v128.store(out, a00);
    v128.store(out, a01, 16);
    out += outStride;
    v128.store(out, a10);
    v128.store(out, a11, 16);
    out += outStride;
    v128.store(out, a20);
    v128.store(out, a21, 16);
    out += outStride;
    v128.store(out, a30);
    v128.store(out, a31, 16);
    out += outStride;
  }
}

/** The same for 4 filters, 8 rows at a time; `rows` is a multiple of 8. */
export function convolve8x4(
  rows: i32,
  pointers: usize,
  runs: i32,
  offsets: usize,
  runLength: i32,
  runStride: usize,
  weights: usize,
  bias: usize,
  out: usize,
  outStride: usize,
  rectify: i32,
): void {
  const b = v128.load(bias);
  const zero = f32x4.splat(0);
  const offsetsEnd = offsets + (<usize>runs << 2);
  for (let row = 0; row < rows; row += 8) {
    const r0 = <usize>load<u32>(pointers);
    const r1 = <usize>load<u32>(pointers, 4);
    const r2 = <usize>load<u32>(pointers, 8);
    const r3 = <usize>load<u32>(pointers, 12);
    const r4 = <usize>load<u32>(pointers, 16);
    const r5 = <usize>load<u32>(pointers, 20);
    const r6 = <usize>load<u32>(pointers, 24);
    const r7 = <usize>load<u32>(pointers, 28);
    pointers += 32;
    let a0 = b;
    let a1 = b;
    let a2 = b;
    let a3 = b;
    let a4 = b;
    let a5 = b;
    let a6 = b;
    let a7 = b;
    let w = weights;
    for (let o = offsets; o < offsetsEnd; o += 4) {
      let i = <usize>load<u32>(o);
      const next = w + runStride;
      for (let k = 0; k < runLength; k++) {
        const u = v128.load(w);
        w += 16;
        a0 = madd(v128.load32_splat(r0 + i), u, a0);
        a1 = madd(v128.load32_splat(r1 + i), u, a1);
        a2 = madd(v128.load32_splat(r2 + i), u, a2);
        a3 = madd(v128.load32_splat(r3 + i), u, a3);
        a4 = madd(v128.load32_splat(r4 + i), u, a4);
        a5 = madd(v128.load32_splat(r5 + i), u, a5);
        a6 = madd(v128.load32_splat(r6 + i), u, a6);
        a7 = madd(v128.load32_splat(r7 + i), u, a7);
        i += 4;
      }
      w = next;
    }
    if (rectify) {
      a0 = f32x4.pmax(a0, zero);
      a1 = f32x4.pmax(a1, zero);
      a2 = f32x4.pmax(a2, zero);
      a3 = f32x4.pmax(a3, zero);
      a4 = f32x4.pmax(a4, zero);
      a5 = f32x4.pmax(a5, zero);
      a6 = f32x4.pmax(a6, zero);
      a7 = f32x4.pmax(a7, zero);
    }
    v128.store(out, a0);
    v128.store(out + outStride, a1);
    out += outStride << 1;
    v128.store(out, a2);
    v128.store(out + outStride, a3);
    out += outStride << 1;
    v128.store(out, a4);
    v128.store(out + outStride, a5);
    out += outStride << 1;
    v128.store(out, a6);
    v128.store(out + outStride, a7);
    out += outStride << 1;
  }
}

/**
 * dw[r, k, f] += Σ_row x[row, r, k] · dz[row, f] for 8 filters, 4 taps at a time; rows of dz `dzStride` bytes apart.
 * Taps are done up to the next multiple of 4; those past `runLength` are not meant.
 */
export function weightGradient4x8(
  rows: i32,
  pointers: usize,
  runs: i32,
  offsets: usize,
  runLength: i32,
  runStride: usize,
  dz: usize,
  dzStride: usize,
  dw: usize,
): void {
  const pointersEnd = pointers + (<usize>rows << 2);
  for (let r = 0; r < runs; r++) {
    const offset = <usize>load<u32>(offsets + (<usize>r << 2));
    let g = dw + <usize>r * runStride;
    for (let k = 0; k < runLength; k += 4) {
      const shift = offset + (<usize>k << 2);
      let g00 = v128.load(g);
      let g01 = v128.load(g, 16);
      let g10 = v128.load(g, 32);
      let g11 = v128.load(g, 48);
      let g20 = v128.load(g, 64);
      let g21 = v128.load(g, 80);
      let g30 = v128.load(g, 96);
      let g31 = v128.load(g, 112);
      let d = dz;
      for (let q = pointers; q < pointersEnd; q += 4) {
        const p = <usize>load<u32>(q) + shift;
        const d0 = v128.load(d);
        const d1 = v128.load(d, 16);
        d += dzStride;
        let x = v128.load32_splat(p);
        g00 = madd(x, d0, g00);
        g01 = madd(x, d1, g01);
        x = v128.load32_splat(p, 4);
        g10 = madd(x, d0, g10);
        g11 = madd(x, d1, g11);
        x = v128.load32_splat(p, 8);
        g20 = madd(x, d0, g20);
        g21 = madd(x, d1, g21);
        x = v128.load32_splat(p, 12);
        g30 = madd(x, d0, g30);
        g31 = madd(x, d1, g31);
      }
      v128.store(g, g00);
      v128.store(g, g01, 16);
      v128.store(g, g10, 32);
      v128.store(g, g11, 48);
      v128.store(g, g20, 64);
      v128.store(g, g21, 80);
      v128.store(g, g30, 96);
      v128.store(g, g31, 112);
      g += 128;
    }
  }
}

/** The same for 4 filters, 8 taps at a time; taps are done up to the next multiple of 8. */
export function weightGradient8x4(
  rows: i32,
  pointers: usize,
  runs: i32,
  offsets: usize,
  runLength: i32,
  runStride: usize,
  dz: usize,
  dzStride: usize,
  dw: usize,
): void {
  const pointersEnd = pointers + (<usize>rows << 2);
  for (let r = 0; r < runs; r++) {
    const offset = <usize>load<u32>(offsets + (<usize>r << 2));
    let g = dw + <usize>r * runStride;
    for (let k = 0; k < runLength; k += 8) {
      const shift = offset + (<usize>k << 2);
      let g0 = v128.load(g);
      let g1 = v128.load(g, 16);
      let g2 = v128.load(g, 32);
      let g3 = v128.load(g, 48);
      let g4 = v128.load(g, 64);
      let g5 = v128.load(g, 80);
      let g6 = v128.load(g, 96);
      let g7 = v128.load(g, 112);
      let d = dz;
      for (let q = pointers; q < pointersEnd; q += 4) {
        const p = <usize>load<u32>(q) + shift;
        const e = v128.load(d);
        d += dzStride;
        g0 = madd(v128.load32_splat(p), e, g0);
        g1 = madd(v128.load32_splat(p, 4), e, g1);
        g2 = madd(v128.load32_splat(p, 8), e, g2);
        g3 = madd(v128.load32_splat(p, 12), e, g3);
        g4 = madd(v128.load32_splat(p, 16), e, g4);
        g5 = madd(v128.load32_splat(p, 20), e, g5);
        g6 = madd(v128.load32_splat(p, 24), e, g6);
        g7 = madd(v128.load32_splat(p, 28), e, g7);
      }
      v128.store(g, g0);
      v128.store(g, g1, 16);
      v128.store(g, g2, 32);
      v128.store(g, g3, 48);
      v128.store(g, g4, 64);
      v128.store(g, g5, 80);
      v128.store(g, g6, 96);
      v128.store(g, g7, 112);
      g += 128;
    }
  }
}

/**
 * Weights of 4 filters widened to two neighbouring outputs of a row, so that eight columns do for them:
 * out[run, tap, output, f] = w[run, tap − output, f], 0 outside; `taps` of w, taps + 1 of out.
 */
export function widenWeights(
  runs: i32,
  taps: i32,
  weights: usize,
  runStride: usize,
  out: usize,
  outRunStride: usize,
): void {
  const zero = f32x4.splat(0);
  for (let run = 0; run < runs; run++) {
    let w = weights;
    let o = out;
    let before = zero;
    for (let k = 0; k < taps; k++) {
      const v = v128.load(w);
      v128.store(o, v);
      v128.store(o, before, 16);
      before = v;
      w += 16;
      o += 32;
    }
    v128.store(o, zero);
    v128.store(o, before, 16);
    weights += runStride;
    out += outRunStride;
  }
}

/** The transpose of `widenWeights`: dw[run, tap, f] += Σ_output wide[run, tap + output, output, f]; leaves `wide` 0. */
export function narrowGradient(
  runs: i32,
  taps: i32,
  gradient: usize,
  runStride: usize,
  wide: usize,
  wideRunStride: usize,
): void {
  for (let run = 0; run < runs; run++) {
    let g = gradient;
    let d = wide;
    for (let k = 0; k < taps; k++) {
      const sum = f32x4.add(v128.load(d), v128.load(d, 48));
      v128.store(g, f32x4.add(v128.load(g), sum));
      g += 16;
      d += 32;
    }
    memory.fill(wide, 0, wideRunStride);
    gradient += runStride;
    wide += wideRunStride;
  }
}

/**
 * Weights turned for the input gradient, a full correlation with the filters reversed:
 * out`[channel block, ky', (kx', filter), channel]` = w`[filter block, ky, (kx, channel), filter]`,
 * ky' = height − 1 − ky, kx' = width − 1 − kx.
 */
export function turnWeights(
  height: i32,
  width: i32,
  channels: i32,
  filters: i32,
  channelBlock: i32,
  filterBlock: i32,
  weights: usize,
  weightRunStride: usize,
  out: usize,
  outRunStride: usize,
): void {
  const weightBlockBytes = weightRunStride * <usize>height;
  const outBlockBytes = outRunStride * <usize>height;
  for (let c = 0; c < channels; c++) {
    const outBlock =
      out + <usize>(c / channelBlock) * outBlockBytes + (<usize>(c % channelBlock) << 2);
    for (let ky = 0; ky < height; ky++) {
      for (let kx = 0; kx < width; kx++) {
        const outTap =
          outBlock +
          <usize>(height - 1 - ky) * outRunStride +
          ((<usize>(((width - 1 - kx) * filters) * channelBlock)) << 2);
        const tap =
          weights +
          <usize>ky * weightRunStride +
          (<usize>((kx * channels + c) * filterBlock) << 2);
        for (let f = 0; f < filters; f++) {
          const from =
            tap + <usize>(f / filterBlock) * weightBlockBytes + (<usize>(f % filterBlock) << 2);
          store<f32>(outTap + (<usize>(f * channelBlock) << 2), load<f32>(from));
        }
      }
    }
  }
}
