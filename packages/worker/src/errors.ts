/**
 * Errors across the boundary. Promises that whatever is thrown on one side arrives on the other as a
 * RetinoscopeError with its kind, message and detail, and its cause as a name and a message. Comlink alone
 * keeps the message only.
 */
import { type ErrorKind, RetinoscopeError } from '@retinoscope/core-wasm';
import { transferHandlers } from 'comlink';

interface WireError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly stack?: string;
  readonly cause?: { readonly name: string; readonly message: string };
}

const outOfMemory =
  /allocation failed|out of memory|could not allocate|memory.*(grow|maximum)|WebAssembly\.Memory/i;

/** Any thrown value as an error that a person can act on; a RetinoscopeError is returned as it is. */
export function toRetinoscopeError(thrown: unknown): RetinoscopeError {
  if (thrown instanceof RetinoscopeError) return thrown;
  const { name, message } = nameAndMessage(thrown);
  if (name === 'AbortError') return cancelled();
  if (outOfMemory.test(message)) {
    return new RetinoscopeError(
      'memory',
      `There is not enough memory for this (${message}). Use fewer frames, a smaller crop or a smaller network.`,
      { name },
      { cause: thrown },
    );
  }
  return new RetinoscopeError(
    'worker',
    `The computation stopped on an unexpected error: ${message}`,
    { name },
    { cause: thrown },
  );
}

export function cancelled(): RetinoscopeError {
  return new RetinoscopeError('cancelled', 'Cancelled.');
}

/** Teaches Comlink to carry errors whole, in both directions; to be called on both sides. */
export function installErrorTransfer(): void {
  const original = transferHandlers.get('throw');
  if (!original) throw new Error('Comlink has no handler of thrown values.');
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: (thrown) => [toWire((thrown as { value: unknown }).value), []],
    deserialize: (wire) => {
      throw fromWire(wire as WireError);
    },
  });
}

function toWire(thrown: unknown): WireError {
  const error = toRetinoscopeError(thrown);
  return {
    kind: error.kind,
    message: error.message,
    detail: cloneable(error.detail),
    stack: error.stack,
    cause: error.cause === undefined ? undefined : nameAndMessage(error.cause),
  };
}

function fromWire({ kind, message, detail, stack, cause }: WireError): RetinoscopeError {
  const options = cause && {
    cause: Object.assign(new Error(cause.message), { name: cause.name }),
  };
  const error = new RetinoscopeError(kind, message, detail, options);
  if (stack) error.stack = stack;
  return error;
}

function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (thrown instanceof Error) return { name: thrown.name, message: thrown.message };
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    const name = 'name' in thrown ? String(thrown.name) : 'Error';
    return { name, message: String(thrown.message) };
  }
  return { name: typeof thrown, message: String(thrown) };
}

/** `detail` without the fields that cannot be posted, which are given as text. */
function cloneable(detail: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(detail).map(([field, value]) => {
      try {
        return [field, structuredClone(value)];
      } catch {
        return [field, String(value)];
      }
    }),
  );
}
