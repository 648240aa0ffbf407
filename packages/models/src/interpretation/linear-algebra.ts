/**
 * Small dense linear algebra: the eigenvectors of a symmetric matrix and the solution of a linear system, for a few
 * dozen rows. Promises double precision; row-major arrays are taken and given. Written out, since a library of
 * matrices would be a quarter of what a worker loads to train.
 */

export interface SymmetricEigen {
  /** In no order. */
  readonly values: Float64Array;
  /** Unit eigenvectors `[value][row]`, in the order of `values`. */
  readonly vectors: readonly Float64Array[];
}

/** Sweeps of rotations at the most; convergence is quadratic after the first few. */
const mostSweeps = 50;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix `[size, size]` by cyclic Jacobi rotations (Golub and Van Loan,
 * Matrix Computations, § 8.5): each zeroes one entry off the diagonal, until all are below 1e-17 of the whole.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice();
  const vectors = Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return unit;
  });
  const norm = Math.hypot(...a);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q];
        if (Math.abs(off) <= 1e-17 * norm) continue;
        rotated = true;
        const ratio = (a[q * size + q] - a[p * size + p]) / (2 * off);
        const tangent = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        const sine = tangent * cosine;
        for (let i = 0; i < size; i++) rotate(a, i * size + p, a, i * size + q, cosine, sine);
        for (let i = 0; i < size; i++) rotate(a, p * size + i, a, q * size + i, cosine, sine);
        for (let i = 0; i < size; i++) rotate(vectors[p], i, vectors[q], i, cosine, sine);
      }
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

/** (x, y) ← (c·x − s·y, s·x + c·y). */
function rotate(
  x: Float64Array,
  atX: number,
  y: Float64Array,
  atY: number,
  cosine: number,
  sine: number,
): void {
  const [before, after] = [x[atX], y[atY]];
  x[atX] = cosine * before - sine * after;
  y[atY] = sine * before + cosine * after;
}

/** x of A·x = b, A `[size, size]`, by Gaussian elimination with pivoting; not finite where A is singular. */
export function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const a = matrix.slice();
  const x = right.slice();
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(a[row * size + column]) > Math.abs(a[pivot * size + column])) pivot = row;
    }
    for (let j = 0; j < size; j++) {
      const kept = a[column * size + j];
      a[column * size + j] = a[pivot * size + j];
      a[pivot * size + j] = kept;
    }
    [x[column], x[pivot]] = [x[pivot], x[column]];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = a[row * size + column] / a[column * size + column];
      for (let j = column; j < size; j++) a[row * size + j] -= factor * a[column * size + j];
      x[row] -= factor * x[column];
    }
  }
  return x.map((value, i) => value / a[i * size + i]);
}
