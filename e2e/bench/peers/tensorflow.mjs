/**
 * TensorFlow.js on its WebAssembly backend, one thread: a step by `optimizer.minimize` with Adam.
 * The backend has no gradient of a convolution, so that the convolution is also written as matrix products.
 */
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

async function open({ tensorflow }) {
  setWasmPaths(tensorflow);
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new Error('Its WebAssembly backend does not start.');
  await tf.ready();
}

/** Poisson loss of the readout's output o `[batch, 1]`: mean of r − y·log(r + ε), r = softplus(o). */
function poissonLoss(o, y) {
  const rate = tf.softplus(o);
  return tf.mean(tf.sub(rate, tf.mul(y, tf.log(tf.add(rate, 1e-6)))));
}

/** A job that minimises `loss`, a function of the variables. */
function job(batch, loss) {
  const optimizer = tf.train.adam(1e-4);
  return {
    units: batch,
    run() {
      optimizer.minimize(loss);
    },
    loss: () => tf.tidy(() => loss().dataSync()[0]),
  };
}

const outputSide = ({ side, filterSide }) => side - filterSide + 1;

/** Readout `[filter, y, x]` as `[y, x, filter]`, a column. */
function readoutColumn({ readout, filters }) {
  const positions = readout.length / filters;
  return tf.reshape(tf.transpose(tf.tensor2d(readout, [filters, positions])), [readout.length, 1]);
}

function shared(task) {
  return {
    y: tf.tensor2d(task.counts, [task.batch, 1]),
    bias: tf.variable(tf.zeros([task.filters])),
    readout: tf.variable(readoutColumn(task)),
    readoutBias: tf.variable(tf.zeros([1])),
  };
}

/** `[filter, channel, y, x]` as TensorFlow.js takes it, `[y, x, channel, filter]`. */
function kernel(weights, shape) {
  return tf.variable(tf.transpose(tf.tensor4d(weights, shape), [2, 3, 1, 0]));
}

function convolution(task) {
  const { batch, lags, side, filters, filterSide, secondWeights } = task;
  const { y, bias, readout, readoutBias } = shared(task);
  const x = tf.transpose(tf.tensor4d(task.windows, [batch, lags, side, side]), [0, 2, 3, 1]);
  const first = kernel(task.weights, [filters, lags, filterSide, filterSide]);
  const second = secondWeights && kernel(secondWeights, [filters, filters, 3, 3]);
  const secondBias = tf.variable(tf.zeros([filters]));
  return job(batch, () => {
    let maps = tf.relu(tf.add(tf.conv2d(x, first, 1, 'valid'), bias));
    if (second) maps = tf.relu(tf.add(tf.conv2d(maps, second, 1, 'valid'), secondBias));
    const flat = tf.reshape(maps, [batch, readout.shape[0]]);
    return poissonLoss(tf.add(tf.matMul(flat, readout), readoutBias), y);
  });
}

/** One layer: in each step the patches are cut out of the windows, then one matrix product. */
function productsOfSlices(task) {
  const { batch, lags, side, filters, filterSide } = task;
  const { y, bias, readout, readoutBias } = shared(task);
  const x = tf.transpose(tf.tensor4d(task.windows, [batch, lags, side, side]), [0, 2, 3, 1]);
  const shape = [filters, lags, filterSide, filterSide];
  const patch = lags * filterSide * filterSide;
  const weights = tf.variable(
    tf.reshape(tf.transpose(tf.tensor4d(task.weights, shape), [2, 3, 1, 0]), [patch, filters]),
  );
  const output = outputSide(task);
  const corners = Array.from({ length: output * output }, (_, i) => [
    Math.floor(i / output),
    i % output,
  ]);
  return job(batch, () => {
    const cut = ([top, left]) =>
      tf.reshape(tf.slice(x, [0, top, left, 0], [batch, filterSide, filterSide, lags]), [
        batch,
        patch,
      ]);
    const patches = tf.reshape(tf.stack(corners.map(cut), 1), [batch * corners.length, patch]);
    const hidden = tf.relu(tf.add(tf.matMul(patches, weights), bias));
    const flat = tf.reshape(hidden, [batch, readout.shape[0]]);
    return poissonLoss(tf.add(tf.matMul(flat, readout), readoutBias), y);
  });
}

/** Two layers: the first as one matrix product, the second as a sum of nine, one for each square of its filters. */
function productsOfPatches(task) {
  const { batch, lags, filters, filterSide } = task;
  const { y, bias, readout, readoutBias } = shared(task);
  const output = outputSide(task);
  const patch = lags * filterSide * filterSide;
  const x = tf.tensor2d(task.patches(), [batch * output * output, patch]);
  const weights = tf.variable(tf.transpose(tf.tensor2d(task.weights, [filters, patch])));
  const second = tf.transpose(
    tf.tensor4d(task.secondWeights, [filters, filters, 3, 3]),
    [2, 3, 1, 0],
  );
  const squares = tf
    .unstack(tf.reshape(second, [9, filters, filters]))
    .map((square) => tf.variable(square));
  const secondBias = tf.variable(tf.zeros([filters]));
  const side = output - 2;
  return job(batch, () => {
    const hidden = tf.relu(tf.add(tf.matMul(x, weights), bias));
    const maps = tf.reshape(hidden, [batch, output, output, filters]);
    const sum = squares
      .map((square, i) => {
        const begin = [0, Math.floor(i / 3), i % 3, 0];
        const shifted = tf.slice(maps, begin, [batch, side, side, filters]);
        return tf.matMul(tf.reshape(shifted, [batch * side * side, filters]), square);
      })
      .reduce((total, product) => tf.add(total, product));
    const flat = tf.reshape(tf.relu(tf.add(sum, secondBias)), [batch, readout.shape[0]]);
    return poissonLoss(tf.add(tf.matMul(flat, readout), readoutBias), y);
  });
}

export const peer = {
  name: 'TensorFlow.js',
  open,
  variants: [
    {
      by: 'TensorFlow.js',
      granted: () => 'batch gathered beforehand',
      refuses: () => undefined,
      prepare: async (task) => convolution(task),
    },
    {
      by: 'TensorFlow.js matmul',
      granted: ({ layers }) =>
        layers > 1
          ? 'convolutions rewritten as matrix products; first layer’s patches unrolled beforehand'
          : 'convolution rewritten as a matrix product; batch gathered beforehand',
      refuses: ({ batch, layers }) =>
        layers > 1 && batch > 256 ? 'a step takes tens of seconds; see batch 256' : undefined,
      prepare: async (task) =>
        task.secondWeights ? productsOfPatches(task) : productsOfSlices(task),
    },
  ],
};
