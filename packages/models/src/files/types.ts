/** What a reader gives: an array with its shape, and what a file holds. */

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An array in row-major order (last index fastest), whatever the order in its file. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type FileFormat = 'mat5' | 'hdf5' | 'npy' | 'npz' | 'onnx' | 'json';

export interface VariableSummary {
  readonly name: string;
  readonly shape: readonly number[];
  /** NumPy's name of the element type: `uint8`, `float32`, … */
  readonly type: string;
}

export interface FileSummary {
  readonly name: string;
  readonly format: FileFormat;
  readonly bytes: number;
  readonly variables: readonly VariableSummary[];
  /** ONNX only. */
  readonly model?: ModelCard;
}

export interface ModelValue {
  readonly name: string;
  readonly type: string;
  /** A name stands for a free axis. */
  readonly shape: readonly (number | string)[];
}

/** What an ONNX model says of itself. */
export interface ModelCard {
  readonly producer: string;
  readonly opset: number;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly operators: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}
