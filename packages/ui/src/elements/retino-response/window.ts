/** The window of frames that is looked at: moved, zoomed, and kept inside the test part. Pure. */

export interface FrameWindow {
  /** First frame shown, 0-based. */
  readonly first: number;
  readonly length: number;
}

/** Fewest frames shown. */
export const fewestFrames = 20;

/** `window` as whole frames inside `limits`, as long as asked where there is room. */
export function clampWindow(window: FrameWindow, limits: FrameWindow): FrameWindow {
  const least = Math.min(fewestFrames, limits.length);
  const length = Math.min(limits.length, Math.max(least, Math.round(window.length)));
  const last = limits.first + limits.length - length;
  const first = Math.min(last, Math.max(limits.first, Math.round(window.first)));
  return { first, length };
}

/** Moved by `share` of its own length. */
export function move(window: FrameWindow, share: number, limits: FrameWindow): FrameWindow {
  const step = Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * window.length));
  return clampWindow({ ...window, first: window.first + step }, limits);
}

/** `factor` times as long, about its middle. */
export function zoom(window: FrameWindow, factor: number, limits: FrameWindow): FrameWindow {
  const length = window.length * factor;
  return clampWindow({ first: window.first + (window.length - length) / 2, length }, limits);
}

/** What a key does to the window; undefined for a key that does nothing. */
export function keyed(
  key: string,
  window: FrameWindow,
  limits: FrameWindow,
): FrameWindow | undefined {
  switch (key) {
    case 'ArrowLeft':
      return move(window, -0.1, limits);
    case 'ArrowRight':
      return move(window, 0.1, limits);
    case 'PageUp':
      return move(window, -1, limits);
    case 'PageDown':
      return move(window, 1, limits);
    case 'Home':
      return clampWindow({ ...window, first: limits.first }, limits);
    case 'End':
      return clampWindow({ ...window, first: limits.first + limits.length }, limits);
    case '+':
    case '=':
      return zoom(window, 0.5, limits);
    case '-':
      return zoom(window, 2, limits);
    case '0':
      return limits;
    default:
      return undefined;
  }
}

/** The columns of `window` of an array `[row, time]` of `frames` columns. */
export function cutFrames(
  values: Float32Array,
  rows: number,
  frames: number,
  window: FrameWindow,
): Float32Array {
  const cut = new Float32Array(rows * window.length);
  for (let row = 0; row < rows; row++) {
    const start = row * frames + window.first;
    cut.set(values.subarray(start, start + window.length), row * window.length);
  }
  return cut;
}
