/** How much of each square of a grid a shape covers, 0 … 1, by its exact area. */
import type { StimulusGrid } from './types.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Share of each square `[y, x]` that a disc covers; µm. Exactly 1 inside and exactly 0 outside. */
export function discCoverage(centre: Point, diameter: number, grid: StimulusGrid): Float64Array {
  const { height, width, squareSize } = grid;
  const r = diameter / 2;
  return Float64Array.from({ length: height * width }, (_, i) => {
    const x = ((i % width) - width / 2) * squareSize - centre.x;
    const y = (Math.floor(i / width) - height / 2) * squareSize - centre.y;
    const [right, bottom] = [x + squareSize, y + squareSize];
    if (Math.hypot(nearestToZero(x, right), nearestToZero(y, bottom)) >= r) return 0;
    const farthest = Math.hypot(
      Math.max(Math.abs(x), Math.abs(right)),
      Math.max(Math.abs(y), Math.abs(bottom)),
    );
    if (farthest <= r) return 1;
    const area = discAreaUpTo(bottom, [x, right], r) - discAreaUpTo(y, [x, right], r);
    return share(area, squareSize);
  });
}

function nearestToZero(from: number, to: number): number {
  return Math.max(from, 0, -to);
}

function share(area: number, squareSize: number): number {
  return Math.min(1, Math.max(0, area / (squareSize * squareSize)));
}

/** Area of the disc of radius r about 0 between two abscissas and up to an ordinate. */
function discAreaUpTo(y: number, [from, to]: readonly [number, number], r: number): number {
  // Between −w and w the line at y cuts the disc; beside that, its chords lie on one side of the line.
  const w = Math.sqrt(Math.max(0, r * r - y * y));
  const [a, b] = [clamp(from, w), clamp(to, w)];
  const middle = halfDisc(b, r) - halfDisc(a, r);
  const all = halfDisc(clamp(to, r), r) - halfDisc(clamp(from, r), r);
  return y * (b - a) + middle + (y > 0 ? 2 * (all - middle) : 0);
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}

/** ∫ √(r² − x²) from 0 to x. */
function halfDisc(x: number, r: number): number {
  return (x * Math.sqrt(Math.max(0, r * r - x * x)) + r * r * Math.asin(x / r)) / 2;
}

/** A rectangle: `width` along the unit vector `along`, `length` across it; µm. */
export interface Bar {
  readonly width: number;
  readonly length: number;
  readonly along: Point;
}

/** Share of each square `[y, x]` that a bar covers whose middle is `travelled` µm from the grid's along its direction. */
export function barCoverage(
  { width: barWidth, length, along }: Bar,
  travelled: number,
  { height, width, squareSize }: StimulusGrid,
): Float64Array {
  const [halfWidth, halfLength] = [barWidth / 2, length / 2];
  // A square's reach along either axis of the bar.
  const reach = (squareSize / 2) * (Math.abs(along.x) + Math.abs(along.y));
  return Float64Array.from({ length: height * width }, (_, i) => {
    const x = ((i % width) + 0.5 - width / 2) * squareSize;
    const y = (Math.floor(i / width) + 0.5 - height / 2) * squareSize;
    const middle = { x: x * along.x + y * along.y - travelled, y: y * along.x - x * along.y };
    if (Math.abs(middle.x) >= halfWidth + reach || Math.abs(middle.y) >= halfLength + reach) {
      return 0;
    }
    if (Math.abs(middle.x) + reach <= halfWidth && Math.abs(middle.y) + reach <= halfLength) {
      return 1;
    }
    const half = squareSize / 2;
    let polygon = [
      [-half, -half],
      [half, -half],
      [half, half],
      [-half, half],
    ].map(([dx, dy]) => ({
      x: middle.x + dx * along.x + dy * along.y,
      y: middle.y + dy * along.x - dx * along.y,
    }));
    for (const side of [-1, 1]) {
      polygon = clipped(polygon, ({ x: u }) => halfWidth - side * u);
      polygon = clipped(polygon, ({ y: v }) => halfLength - side * v);
    }
    return share(polygonArea(polygon), squareSize);
  });
}

/** The part of a convex polygon where `inside`, which is linear, is not negative. */
function clipped(polygon: readonly Point[], inside: (point: Point) => number): Point[] {
  return polygon.flatMap((point, i) => {
    const next = polygon[(i + 1) % polygon.length];
    const [a, b] = [inside(point), inside(next)];
    const kept = a >= 0 ? [point] : [];
    if (a >= 0 === b >= 0) return kept;
    const t = a / (a - b);
    return [...kept, { x: point.x + t * (next.x - point.x), y: point.y + t * (next.y - point.y) }];
  });
}

function polygonArea(polygon: readonly Point[]): number {
  const doubled = polygon.reduce((sum, { x, y }, i) => {
    const next = polygon[(i + 1) % polygon.length];
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(doubled) / 2;
}
