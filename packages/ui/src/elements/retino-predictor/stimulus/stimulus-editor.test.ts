import type { GreyPicture, StimulusGrid } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Media } from './media.js';
import { mostZoom, StimulusEditor } from './stimulus-editor.js';
import { initialState } from './stimulus-state.js';

const grid: StimulusGrid = { height: 4, width: 6, squareSize: 50, frameRate: 30 };

/** An editor whose makings wait until `run`. */
function editorOn(used: StimulusGrid) {
  let waiting: (() => void) | undefined;
  const told: boolean[] = [];
  const whens: string[] = [];
  const editor = new StimulusEditor(
    (movieChanged) => told.push(movieChanged),
    (make, when) => {
      waiting = make;
      whens.push(when);
      return () => {
        waiting = undefined;
      };
    },
  );
  editor.grid = used;
  return { editor, told, whens, run: () => waiting?.() };
}

const greys = (height: number, width: number, grey: (i: number) => number): GreyPicture => ({
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => grey(i)),
});

const pictured = (picture: GreyPicture): Media => ({
  kind: 'picture',
  name: 'p',
  size: picture,
  picture,
});

test('a picture of one pixel a square is shown as it is, in the frames in which it is on', () => {
  const { editor } = editorOn(grid);
  editor.take(pictured(greys(4, 6, (i) => i / 23)));
  expect(editor.state).toMatchObject({ source: 'picture' });
  const { firstFrame, movie } = editor;
  expect(firstFrame).toBe(15);
  expect(movie?.shape).toEqual([45, 4, 6]);
  const shown = Array.from(editor.frame(firstFrame), (value) => Number(value.toFixed(5)));
  expect(shown).toEqual(
    Array.from({ length: 24 }, (_, i) => Number((2 * (i / 23) - 1).toFixed(5))),
  );
  expect(editor.frame(firstFrame - 1).every((value) => value === 0)).toBe(true);
});

test('many changes make the movie once, and what is moved is seen before', () => {
  const { editor, told, whens, run } = editorOn(grid);
  editor.take(pictured(greys(4, 6, (i) => (i % 6) / 5)));
  const before = told.length;
  editor.pan(50, 0, 15);
  editor.pan(50, 0, 15);
  expect(told.length).toBe(before);
  // Two squares to the right: grey comes in from the left.
  expect(Array.from(editor.frame(15).subarray(0, 3), (v) => Number(v.toFixed(3)))).toEqual([
    0, 0, -1,
  ]);
  run();
  expect(told.length).toBe(before + 1);
  expect(editor.state.placement).toMatchObject({ x: 100, y: 0 });
  editor.take({ kind: 'film', name: 'f', size: grid, rate: 30, pictures: [greys(4, 6, () => 1)] });
  editor.pan(50, 0, 0);
  expect(whens.at(-1)).toBe('at rest');
});

test('zooming keeps the point that it is about, within 1e-6 of a pixel, until the limits', () => {
  const point = fc.record({
    x: fc.double({ min: -100, max: 100, noNaN: true }),
    y: fc.double({ min: -60, max: 60, noNaN: true }),
  });
  fc.assert(
    fc.property(point, fc.double({ min: 0.7, max: 1.4, noNaN: true }), (about, factor) => {
      const { editor } = editorOn(grid);
      editor.take(pictured(greys(40, 60, (i) => i / 2400)));
      const pixelAt = () => {
        const { x = 0, pixelSize = 1 } = editor.placement?.placement ?? {};
        return (about.x - x) / pixelSize;
      };
      const before = pixelAt();
      editor.zoom(factor, about, 15);
      expect(pixelAt()).toBeCloseTo(before, 6);
      editor.zoom(1e9, about, 15);
      const placed = editor.placement;
      expect(placed?.placement.pixelSize).toBeCloseTo((placed?.cover ?? 0) * mostZoom, 9);
      editor.cover(15);
      expect(editor.state.placement).toMatchObject({ x: 0, y: 0, pixelSize: 5 });
    }),
    { numRuns: 30 },
  );
});

test('a placement from a link is for the first picture, and not for the next', () => {
  const { editor } = editorOn(grid);
  const placement = { x: 7, y: 8, pixelSize: 9, contrast: 2, polarity: -1, meanGrey: 0.4 } as const;
  editor.state = { ...initialState(), source: 'picture', placement };
  expect(editor.movie).toBeUndefined();
  expect(editor.state.placement).toEqual(placement);
  editor.take(pictured(greys(3, 3, () => 0)));
  expect(editor.state.placement).toEqual(placement);
  editor.take(pictured(greys(4, 6, () => 0)));
  expect(editor.placement?.placement).toMatchObject({ x: 0, y: 0, pixelSize: 50 });
});

test('a drawing goes into the state and comes back; another grid starts another one, and leaves it as it was', () => {
  const { editor, run } = editorOn(grid);
  editor.choose('drawing');
  editor.draw((drawing) => drawing.paint({ x: 1, y: 2 }, { x: 1, y: 2 }, 1, 0.6));
  run();
  const other = editorOn(grid).editor;
  other.state = editor.state;
  expect(other.frame(other.firstFrame)[2 * 6 + 1]).toBeCloseTo(0.6, 6);
  other.grid = { ...grid, width: 5 };
  expect(other.movie?.shape.slice(1)).toEqual([4, 5]);
  expect(other.movie?.data.every((value) => value === 0)).toBe(true);
  other.choose('generated');
  other.grid = grid;
  other.choose('drawing');
  expect(other.frame(other.firstFrame)[2 * 6 + 1]).toBeCloseTo(0.6, 6);
});

test('the frame to look at first is one in which there is something to see', () => {
  const { editor } = editorOn(grid);
  for (const kind of ['spot', 'bar', 'grating', 'white-noise'] as const) {
    editor.chooseKind(kind);
    const frame = editor.frame(editor.firstFrame);
    const strength = frame.reduce((sum, contrast) => sum + Math.abs(contrast), 0);
    expect(strength / frame.length).toBeGreaterThan(0.2);
  }
  editor.choose('drawing');
  expect(editor.firstFrame).toBe(15);
});

test('each kind keeps its values, and one that is too long is refused while the state stays', () => {
  const { editor, run, told } = editorOn(grid);
  const { spec } = editor.state;
  editor.change({ spec: { ...spec, values: { ...spec.values, diameter: 120 } } });
  editor.chooseKind('white-noise');
  editor.chooseKind('spot');
  run();
  expect(editor.state.spec.values.diameter).toBe(120);
  editor.chooseKind('white-noise');
  editor.grid = { height: 300, width: 300, squareSize: 5, frameRate: 500 };
  expect(editor.failure?.kind).toBe('memory');
  expect(editor.movie).toBeUndefined();
  expect(told.at(-1)).toBe(true);
  editor.grid = grid;
  expect(editor.failure).toBeUndefined();
  expect(editor.movie).toBeDefined();
});
