/** A fit as it is saved: the numbers of the report and the arrays of its filters. */
import { writeNpz } from '@retinoscope/models';
import type { FitRequest, FitResult } from '@retinoscope/worker';

/** Plain numbers; what was not measured is null. */
export function fitReport(request: FitRequest, result: FitResult) {
  const { evaluation, receptiveField, model } = result;
  return {
    rateCC: evaluation.rateCC ?? null,
    psthCC: evaluation.psthCC ?? null,
    lnCC: evaluation.lnCC ?? null,
    noiseCeiling: evaluation.noiseCeiling ?? null,
    bitsPerSpike: evaluation.bitsPerSpike ?? null,
    matchedCosines: result.matchedCosines ?? null,
    effectiveFilters: result.effectiveFilters,
    distinctSubunits: result.distinctSubunits,
    spikes: result.spikes,
    steps: result.steps,
    samplesPerSecond: result.samplesPerSecond,
    seconds: result.seconds,
    validationLoss: result.validationLoss,
    recording: model.provenance.recording,
    cell: request.cell,
    crop: model.provenance.crop,
    peak: receptiveField.peak,
    polarity: receptiveField.polarity,
    version: request.version,
    layers: request.layers,
    head: request.head,
    settings: request.settings,
    /** Of the restart that was kept. */
    seed: model.provenance.seed,
    softwareVersion: model.softwareVersion,
  };
}

/** npz of the first layer: weights `[filter, channel, y, x]` and, by filter, the maps and profiles shown of it. */
export function filterArrays({ model, filters, receptiveField: field }: FitResult): Uint8Array {
  const { architecture, parameters, provenance } = model;
  const [{ height, width }] = architecture.layers;
  const channels = architecture.version === 1 ? 1 : architecture.lags;
  const { crop } = provenance;
  const count = filters.length;
  const stack = (
    shape: number[],
    part: (filter: FitResult['filters'][number]) => Float32Array,
  ) => ({
    shape: [count, ...shape],
    data: Float32Array.from(filters.flatMap((filter) => [...part(filter)])),
  });
  return writeNpz({
    sta: { shape: [field.lags, field.height, field.width], data: field.sta },
    receptive_field: { shape: [field.height, field.width], data: field.spatial },
    temporal_filter: { shape: [field.lags], data: field.temporal },
    weights: { shape: [count, channels, height, width], data: parameters.layers[0].weights },
    bias: { shape: [count], data: parameters.layers[0].bias },
    spatial: stack([height, width], ({ spatial }) => spatial),
    temporal: stack([architecture.lags], ({ temporal }) => temporal),
    embedded: stack([crop.height, crop.width], ({ embedded }) => embedded),
    feature: stack([crop.height, crop.width], ({ feature }) => feature),
    morans_i: stack([], ({ moransI }) => Float32Array.of(moransI)),
    strength: stack([], ({ strength }) => Float32Array.of(strength)),
    effective: {
      shape: [count],
      data: Uint8Array.from(filters, ({ effective }) => (effective ? 1 : 0)),
    },
  });
}
