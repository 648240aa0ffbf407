/**
 * ONNX Runtime's errors as one sentence that a person can act on. Its own text stays in `detail.reason`.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelCard } from '../files/types.js';

/** ONNX Runtime's ways of saying that it lacks an operator; the first group is its name. */
const missingOperator = [
  /No Op registered for ([\w.:]+)/,
  /([\w.:]+)\(-?\d+\) is not a registered function\/op/,
];
/** The operator is known, but not for the element types it is given. */
const missingKernel = /Could not find an implementation for ([\w.:]+)\(\d+\)/;
const futureOpset = /Opset (\d+) is under development.*till opset (\d+)/s;

const unparsable = /protobuf parsing failed/i;
const outOfMemory =
  /bad_alloc|out of memory|failed to allocate|shape is too large|Array buffer allocation failed/i;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the runtime's heap can no longer be trusted: a trap, an abort, an escaped C++ exception. */
export function isFatal(error: unknown): boolean {
  const message = messageOf(error);
  return error instanceof WebAssembly.RuntimeError || /^Aborted\(|^\d+$/.test(message);
}

/** The error of a runtime that cannot be loaded or started. */
export function loadError(what: string, cause?: unknown): RetinoscopeError {
  return workerError(
    `ONNX Runtime ${what}. Its file ort-wasm-simd-threaded.wasm must be served where the page looks for it.`,
    cause,
  );
}

/** The error of a runtime whose heap can no longer be trusted. */
export function stoppedError(cause: unknown): RetinoscopeError {
  return workerError(
    'ONNX Runtime stopped after an internal error and has to be started again in a new worker; the model or its input may be too large for it.',
    cause,
  );
}

function workerError(message: string, cause: unknown): RetinoscopeError {
  const detail = cause === undefined ? {} : { reason: messageOf(cause) };
  return new RetinoscopeError('worker', message, detail, { cause });
}

/** The error of a failed creation or run. */
export function runtimeError(error: unknown, card: ModelCard): RetinoscopeError {
  if (error instanceof RetinoscopeError) return error;
  const reason = messageOf(error);
  const detail = { reason, operators: card.operators };
  const refuse = (message: string, facts: Record<string, unknown> = {}) =>
    new RetinoscopeError('model', message, { ...detail, ...facts }, { cause: error });

  for (const pattern of missingOperator) {
    const operator = pattern.exec(reason)?.[1];
    if (operator) {
      return refuse(
        `The model uses the operator ${operator}, which ONNX Runtime does not have in opset ${card.opset}; models of standard ONNX operators are accepted.`,
        { operator },
      );
    }
  }
  const operator = missingKernel.exec(reason)?.[1];
  if (operator) {
    return refuse(
      `The model uses the operator ${operator} with element types for which ONNX Runtime does not have it in opset ${card.opset}; float32 is accepted.`,
      { operator },
    );
  }
  const opset = futureOpset.exec(reason);
  if (opset) {
    return refuse(`The model is of opset ${opset[1]}; ONNX Runtime has opsets up to ${opset[2]}.`, {
      found: Number(opset[1]),
      expected: Number(opset[2]),
    });
  }
  if (unparsable.test(reason)) {
    return new RetinoscopeError(
      'file',
      'The file is damaged or not an ONNX model (.onnx): ONNX Runtime cannot parse it.',
      detail,
      { cause: error },
    );
  }
  if (outOfMemory.test(reason)) {
    return new RetinoscopeError(
      'memory',
      'The model needs more memory than ONNX Runtime can have; give a smaller model or fewer samples at a time.',
      detail,
      { cause: error },
    );
  }
  return refuse(`ONNX Runtime cannot run this model: ${firstSentence(reason)}`);
}

/** The runtime's own words without its error codes and source lines, in at most 300 characters, on one line. */
function firstSentence(reason: string): string {
  const text = reason
    .replace(/^.*ERROR_MESSAGE: /s, '')
    .replace(/\s+/g, ' ')
    .replace(/\S*\/onnxruntime\/core\/\S+ /g, '')
    .trim();
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return /[.…]$/.test(short) ? short : `${short}.`;
}
