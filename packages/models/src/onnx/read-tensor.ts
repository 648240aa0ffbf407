/**
 * A TensorProto: where a tensor's shape, type and values lie in the file. Decodes no values.
 */
import {
  externalLocation,
  type FieldHandlers,
  readBytes,
  readInt,
  readInts,
  readMessage,
  readString,
  tensorField,
} from './wire.js';

export const maximumRank = 64;
export const maximumNameBytes = 2 ** 16;

/** A tensor as it lies in the file. */
export interface StoredTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly dataType: number;
  /** A view of the file; empty when the values are stored in typed fields. */
  readonly raw: Uint8Array;
  /** The whole TensorProto, a view of the file. */
  readonly bytes: Uint8Array;
}

/** A TensorProto; `met` is called at each of its fields. Throws on damage. */
export function readTensor(
  bytes: Uint8Array,
  met?: () => void,
): {
  readonly tensor: StoredTensor;
  readonly external: boolean;
} {
  let name = '';
  let dataType = 0;
  let raw = bytes.subarray(0, 0);
  let location = 0;
  const dims: number[] = [];
  const handlers: FieldHandlers = {
    [tensorField.dims]: (field) => readInts(field, dims, maximumRank),
    [tensorField.dataType]: (field) => {
      dataType = readInt(field);
    },
    [tensorField.name]: (field) => {
      name = readString(field, maximumNameBytes);
    },
    [tensorField.rawData]: (field) => {
      raw = readBytes(field);
    },
    [tensorField.dataLocation]: (field) => {
      location = readInt(field);
    },
  };
  readMessage(bytes, handlers, met);
  return { tensor: { name, dims, dataType, raw, bytes }, external: location === externalLocation };
}
