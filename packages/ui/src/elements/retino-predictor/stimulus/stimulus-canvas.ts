/**
 * One frame of a stimulus as greys on a canvas, which is drawn on, or on which a picture is placed, by pointer or by
 * keys. Tells what a person does and keeps no stimulus itself. The wheel zooms only while the canvas has the focus or
 * Control is held, so that a page scrolls past it. Needs a document.
 */
import type { StimulusGrid } from '@retinoscope/worker';
import type { Ellipse } from '../../../plots/ellipse.js';
import { formatNumber } from '../../../plots/numbers.js';
import { greyPixels } from '../../../plots/pixels.js';
import { fontFamily, palettes } from '../../../plots/theme.js';
import {
  type CanvasLayout,
  canvasLayout,
  isInside,
  micrometresAt,
  squareAt,
} from './canvas-geometry.js';
import { brushCorner, type Square } from './drawing.js';

export type CanvasUse = 'look' | 'draw' | 'place';

export interface CanvasView {
  readonly use: CanvasUse;
  readonly grid: StimulusGrid;
  /** Contrast `[y, x]`, −1 … 1. */
  readonly frame: ArrayLike<number>;
  /** Side of the brush, squares. */
  readonly brush: number;
  /** Outlined at half of its maximum. */
  readonly receptiveField?: Ellipse;
  readonly label: string;
}

/** What a person does on the canvas. Squares may lie outside of the grid while a stroke goes on. */
export interface CanvasActions {
  startStroke(): void;
  paint(from: Square, to: Square, erase: boolean): void;
  endStroke(): void;
  /** µm. */
  pan(x: number, y: number): void;
  /** Pictures appear larger for a factor above 1; about a point, µm from the grid's centre. */
  zoom(factor: number, about: { readonly x: number; readonly y: number }): void;
  /** The picture covers the grid again. */
  cover(): void;
  /** The square that is pointed at; undefined outside of the grid. */
  point(square: Square | undefined, byKey: boolean): void;
}

/** Factor of one step of the zoom. */
const zoomStep = 1.1;
/** Radius of a Gaussian at half of its maximum, SD. */
const halfMaximum = Math.sqrt(2 * Math.log(2));

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class StimulusCanvas {
  readonly element = document.createElement('canvas');
  readonly #actions: CanvasActions;
  readonly #sheet = document.createElement('canvas');
  readonly #pointers = new Map<number, { x: number; y: number; square: Square }>();
  #observer?: ResizeObserver;
  #view?: CanvasView;
  #layout?: CanvasLayout;
  /** In the middle, once the grid is known. */
  #cursor: Square = { x: -1, y: -1 };
  #cursorShown = false;
  #erasing = false;

  constructor(actions: CanvasActions) {
    this.#actions = actions;
    const { element } = this;
    element.tabIndex = 0;
    element.setAttribute('role', 'application');
    element.addEventListener('pointerdown', this.#pressed);
    element.addEventListener('pointermove', this.#moved);
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      element.addEventListener(end, this.#released);
    }
    element.addEventListener('pointerleave', this.#left);
    element.addEventListener('contextmenu', (event) => {
      if (this.#view?.use === 'draw') event.preventDefault();
    });
    element.addEventListener('wheel', this.#wheeled, { passive: false });
    element.addEventListener('keydown', this.#keyed);
    element.addEventListener('focus', () => this.#showCursor(element.matches(':focus-visible')));
    element.addEventListener('blur', () => this.#showCursor(false));
  }

  connect(): void {
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(this.element);
  }

  disconnect(): void {
    this.#observer?.disconnect();
    this.#pointers.clear();
  }

  show(view: CanvasView): void {
    this.#view = view;
    const { element } = this;
    element.setAttribute('aria-label', view.label);
    element.dataset.use = view.use;
    const { width, height } = view.grid;
    if (!isInside(this.#cursor, view.grid)) {
      this.#cursor = { x: width >> 1, y: height >> 1 };
    }
    this.#draw();
  }

  #draw(): void {
    const { element } = this;
    const view = this.#view;
    const width = element.clientWidth;
    if (!view || width === 0) return;
    const layout = canvasLayout(view.grid, width);
    this.#layout = layout;
    const ratio = globalThis.devicePixelRatio || 1;
    const [wide, high] = [width, layout.height].map((size) => Math.round(size * ratio));
    if (element.width !== wide) element.width = wide;
    if (element.height !== high) element.height = high;
    element.style.height = `${layout.height}px`;
    const context = element.getContext('2d');
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, layout.height);
    this.#drawSquares(context, view, layout);
    context.save();
    context.beginPath();
    context.rect(layout.left, 0, layout.side * view.grid.width, layout.side * view.grid.height);
    context.clip();
    if (view.receptiveField) drawEllipse(context, view.receptiveField, layout);
    if (this.#cursorShown && view.use !== 'place') drawCursor(context, this.#cursor, view, layout);
    context.restore();
    this.#drawBar(context, layout);
  }

  #drawSquares(context: CanvasRenderingContext2D, view: CanvasView, layout: CanvasLayout): void {
    const { width, height } = view.grid;
    const sheet = this.#sheet;
    sheet.width = width;
    sheet.height = height;
    const half = Float32Array.from(view.frame, (contrast) => contrast / 2);
    const image = new ImageData(greyPixels({ values: half, width, height }), width, height);
    sheet.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const { left, side } = layout;
    context.drawImage(sheet, 0, 0, width, height, left, 0, side * width, side * height);
    if (view.use !== 'draw' || side < 6) return;
    // Squares are told apart by thin lines, a little off the grey below, whatever that is.
    context.globalCompositeOperation = 'difference';
    context.strokeStyle = '#242424';
    context.lineWidth = 1;
    context.beginPath();
    for (let x = 1; x < width; x++) {
      context.moveTo(left + x * side, 0);
      context.lineTo(left + x * side, side * height);
    }
    for (let y = 1; y < height; y++) {
      context.moveTo(left, y * side);
      context.lineTo(left + width * side, y * side);
    }
    context.stroke();
    context.globalCompositeOperation = 'source-over';
  }

  #drawBar(context: CanvasRenderingContext2D, { left, bar, height }: CanvasLayout): void {
    context.fillStyle = getComputedStyle(this.element).color;
    context.fillRect(left, height - 16, bar.pixels, 3);
    context.direction = 'ltr';
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.font = `12px ${fontFamily}`;
    context.fillText(`${formatNumber(bar.length)} µm`, left + bar.pixels + 8, height - 14);
  }

  #showCursor(shown: boolean): void {
    this.#cursorShown = shown;
    this.#draw();
  }

  /** A point of an event in CSS pixels of the canvas, also where the page scales it. */
  #pointOf(event: MouseEvent): { x: number; y: number } {
    const box = this.element.getBoundingClientRect();
    const scale = box.width > 0 ? this.element.clientWidth / box.width : 1;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  #pointAt(square: Square, byKey: boolean): void {
    const view = this.#view;
    if (!view) return;
    const inside = isInside(square, view.grid);
    if (inside) this.#cursor = square;
    this.#actions.point(inside ? square : undefined, byKey);
    this.#showCursor(inside);
  }

  readonly #pressed = (event: PointerEvent): void => {
    const view = this.#view;
    const layout = this.#layout;
    if (!view || !layout) return;
    const at = this.#pointOf(event);
    const square = squareAt(layout, at.x, at.y);
    this.#pointAt(square, false);
    const erasing = event.button === 2 || event.button === 5;
    if (view.use === 'look' || (event.button !== 0 && !(erasing && view.use === 'draw'))) return;
    if (view.use === 'draw' && this.#pointers.size > 0) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    try {
      this.element.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has gone already; the stroke is this one point.
    }
    this.#pointers.set(event.pointerId, { ...at, square });
    if (view.use !== 'draw') return;
    this.#erasing = erasing;
    this.#actions.startStroke();
    this.#actions.paint(square, square, erasing);
  };

  readonly #moved = (event: PointerEvent): void => {
    const view = this.#view;
    const layout = this.#layout;
    if (!view || !layout) return;
    const at = this.#pointOf(event);
    const square = squareAt(layout, at.x, at.y);
    const last = this.#pointers.get(event.pointerId);
    this.#pointAt(square, false);
    if (!last) return;
    this.#pointers.set(event.pointerId, { ...at, square });
    if (view.use === 'draw') {
      if (square.x !== last.square.x || square.y !== last.square.y) {
        this.#actions.paint(last.square, square, this.#erasing);
      }
      return;
    }
    // Of two fingers each brings its half of the shift, and the change of their distance is the zoom.
    const share = view.grid.squareSize / layout.side / this.#pointers.size;
    this.#actions.pan((at.x - last.x) * share, (at.y - last.y) * share);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return;
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(at.x - other.x, at.y - other.y);
    if (before < 1 || after < 1) return;
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    this.#actions.zoom(after / before, micrometresAt(layout, view.grid, middle.x, middle.y));
  };

  readonly #released = (event: PointerEvent): void => {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#view?.use === 'draw') this.#actions.endStroke();
  };

  readonly #left = (): void => {
    if (this.#pointers.size > 0) return;
    this.#actions.point(undefined, false);
    this.#showCursor(this.element.matches(':focus-visible'));
  };

  readonly #wheeled = (event: WheelEvent): void => {
    const view = this.#view;
    const layout = this.#layout;
    if (view?.use !== 'place' || !layout) return;
    if (!event.ctrlKey && !this.element.matches(':focus')) return;
    event.preventDefault();
    const at = this.#pointOf(event);
    const factor = zoomStep ** -Math.max(-2, Math.min(2, event.deltaY / 50));
    this.#actions.zoom(factor, micrometresAt(layout, view.grid, at.x, at.y));
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const view = this.#view;
    if (!view || event.altKey) return;
    if (event.ctrlKey || event.metaKey) return;
    if (this.#moveKey(event, view) || this.#useKey(event, view)) event.preventDefault();
  };

  #moveKey(event: KeyboardEvent, view: CanvasView): boolean {
    const arrow = arrows[event.key];
    if (!arrow) return false;
    const [x, y] = arrow.map((step) => step * (event.shiftKey ? 5 : 1));
    if (view.use === 'place') {
      this.#actions.pan(x * view.grid.squareSize, y * view.grid.squareSize);
      return true;
    }
    const within = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
    this.#pointAt(
      {
        x: within(this.#cursor.x + x, view.grid.width),
        y: within(this.#cursor.y + y, view.grid.height),
      },
      true,
    );
    return true;
  }

  #useKey({ key }: KeyboardEvent, { use }: CanvasView): boolean {
    const centre = { x: 0, y: 0 };
    if (use === 'place') {
      if (key === '+' || key === '=') this.#actions.zoom(zoomStep, centre);
      else if (key === '-' || key === '_') this.#actions.zoom(1 / zoomStep, centre);
      else if (key === '0') this.#actions.cover();
      else return false;
      return true;
    }
    const erase = key === 'Delete' || key === 'Backspace';
    if (use !== 'draw' || !(erase || key === ' ' || key === 'Enter')) return false;
    this.#actions.startStroke();
    this.#actions.paint(this.#cursor, this.#cursor, erase);
    this.#actions.endStroke();
    this.#pointAt(this.#cursor, true);
    return true;
  }
}

/** Dashes with a halo: seen on every grey. */
function drawEllipse(
  context: CanvasRenderingContext2D,
  ellipse: Ellipse,
  { left, side }: CanvasLayout,
): void {
  context.beginPath();
  context.ellipse(
    left + (ellipse.x + 0.5) * side,
    (ellipse.y + 0.5) * side,
    halfMaximum * ellipse.sigmaLong * side,
    halfMaximum * ellipse.sigmaShort * side,
    ellipse.angle,
    0,
    2 * Math.PI,
  );
  haloed(context, [5, 4]);
}

function drawCursor(
  context: CanvasRenderingContext2D,
  cursor: Square,
  { use, brush }: CanvasView,
  { left, side }: CanvasLayout,
): void {
  const size = use === 'draw' ? brush : 1;
  const corner = brushCorner(cursor, size);
  context.beginPath();
  context.rect(left + corner.left * side, corner.top * side, size * side, size * side);
  haloed(context, []);
}

function haloed(context: CanvasRenderingContext2D, dash: number[]): void {
  const { overlay, halo } = palettes.light;
  context.setLineDash([]);
  context.strokeStyle = halo;
  context.lineWidth = 3.5;
  context.stroke();
  context.setLineDash(dash);
  context.strokeStyle = overlay;
  context.lineWidth = 1.5;
  context.stroke();
}
