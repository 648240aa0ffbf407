/**
 * A TensorProto: where a tensor's shape, type and values lie in the file. Decodes no values.
 */
import {
  externalLocation,
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

/** A TensorProto. Throws on damage. */
export function readTensor(bytes: Uint8Array): {
  readonly tensor: StoredTensor;
  readonly external: boolean;
} {
  let name = '';
  let dataType = 0;
  let raw = bytes.subarray(0, 0);
  let location = 0;
  const dims: number[] = [];
  readMessage(bytes, {
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
  });
  return { tensor: { name, dims, dataType, raw, bytes }, external: location === externalLocation };
}
