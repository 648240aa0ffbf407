/**
 * Large results are moved, not copied. Promises that no byte beyond the views in a result is posted, that
 * buffers still in use on this side are copied, and that WebAssembly memory is never detached: a view of
 * part of a buffer (what a view of such a memory is) is copied out first.
 */

export interface Parcel {
  readonly value: unknown;
  /** Unique buffers that may be moved with `value`. */
  readonly buffers: ArrayBuffer[];
}

/** `value` made ready to be posted: plain objects and arrays are walked, typed arrays at any depth found. */
export function pack(value: unknown, inUse: ReadonlySet<ArrayBufferLike> = new Set()): Parcel {
  const buffers = new Set<ArrayBuffer>();
  const done = new Map<object, unknown>();
  const walk = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const known = done.get(item);
    if (known !== undefined) return known;
    if (ArrayBuffer.isView(item)) {
      const view = isWhole(item) && !inUse.has(item.buffer) ? item : copyOf(item);
      buffers.add(view.buffer as ArrayBuffer);
      done.set(item, view);
      return view;
    }
    if (item instanceof ArrayBuffer) {
      const buffer = inUse.has(item) ? item.slice(0) : item;
      buffers.add(buffer);
      done.set(item, buffer);
      return buffer;
    }
    if (Array.isArray(item)) {
      const copy: unknown[] = [];
      done.set(item, copy);
      for (const entry of item) copy.push(walk(entry));
      return copy;
    }
    if (isPlain(item)) {
      const copy: Record<string, unknown> = {};
      done.set(item, copy);
      for (const [key, entry] of Object.entries(item)) copy[key] = walk(entry);
      return copy;
    }
    return item;
  };
  return { value: walk(value), buffers: [...buffers] };
}

/** Buffers behind the typed arrays of `value`, at any depth. */
export function buffersOf(value: unknown): Set<ArrayBufferLike> {
  const found = new Set<ArrayBufferLike>();
  const seen = new Set<object>();
  const walk = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    seen.add(item);
    if (ArrayBuffer.isView(item)) found.add(item.buffer);
    else if (Array.isArray(item) || isPlain(item))
      for (const entry of Object.values(item)) walk(entry);
  };
  walk(value);
  return found;
}

function isWhole(view: ArrayBufferView): boolean {
  return view.buffer instanceof ArrayBuffer && view.byteLength === view.buffer.byteLength;
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (view instanceof DataView) return new DataView(bytes.buffer);
  const TypedArray = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new TypedArray(bytes.buffer);
}

function isPlain(item: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === Object.prototype || prototype === null;
}
