/** What an ONNX file says of itself, without workers, training or ONNX Runtime: small enough for a first paint. */
export * from '@retinoscope/models/card';
