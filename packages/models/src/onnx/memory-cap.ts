/**
 * Bounds the heap of ONNX Runtime, which asks for up to 4 GiB and offers no setting for less:
 * a small untrusted model may otherwise take it all, and some phones refuse to reserve that much.
 */

/** Pages of 64 KiB: 1 GiB. */
const maximumPages = 2 ** 14;

/** The maximum that ONNX Runtime asks for, by which its memory is told from others made at the same time. */
const requestedPages = 2 ** 16;

/** Runs `task`, capping the shared memory that ONNX Runtime creates meanwhile. */
export async function withCappedMemory<T>(task: () => Promise<T>): Promise<T> {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      const capped = descriptor.shared === true && descriptor.maximum === requestedPages;
      return new target(capped ? { ...descriptor, maximum: maximumPages } : descriptor);
    },
  });
  try {
    return await task();
  } finally {
    WebAssembly.Memory = Memory;
  }
}
