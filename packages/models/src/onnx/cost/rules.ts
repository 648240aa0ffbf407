/**
 * What each operator of a network gives, by name. An operator that is not listed is refused: nothing could be said
 * of what it costs.
 */
import { broadcast, type Call, type Known, knownSize, type Outcome } from './known.js';
import {
  convolution,
  einsum,
  gemm,
  globalPool,
  pool,
  product,
  recurrent,
  transposedConvolution,
} from './layers.js';
import * as sizes from './sizes.js';

type Rule = (call: Call) => Outcome;

function each(rule: Rule, names: string): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}

const like: Rule = (call) => sizes.gives(sizes.withoutValues(call.input(0)));
const unchanged: Rule = (call) => ({ outputs: [sizes.withoutValues(call.input(0))], work: 0 });
const joined: Rule = (call) => sizes.gives(sizes.withoutValues(broadcast(call.given)));
const atMost: Rule = (call) => sizes.gives(knownSize(call.input(0).size));

/** Quantised products have a scale and a zero point beside each operand. */
const at =
  (rule: (call: Call, a: Known, b: Known) => Outcome, a: number, b: number): Rule =>
  (call) =>
    rule(call, call.input(a), call.input(b));
const matrices = (_: Call, a: Known, b: Known) => product(a, b);

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    ...each(
      like,
      'Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli BitwiseNot Cast CastLike Ceil Celu Clip Cos Cosh ' +
        'CumSum DequantizeLinear Dropout DynamicQuantizeLinear Elu Erf Exp EyeLike Floor Gelu GroupNormalization ' +
        'HardSigmoid HardSwish Hardmax InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Log LogSoftmax ' +
        'LpNormalization MeanVarianceNormalization Mish Neg Not QuantizeLinear RMSNormalization RandomNormalLike ' +
        'RandomUniformLike Reciprocal Relu ReverseSequence Round Scatter ScatterElements ScatterND Selu Shrink Sigmoid ' +
        'Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu',
    ),
    ...each(
      joined,
      'Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min ' +
        'Mod Mul Or PRelu Pow Sub Sum Where Xor',
    ),
    ...each(
      sizes.reduce,
      'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
    ),
    ...each(pool, 'AveragePool LpPool MaxPool'),
    ...each(globalPool, 'GlobalAveragePool GlobalLpPool GlobalMaxPool'),
    ...each(recurrent, 'GRU LSTM RNN'),
    ...each(atMost, 'Compress Unique'),
    ...each(sizes.argument, 'ArgMax ArgMin'),
    ...each(sizes.blocks, 'DepthToSpace SpaceToDepth'),
    ...each(sizes.random, 'RandomNormal RandomUniform'),
    ...each(sizes.resize, 'Resize Upsample'),
    Concat: sizes.concat,
    Constant: sizes.constant,
    ConstantOfShape: sizes.constantOfShape,
    Conv: at(convolution, 0, 1),
    ConvInteger: at(convolution, 0, 1),
    ConvTranspose: at(transposedConvolution, 0, 1),
    Einsum: einsum,
    Expand: sizes.expand,
    Flatten: sizes.flatten,
    Gather: sizes.gather,
    GatherElements: (call) => sizes.gives(sizes.withoutValues(call.input(1))),
    GatherND: sizes.gatherNd,
    Gemm: gemm,
    GridSample: sizes.gridSample,
    Identity: unchanged,
    // Each number is divided by a power of the sum over its neighbours in other channels.
    LRN: (call) => ({ ...like(call), work: call.input(0).size * Math.abs(call.int('size', 1)) }),
    MatMul: at(matrices, 0, 1),
    MatMulInteger: at(matrices, 0, 1),
    NonZero: sizes.nonZero,
    OneHot: sizes.oneHot,
    Pad: sizes.pad,
    QLinearConv: at(convolution, 0, 3),
    QLinearMatMul: at(matrices, 0, 3),
    Range: sizes.range,
    Reshape: sizes.reshape,
    Shape: sizes.shapeOf,
    Size: () => ({ outputs: [{ shape: [], size: 1 }], work: 0 }),
    Slice: sizes.slice,
    Split: sizes.split,
    Squeeze: sizes.squeeze,
    Tile: sizes.tile,
    TopK: sizes.topK,
    Transpose: sizes.transpose,
    Unsqueeze: sizes.unsqueeze,
  }),
);

export function ruleOf(operator: string): Rule | undefined {
  return rules.get(operator);
}
