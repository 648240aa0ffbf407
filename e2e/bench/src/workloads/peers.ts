/**
 * Training steps of other libraries on W1, W2 and W3. Each is given the windows of one batch beforehand and must
 * find the loss that the engine finds for them.
 */
import { type Build, Engine, frameValues, type NetworkShape } from '@retinoscope/core-wasm';
import type { Peer, PeerJob, PeerPlace, PeerTask, PeerVariant } from '../peer.js';
import type { Job, Row } from '../rows.js';
import { alone } from '../shared-memory.js';
import { binaryMovie, smallParameters, spikeCounts } from './stimuli.js';
import { stepRule, trainingWorkloads, workloadName } from './training.js';

/** Workloads that other libraries are timed on. */
const names = ['W1', 'W2', 'W3'];

/** Relative difference of the losses at the most: float32 sums in another order. */
const tolerance = 1e-3;

export function peerRows(peer: Peer, place: PeerPlace, probe: Build): Row[] {
  let opened: Promise<void> | undefined;
  const open = () => {
    opened ??= alone(() => peer.open(place));
    return opened;
  };
  return trainingWorkloads
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, shape, batches }) =>
      batches.flatMap((batch) =>
        peer.variants.map((variant): Row => {
          const size = { batch, layers: shape.layers.length };
          return {
            workload: workloadName(name, batch),
            by: variant.by,
            unit: 'samples',
            probe,
            granted: variant.granted(size),
            async prepare() {
              const reason = variant.refuses(size);
              if (reason !== undefined) throw new Error(reason);
              await open();
              return prepare(variant, shape, batch);
            },
          };
        }),
      ),
    );
}

async function prepare(variant: PeerVariant, shape: NetworkShape, batch: number): Promise<Job> {
  const { task, loss } = await taskOf(shape, batch);
  const job: PeerJob = await alone(() => variant.prepare(task));
  const found = await alone(async () => job.loss());
  if (!(Math.abs(found - loss) <= tolerance * Math.abs(loss))) {
    throw new Error(`its loss is ${found}, that of the engine ${loss}: not the same network`);
  }
  return { units: batch, run: () => alone(() => job.run()), dispose: () => job.dispose?.() };
}

/** A batch and parameters as plain arrays, and the loss that the engine finds for them. */
async function taskOf(
  shape: NetworkShape,
  batch: number,
): Promise<{ task: PeerTask; loss: number }> {
  const { lags, height: side, layers } = shape;
  const [first, second] = layers;
  const frames = batch + lags - 1;
  const movie = await binaryMovie(frames, shape);
  const counts = await spikeCounts(frames);
  const parameters = await smallParameters(shape);
  const samples = Uint32Array.from({ length: batch }, (_, i) => i + lags - 1);

  const engine = await Engine.create(shape, { batch, build: 'simd' });
  engine.setParameters(parameters);
  const held = engine.addMovie(movie, { counts });
  const { loss } = engine.gradient(held, samples, { ...stepRule, l1Filters: 0 });

  const squares = side * side;
  const values = frameValues(movie, 0, frames);
  const windows = new Float32Array(batch * lags * squares);
  samples.forEach((frame, sample) => {
    for (let lag = 0; lag < lags; lag++) {
      const from = (frame - lag) * squares;
      windows.set(values.subarray(from, from + squares), (sample * lags + lag) * squares);
    }
  });
  const task: PeerTask = {
    batch,
    lags,
    side,
    filters: first.filters,
    filterSide: first.height,
    windows,
    counts: counts.subarray(lags - 1),
    weights: parameters.layers[0].weights,
    secondWeights: second && parameters.layers[1].weights,
    readout: parameters.readout,
    patches: () => unroll(windows, { batch, lags, side, filterSide: first.height }),
  };
  return { task, loss };
}

/** Patches `[batch, y, x, lag, filter y, filter x]` of windows `[batch, lag, y, x]`. */
function unroll(
  windows: Float32Array,
  { batch, lags, side, filterSide }: Pick<PeerTask, 'batch' | 'lags' | 'side' | 'filterSide'>,
): Float32Array {
  const output = side - filterSide + 1;
  const patches = new Float32Array(batch * output * output * lags * filterSide * filterSide);
  let at = 0;
  for (let sample = 0; sample < batch; sample++) {
    for (let corner = 0; corner < output * output; corner++) {
      const top = Math.floor(corner / output);
      const left = corner % output;
      for (let lag = 0; lag < lags; lag++) {
        for (let y = top; y < top + filterSide; y++) {
          const from = ((sample * lags + lag) * side + y) * side + left;
          patches.set(windows.subarray(from, from + filterSide), at);
          at += filterSide;
        }
      }
    }
  }
  return patches;
}
