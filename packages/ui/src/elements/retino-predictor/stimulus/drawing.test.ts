import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Drawing } from './drawing.js';

const rows = (drawing: Drawing): number[][] => {
  const values = drawing.contrast();
  return Array.from({ length: drawing.height }, (_, y) =>
    Array.from(values.subarray(y * drawing.width, (y + 1) * drawing.width), (v) =>
      Number(v.toFixed(2)),
    ),
  );
};

const dot = (drawing: Drawing, x: number, y: number, size: number, contrast: number): void => {
  drawing.startStroke();
  drawing.paint({ x, y }, { x, y }, size, contrast);
  drawing.endStroke();
};

test('a brush paints as many squares as it is wide, cut at the edges', () => {
  const drawing = new Drawing(4, 4);
  dot(drawing, 1, 1, 3, 0.25);
  expect(rows(drawing)).toEqual([
    [0.25, 0.25, 0.25, 0],
    [0.25, 0.25, 0.25, 0],
    [0.25, 0.25, 0.25, 0],
    [0, 0, 0, 0],
  ]);
  const corner = new Drawing(3, 3);
  dot(corner, 2, 2, 2, -1);
  dot(corner, 0, 0, 1, 1);
  expect(rows(corner)).toEqual([
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, -1],
  ]);
});

test('a stroke leaves no gap between far squares', () => {
  const drawing = new Drawing(5, 9);
  drawing.startStroke();
  drawing.paint({ x: 0, y: 0 }, { x: 8, y: 4 }, 1, 1);
  drawing.endStroke();
  const painted = rows(drawing).flatMap((row, y) =>
    row.flatMap((value, x) => (value === 1 ? [{ x, y }] : [])),
  );
  expect(painted.map(({ x }) => x).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(painted.at(0)).toEqual({ x: 0, y: 0 });
  expect(painted.at(-1)).toEqual({ x: 8, y: 4 });
});

test('a stroke is one step; undo and redo go back and forth; a new step ends what could be redone', () => {
  const drawing = new Drawing(1, 3);
  drawing.startStroke();
  drawing.paint({ x: 0, y: 0 }, { x: 0, y: 0 }, 1, 1);
  drawing.paint({ x: 0, y: 0 }, { x: 2, y: 0 }, 1, 1);
  drawing.endStroke();
  drawing.invert();
  expect(rows(drawing)).toEqual([[-1, -1, -1]]);
  drawing.undo();
  expect(rows(drawing)).toEqual([[1, 1, 1]]);
  drawing.undo();
  expect(rows(drawing)).toEqual([[0, 0, 0]]);
  expect([drawing.canUndo, drawing.canRedo]).toEqual([false, true]);
  drawing.undo();
  drawing.redo();
  expect(rows(drawing)).toEqual([[1, 1, 1]]);
  drawing.fill(0.5);
  expect(drawing.canRedo).toBe(false);
  drawing.clear();
  expect(rows(drawing)).toEqual([[0, 0, 0]]);
});

test('what changes nothing is no step', () => {
  const drawing = new Drawing(2, 2);
  drawing.clear();
  drawing.invert();
  dot(drawing, 0, 0, 1, 0);
  expect(drawing.canUndo).toBe(false);
});

const operations = fc.array(
  fc.oneof(
    fc.record({
      x: fc.integer({ min: -3, max: 14 }),
      y: fc.integer({ min: -3, max: 14 }),
      size: fc.integer({ min: 1, max: 5 }),
      contrast: fc.double({ min: -2, max: 2, noNaN: true }),
    }),
    fc.constantFrom('invert' as const, 'undo' as const, 'redo' as const),
  ),
  { maxLength: 30 },
);

const drawings = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 }), operations)
  .map(([height, width, steps]) => {
    const drawing = new Drawing(height, width);
    for (const step of steps) {
      if (typeof step === 'string') drawing[step]();
      else dot(drawing, step.x, step.y, step.size, step.contrast);
    }
    return drawing;
  });

test('any drawing stays within ±1, and comes back exactly from its text, safe in an address', () => {
  fc.assert(
    fc.property(drawings, (drawing) => {
      const contrast = drawing.contrast();
      expect(contrast.every((value) => Math.abs(value) <= 1)).toBe(true);
      const text = drawing.encode();
      expect(encodeURIComponent(text)).toBe(text);
      const back = Drawing.decode(text);
      expect([back?.height, back?.width]).toEqual([drawing.height, drawing.width]);
      expect(back?.contrast()).toEqual(contrast);
    }),
  );
});

test('undoing every step gives what was there at first, and redoing them what was there at last', () => {
  fc.assert(
    fc.property(drawings, (drawing) => {
      while (drawing.canRedo) drawing.redo();
      const last = drawing.contrast();
      while (drawing.canUndo) drawing.undo();
      expect(drawing.contrast().every((value) => value === 0)).toBe(true);
      while (drawing.canRedo) drawing.redo();
      expect(drawing.contrast()).toEqual(last);
    }),
  );
});

test('an empty drawing of 50 × 50 squares takes at most 40 characters', () => {
  expect(new Drawing(50, 50).encode().length).toBeLessThanOrEqual(40);
});

test('whatever text is given, a drawing within ±1 or undefined comes out', () => {
  const text = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.uint8Array({ maxLength: 60 }).map((bytes) =>
      // A valid header in front, so that runs are reached.
      btoa(String.fromCharCode(2, 0, 8, 0, ...bytes)).replaceAll('=', ''),
    ),
  );
  fc.assert(
    fc.property(text, (encoded) => {
      const drawing = Drawing.decode(encoded);
      const contrast = drawing?.contrast() ?? new Float32Array();
      expect(contrast.every((value) => Math.abs(value) <= 1)).toBe(true);
      expect(contrast.length).toBe(drawing ? drawing.height * drawing.width : 0);
    }),
  );
  expect(Drawing.decode('____________')).toBeUndefined();
});
