/**
 * jax-js on its WebAssembly backend, one thread: a compiled step of value, gradient and Adam.
 * Its functions take ownership of their arguments: `.ref` keeps an array that is used again.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';

async function open() {
  const devices = await init('wasm');
  if (!devices.includes('wasm')) throw new Error('Its WebAssembly backend does not start.');
  defaultDevice('wasm');
}

const array = (values, shape) => np.array(values).reshape(shape);

/** Poisson loss of the readout's output o `[batch, 1]`: mean of r − y·log(r + ε), r = softplus(o). */
function poissonLoss(o, y) {
  const rate = nn.softplus(o);
  return np.mean(rate.ref.sub(y.mul(np.log(rate.add(1e-6)))));
}

const decay1 = 0.9;
const decay2 = 0.999;
const learningRate = 1e-4;

/** Adam on the gradient of `loss(parameters, …data)`; all of a step is one compiled function. */
function compileStep(loss) {
  const lossAndGradient = valueAndGrad(loss);
  return jit((parameters, first, second, taken, ...data) => {
    const [value, gradient] = lossAndGradient(tree.ref(parameters), ...data);
    const step = taken.add(1);
    const correction1 = np.array(1).sub(np.power(np.array(decay1), step.ref));
    const correction2 = np.array(1).sub(np.power(np.array(decay2), step.ref));
    const next = { parameters: {}, first: {}, second: {} };
    for (const name of Object.keys(parameters)) {
      const g = gradient[name];
      const m = first[name].mul(decay1).add(g.ref.mul(1 - decay1));
      const v = second[name].mul(decay2).add(g.ref.mul(g).mul(1 - decay2));
      const root = np.sqrt(v.ref.div(correction2.ref)).add(1e-8);
      const change = m.ref.div(correction1.ref).div(root).mul(learningRate);
      next.parameters[name] = parameters[name].sub(change);
      next.first[name] = m;
      next.second[name] = v;
    }
    correction1.dispose();
    correction2.dispose();
    return [next.parameters, next.first, next.second, step, value];
  });
}

/** A job that steps `loss` from `parameters`; its `loss` gives that of the parameters as they are. */
function job(batch, loss, parameters, data) {
  const zeros = () =>
    Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, np.zeros(p.shape)]));
  const step = compileStep(loss);
  let state = [parameters, zeros(), zeros(), np.array(0)];
  return {
    units: batch,
    async run() {
      const [next, first, second, taken, value] = step(...state, ...data.map((each) => each.ref));
      value.dispose();
      state = [next, first, second, taken];
      await blockUntilReady(state);
    },
    loss: () => jit(loss)(tree.ref(state[0]), ...data.map((each) => each.ref)).item(),
    dispose() {
      tree.dispose([state, data]);
    },
  };
}

const outputSide = ({ side, filterSide }) => side - filterSide + 1;

/** Readout `[filter, y, x]` as `[y, x, filter]`, a column. */
function readoutColumn({ readout, filters }) {
  const positions = readout.length / filters;
  return array(readout, [filters, positions]).transpose().reshape([readout.length, 1]);
}

const countsOf = ({ counts, batch }) => array(counts, [batch, 1]);
const windowsOf = ({ windows, batch, lags, side }) => array(windows, [batch, lags, side, side]);

/** First layer `[filter, patch]` as `[patch, filter]`. */
function weightColumns({ weights, filters }) {
  return array(weights, [filters, weights.length / filters]).transpose();
}

function convolution(task) {
  const { batch, lags, filters, filterSide, readout } = task;
  const parameters = {
    weights: array(task.weights, [filters, lags, filterSide, filterSide]),
    bias: np.zeros([filters, 1, 1]),
    readout: array(readout, [readout.length, 1]),
    readoutBias: np.zeros([1]),
  };
  const loss = (p, x, y) => {
    const hidden = nn.relu(lax.conv(x, p.weights, [1, 1], 'VALID').add(p.bias));
    const flat = hidden.reshape([batch, readout.length]);
    return poissonLoss(np.matmul(flat, p.readout).add(p.readoutBias), y);
  };
  return job(batch, loss, parameters, [windowsOf(task), countsOf(task)]);
}

/** One layer: a matrix product of the windows' squares for each position of the filters. */
function productsOfSlices(task) {
  const { batch, filters, filterSide } = task;
  const patch = task.weights.length / filters;
  const output = outputSide(task);
  const parameters = {
    weights: weightColumns(task),
    bias: np.zeros([filters]),
    readout: readoutColumn(task),
    readoutBias: np.zeros([1]),
  };
  const loss = (p, x, y) => {
    const hidden = Array.from({ length: output * output }, (_, i) => {
      const top = Math.floor(i / output);
      const left = i % output;
      const squares = x.ref.slice([], [], [top, top + filterSide], [left, left + filterSide]);
      const product = np.matmul(squares.reshape([batch, patch]), p.weights.ref);
      return nn.relu(product.add(p.bias.ref));
    });
    x.dispose();
    p.weights.dispose();
    p.bias.dispose();
    return poissonLoss(np.matmul(np.concatenate(hidden, 1), p.readout).add(p.readoutBias), y);
  };
  return job(batch, loss, parameters, [windowsOf(task), countsOf(task)]);
}

/** Two layers: the first as one matrix product, the second as a sum of nine, one for each square of its filters. */
function productsOfPatches(task) {
  const { batch, filters } = task;
  const output = outputSide(task);
  const side = output - 2;
  const patches = array(task.patches(), [batch * output * output, task.weights.length / filters]);
  const second = array(task.secondWeights, [filters, filters, 3, 3]).transpose([2, 3, 1, 0]);
  const parameters = {
    weights: weightColumns(task),
    bias: np.zeros([filters]),
    second: second.reshape([9, filters, filters]),
    secondBias: np.zeros([filters]),
    readout: readoutColumn(task),
    readoutBias: np.zeros([1]),
  };
  const loss = (p, x, y) => {
    const maps = nn
      .relu(np.matmul(x, p.weights).add(p.bias))
      .reshape([batch, output, output, filters]);
    const sum = Array.from({ length: 9 }, (_, i) => {
      const top = Math.floor(i / 3);
      const left = i % 3;
      const shifted = maps.ref.slice([], [top, top + side], [left, left + side], []);
      return np.matmul(shifted.reshape([batch * side * side, filters]), p.second.ref.slice(i));
    }).reduce((total, product) => total.add(product));
    maps.dispose();
    p.second.dispose();
    const flat = nn.relu(sum.add(p.secondBias)).reshape([batch, task.readout.length]);
    return poissonLoss(np.matmul(flat, p.readout).add(p.readoutBias), y);
  };
  return job(batch, loss, parameters, [patches, countsOf(task)]);
}

export const peer = {
  name: 'jax-js',
  open,
  variants: [
    {
      by: 'jax-js',
      granted: () => 'batch gathered beforehand',
      refuses: ({ layers }) =>
        layers > 1 ? 'a step takes tens of seconds; see matmul' : undefined,
      prepare: async (task) => convolution(task),
    },
    {
      by: 'jax-js matmul',
      granted: ({ layers }) =>
        layers > 1
          ? 'convolutions rewritten as matrix products; first layer’s patches unrolled beforehand'
          : 'convolution rewritten as matrix products; batch gathered beforehand',
      refuses: ({ batch, layers }) =>
        layers > 1 && batch > 256 ? 'a step takes tens of seconds; see batch 256' : undefined,
      prepare: async (task) =>
        task.secondWeights ? productsOfPatches(task) : productsOfSlices(task),
    },
  ],
};
