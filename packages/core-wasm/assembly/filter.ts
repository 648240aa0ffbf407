// Binary frames to values, and a causal filter in time.

/** Values of packed bits: `table` [byte][8] float32; rows of `width` squares to `out`, close together. */
export function expandBits(bits: usize, rows: i32, width: i32, table: usize, out: usize): void {
  const whole = width >> 3;
  const rest = width & 7;
  for (; rows > 0; rows--) {
    for (let i = 0; i < whole; i++, bits++, out += 32) {
      const values = table + (<usize>load<u8>(bits) << 5);
      v128.store(out, v128.load(values));
      v128.store(out, v128.load(values, 16), 16);
    }
    if (rest) {
      const values = table + (<usize>load<u8>(bits++) << 5);
      for (let i: usize = 0; i < <usize>rest << 2; i += 4) store<f32>(out + i, load<f32>(values + i));
      out += <usize>rest << 2;
    }
  }
}

/** One frame of the filter below, from its square `first` on. */
function filterFrame(input: usize, squares: i32, first: i32, reversed: usize, taps: i32, out: usize): void {
  const stride = <usize>squares << 2;
  for (let i = first; i < squares; i++) {
    let sum: f32 = 0;
    let x = input + (<usize>i << 2);
    let k = reversed + 12;
    for (let m = 0; m < taps; m++, x += stride, k += 4) sum += load<f32>(k) * load<f32>(x);
    store<f32>(out + (<usize>i << 2), sum);
  }
}

/**
 * out[t, i] = Σ_lag kernel[lag]·input[t − lag, i] of `frames` frames of `squares` float32.
 * `input` is the frame taps − 1 before the first; `reversed`: three zeros, the kernel from the last lag
 * to lag 0, three zeros. Four frames by eight squares stand in registers; strict arithmetic.
 */
export function filterTime(input: usize, frames: i32, squares: i32, reversed: usize, taps: i32, out: usize): void {
  const stride = <usize>squares << 2;
  let t = 0;
  for (; squares >= 8 && t + 4 <= frames; t += 4) {
    for (let i = 0; i < squares; i += 8) {
      // The last vectors of a row may overlap those before them.
      const at = <usize>min(i, squares - 8) << 2;
      let x = input + at;
      let k = reversed;
      let a0 = f32x4.splat(0);
      let a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      for (let m = taps + 3; m > 0; m--) {
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        let w = v128.load32_splat(k, 12);
        a0 = f32x4.add(a0, f32x4.mul(w, x0));
        a1 = f32x4.add(a1, f32x4.mul(w, x1));
        w = v128.load32_splat(k, 8);
        b0 = f32x4.add(b0, f32x4.mul(w, x0));
        b1 = f32x4.add(b1, f32x4.mul(w, x1));
        w = v128.load32_splat(k, 4);
        c0 = f32x4.add(c0, f32x4.mul(w, x0));
        c1 = f32x4.add(c1, f32x4.mul(w, x1));
        w = v128.load32_splat(k);
        d0 = f32x4.add(d0, f32x4.mul(w, x0));
        d1 = f32x4.add(d1, f32x4.mul(w, x1));
        x += stride;
        k += 4;
      }
      let o = out + at;
      v128.store(o, a0);
      v128.store(o, a1, 16);
      o += stride;
      v128.store(o, b0);
      v128.store(o, b1, 16);
      o += stride;
      v128.store(o, c0);
      v128.store(o, c1, 16);
      o += stride;
      v128.store(o, d0);
      v128.store(o, d1, 16);
    }
    input += stride << 2;
    out += stride << 2;
  }
  for (; t < frames; t++) {
    filterFrame(input, squares, 0, reversed, taps, out);
    input += stride;
    out += stride;
  }
}
