/** Fetches ONNX Runtime's WebAssembly, for `runtime.ts` alone: heard by the byte, and looked at before it is used. */
import { loadError } from './runtime-errors.js';

const wasmMagic = 0x6d736100;

/**
 * ONNX Runtime gives up for good when its own fetch fails, and a server's error page looks to it like broken code:
 * fetching here lets a second try succeed and says what was wrong.
 */
export async function fetchWasm(
  address: string,
  heard: (came: number) => void,
): Promise<ArrayBuffer> {
  let found: string;
  try {
    const response = await fetch(address, { credentials: 'same-origin' });
    const bytes = await bodyOf(response, heard);
    const isWasm = bytes.byteLength >= 8 && new DataView(bytes).getUint32(0, true) === wasmMagic;
    if (response.ok && isWasm) return bytes;
    found = response.ok ? 'another kind of file' : `status ${response.status}`;
  } catch (error) {
    throw loadError(`could not be fetched from ${shortAddress(address)}`, error);
  }
  throw loadError(`was not found at ${shortAddress(address)} (${found})`);
}

/** Milliseconds between two reports of a download. */
const reportInterval = 100;

async function bodyOf(response: Response, heard: (came: number) => void): Promise<ArrayBuffer> {
  if (!response.body || !response.ok) return response.arrayBuffer();
  let came = 0;
  let told = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      came += part.length;
      const now = performance.now();
      if (now - told > reportInterval) {
        told = now;
        heard(came);
      }
      controller.enqueue(part);
    },
  });
  const bytes = await new Response(response.body.pipeThrough(counted)).arrayBuffer();
  heard(bytes.byteLength);
  return bytes;
}

function shortAddress(address: string): string {
  return address.length > 200 ? `${address.slice(0, 200)}…` : address;
}
