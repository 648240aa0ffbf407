/** Moran's I of a map: is it a shape, or noise? */
import { requireShape } from './maps.js';

/**
 * I = (N / ΣW) Σ_ij w_ij z_i z_j / Σ z², z the map less its mean, w_ij = 1 between the 4 neighbours of a
 * square, both ways, so that ΣW = 4N − 2(Nx + Ny). Near −1/(N − 1) for noise, towards 1 for a smooth map.
 * 0 for a constant map and for a single square, which have no shape.
 */
export function moransI(map: Float32Array | Float64Array, height: number, width: number): number {
  requireShape('map', map, [height, width]);
  const n = height * width;
  const weights = 4 * n - 2 * (width + height);
  const origin = map[0]!;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (map[i]! - origin) / n;
  mean += origin;
  let squares = 0;
  let varies = false;
  let pairs = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const z = map[i]! - mean;
      varies ||= map[i] !== origin;
      squares += z * z;
      if (x + 1 < width) pairs += z * (map[i + 1]! - mean);
      if (y + 1 < height) pairs += z * (map[i + width]! - mean);
    }
  }
  return varies && squares > 0 ? (n / weights) * ((2 * pairs) / squares) : 0;
}
