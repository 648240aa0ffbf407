/** The operators that can be run and differentiated, by their ONNX name. */
import { arithmeticOperators } from './arithmetic.js';
import { constantOperators } from './constants.js';
import { convolutionOperators } from './convolution.js';
import { normalisationOperators } from './normalisation.js';
import { pointwiseOperators } from './pointwise.js';
import { poolingOperators } from './pooling.js';
import { productOperators } from './products.js';
import { reductionOperators } from './reduction.js';
import { reshapingOperators } from './reshaping.js';
import { selectionOperators } from './selection.js';
import type { Operator } from './types.js';

export type { Operator, Value, VersionedNode } from './types.js';

export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...arithmeticOperators,
    ...constantOperators,
    ...convolutionOperators,
    ...normalisationOperators,
    ...pointwiseOperators,
    ...poolingOperators,
    ...productOperators,
    ...reductionOperators,
    ...reshapingOperators,
    ...selectionOperators,
  }),
);
