/** Training settings and their presets. The defaults stand here and nowhere else. */
import type { Loss } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';

export interface TrainingSettings {
  /** What is lowered; what goes with the head when absent: the binomial loss with `logistic`, else the Poisson loss. */
  readonly loss?: Loss;
  readonly seed: number;
  /** Samples a step. */
  readonly batch: number;
  /** Steps at the most. */
  readonly steps: number;
  /** Peak learning rate of Adam. */
  readonly learningRate: number;
  readonly schedule: 'constant' | 'one-cycle';
  /** `runs`: a batch is made of runs of contiguous frames; `shuffled`: of single frames. */
  readonly sampling: 'runs' | 'shuffled';
  /** SD of the Gaussian noise added before each ReLU in training. */
  readonly noise: number;
  /** λ of λ·Σ|w| over the filters. */
  readonly l1Filters: number;
  /** λ of λ·Σw² over the filters. */
  readonly l2Filters: number;
  /** λ of λ·Σw² over the readout. */
  readonly l2Readout: number;
  /** λ of λ·mean|rate|. */
  readonly activityL1: number;
  readonly nonNegativeReadout: boolean;
  /** First filters: `normal`, drawn; `receptive-field`, pieces of the STA, spread over it (`startFromReceptiveField`). */
  readonly start: 'normal' | 'receptive-field';
  /** SD of the initial weights that are drawn, and of the noise on those that are not. */
  readonly initialSd: number;
  /** Share of the training data, its last part, kept for validation. */
  readonly validationFraction: number;
  /** Steps between validations. */
  readonly validationEvery: number;
  /** Validations without improvement before training stops; 0 never stops early. */
  readonly patience: number;
  /** Independent runs from different seeds; the best by validation loss is kept. */
  readonly restarts: number;
}

/**
 * `recovery`: finds the subunits of the model cell; `recording`: recorded cells, gentler and with fewer samples;
 * `published`: the settings of the published code of Yan et al. 2020.
 */
export type TrainingPreset = 'recovery' | 'recording' | 'published';

export const trainingPresets: Readonly<Record<TrainingPreset, TrainingSettings>> = {
  recovery: {
    seed: 1,
    batch: 1000,
    steps: 2000,
    learningRate: 2e-2,
    schedule: 'one-cycle',
    sampling: 'runs',
    noise: 0,
    l1Filters: 1e-4,
    l2Filters: 0,
    l2Readout: 0,
    activityL1: 0,
    nonNegativeReadout: true,
    start: 'receptive-field',
    initialSd: 0.1,
    validationFraction: 0.1,
    validationEvery: 200,
    patience: 0,
    restarts: 1,
  },
  recording: {
    seed: 1,
    batch: 500,
    steps: 2000,
    learningRate: 6e-3,
    schedule: 'one-cycle',
    sampling: 'runs',
    noise: 0,
    l1Filters: 1e-4,
    l2Filters: 0,
    l2Readout: 0,
    activityL1: 0,
    nonNegativeReadout: true,
    start: 'normal',
    initialSd: 0.02,
    validationFraction: 0.1,
    validationEvery: 200,
    patience: 0,
    restarts: 1,
  },
  published: {
    seed: 1,
    batch: 2000,
    steps: 50_000,
    learningRate: 1e-3,
    schedule: 'constant',
    sampling: 'runs',
    noise: 0.1,
    l1Filters: 5.5e-4,
    l2Filters: 1e-3,
    l2Readout: 1e-3,
    activityL1: 1e-3,
    nonNegativeReadout: false,
    start: 'normal',
    initialSd: 0.05,
    validationFraction: 0.1,
    validationEvery: 250,
    patience: 20,
    restarts: 1,
  },
};

/** What each number may be: least, most, whole. */
const bounds: Readonly<
  Record<NumberSetting, readonly [least: number, most: number, whole?: true]>
> = {
  seed: [0, 2 ** 32 - 1, true],
  batch: [1, 100_000, true],
  steps: [1, 10_000_000, true],
  learningRate: [1e-9, 10],
  noise: [0, 100],
  l1Filters: [0, 100],
  l2Filters: [0, 100],
  l2Readout: [0, 100],
  activityL1: [0, 100],
  initialSd: [1e-9, 10],
  validationFraction: [0.001, 0.9],
  validationEvery: [1, 10_000_000, true],
  patience: [0, 1_000_000, true],
  restarts: [1, 1000, true],
};

/** What each choice may be. */
const choices = {
  schedule: ['constant', 'one-cycle'],
  sampling: ['runs', 'shuffled'],
  start: ['normal', 'receptive-field'],
} as const satisfies { readonly [K in keyof TrainingSettings]?: readonly TrainingSettings[K][] };

type NumberSetting = {
  [K in keyof TrainingSettings]-?: TrainingSettings[K] extends number ? K : never;
}[keyof TrainingSettings];

/** Throws a `settings` error that names the first setting out of bounds and what it may be. */
export function requireSettings(settings: TrainingSettings): void {
  for (const [name, [least, most, whole]] of Object.entries(bounds)) {
    const value = settings[name as NumberSetting];
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) continue;
    throw new RetinoscopeError(
      'settings',
      `${name} is ${value}; it may be ${whole ? 'a whole number ' : ''}from ${least} to ${most}.`,
      { setting: name, value },
    );
  }
  for (const [name, accepted] of Object.entries(choices)) {
    const value = settings[name as keyof typeof choices];
    if (accepted.some((choice) => choice === value)) continue;
    throw new RetinoscopeError(
      'settings',
      `${name} is ${JSON.stringify(value)}; it may be ${accepted.map((choice) => `"${choice}"`).join(' or ')}.`,
      { setting: name, value },
    );
  }
}
