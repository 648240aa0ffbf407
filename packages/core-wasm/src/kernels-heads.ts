/** Exports of assembly/heads.ts; equations stand with each kernel there. */

type RateLoss = (
  samples: number,
  o: number,
  y: number,
  alpha: number,
  beta: number,
  activity: number,
  scale: number,
  rate: number,
  g: number,
  sums: number,
) => void;

export interface HeadKernels {
  softplusRates(
    samples: number,
    o: number,
    alpha: number,
    beta: number,
    rate: number,
    slope: number,
  ): void;
  exponentialRates(samples: number, o: number, limit: number, rate: number, slope: number): void;
  logisticRates(samples: number, o: number, rate: number): void;
  poissonLoss: RateLoss;
  squaredLoss: RateLoss;
  binomialLoss(
    samples: number,
    o: number,
    y: number,
    activity: number,
    scale: number,
    rate: number,
    g: number,
    sums: number,
  ): void;
}
