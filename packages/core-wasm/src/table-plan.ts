/**
 * How the first layer over bits is cut into tables: a written-down cost model, calibrated by measurement, and the
 * cheapest plan by it. Units are nanoseconds of the machine it was calibrated on; only ratios matter.
 */

export interface TableShape {
  readonly outHeight: number;
  readonly outWidth: number;
  /** Vectors of four filters at each position, copies included. */
  readonly vectors: number;
  /** Filter rows: lags × height. */
  readonly runs: number;
  /** Squares of a filter row. */
  readonly taps: number;
}

export interface TablePlan {
  /** Neighbouring outputs of a row that share a look-up. */
  readonly spread: number;
  /** Vectors of a table's entry: 1, 2 or 4. */
  readonly entry: 1 | 2 | 4;
  /** Bits of each chunk of the widened filter row, in order. */
  readonly chunks: readonly number[];
  /** Estimated cost of a batch. */
  readonly cost: number;
}

/**
 * Costs: a look-up, forward and back together, is `lookup` + `vector`·V for an entry of V vectors; a vector of outputs
 * is read and written at `pass` once a chunk; a vector of a table's entry is built and folded at `entry` once a batch.
 */
const unit = { lookup: 1.1, vector: 0.48, pass: 0.5, entry: 1.2 } as const;

const mostBits = 8;

/** The cheapest plan for batches of `samples` samples. */
export function planTables(shape: TableShape, samples: number): TablePlan {
  let best: TablePlan | undefined;
  for (const spread of divisors(shape.outWidth)) {
    const vectors = spread * shape.vectors;
    const width = shape.taps + spread - 1;
    for (const entry of [4, 2, 1] as const) {
      if (vectors % entry) continue;
      for (let bits = Math.min(mostBits, width); bits >= Math.min(3, width); bits--) {
        const chunks = evenChunks(width, bits);
        const tiles = vectors / entry;
        const columns = shape.outHeight * (shape.outWidth / spread) * tiles * chunks.length;
        const look = columns * shape.runs * (unit.lookup + unit.vector * entry);
        const pass = columns * entry * unit.pass;
        const entries = chunks.reduce((sum, b) => sum + 2 ** b, 0) * shape.runs * vectors;
        const cost = samples * (look + pass) + entries * unit.entry;
        if (!best || cost < best.cost) best = { spread, entry, chunks, cost };
      }
    }
  }
  if (!best) throw new RangeError('No table plan: the layer has no outputs.');
  return best;
}

/** Outputs that may share a look-up: more than 8 would only add zero weights. */
function divisors(width: number): number[] {
  return Array.from({ length: Math.min(8, width) }, (_, i) => i + 1).filter((n) => width % n === 0);
}

/** `width` squares in as few chunks of at most `bits` as can be, as even as can be, the larger first. */
function evenChunks(width: number, bits: number): number[] {
  const count = Math.ceil(width / bits);
  return Array.from({ length: count }, (_, i) => Math.ceil((width - i) / count));
}
