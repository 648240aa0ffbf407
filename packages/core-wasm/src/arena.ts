/**
 * The memory of one job: regions handed out one after the other, each the previous one plus its size.
 * Promises 64-byte alignment and views that are valid until the next allocation; frees nothing but the whole
 * or back to a mark.
 */
import { RetinoscopeError } from './errors.js';

const pageBytes = 65_536;
/** WebAssembly's 32-bit address space, less a page so that no end pointer wraps. */
const addressable = 2 ** 32 - pageBytes;

export class Arena {
  private top: number;

  constructor(
    private readonly memory: WebAssembly.Memory,
    base: number,
  ) {
    this.top = align(base);
  }

  /** Pointer to `bytes` of zeroed or stale memory; throws a `memory` error when it cannot be had. */
  allocate(bytes: number): number {
    const start = this.top;
    // Kernels may load up to one vector past the end of a region.
    const end = align(start + bytes + 16);
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) {
      const refuse = (cause?: unknown) =>
        new RetinoscopeError(
          'memory',
          `This needs ${megabytes(end)} of memory, which cannot be had here; fewer frames, fewer lags or a smaller crop need less.`,
          { bytes: end },
          { cause },
        );
      if (end > addressable) throw refuse();
      try {
        this.memory.grow(Math.ceil(missing / pageBytes));
      } catch (cause) {
        throw refuse(cause);
      }
    }
    this.top = end;
    return start;
  }

  /** Where the next region will start; `release` frees all that came after. */
  mark(): number {
    return this.top;
  }

  release(mark: number): void {
    this.top = mark;
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  u32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }

  i32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  /** Copies `values` in; pointer to them. */
  place(values: Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array): number {
    const pointer = this.allocate(values.byteLength);
    this.u8(pointer, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
    return pointer;
  }
}

function align(pointer: number): number {
  return Math.ceil(pointer / 64) * 64;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
