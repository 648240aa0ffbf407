/** What a session found, to be saved: numbers as a JSON report, arrays as an npz file. */

import type { FitResult } from '@retinoscope/worker';
import { type Tensor, writeNpz } from '@retinoscope/worker';
import { lossOf } from './fit-settings.js';
import { versionText } from './network-text.js';
import type { SessionState } from './session.js';

/** Every number of a session as plain data; arrays that are pictures are left to the npz file. */
export function sessionReport(state: SessionState): Record<string, unknown> {
  const { source, summary, cell, crop, receptiveField, receptiveFieldBlocks, fitRequest, fit } =
    state;
  return {
    format: 'retinoscope-report',
    formatVersion: 1,
    softwareVersion: fit?.model.softwareVersion,
    recording: summary && {
      name: summary.name,
      source:
        source?.kind === 'recording'
          ? { ...source, files: source.files.map(({ name }) => name) }
          : source,
      frameRate: summary.frameRate,
      squareSize: summary.squareSize,
      height: summary.height,
      width: summary.width,
      blocks: summary.blocks,
      blockFrames: summary.blockFrames,
      test: summary.test,
      cell,
      cellName: summary.cells[cell].name,
      spikes: summary.cells[cell].spikes,
      spikesPerFrame: summary.cells[cell].spikesPerFrame,
    },
    crop,
    receptiveField: receptiveField && {
      blocks: receptiveFieldBlocks,
      lags: receptiveField.lags,
      peak: receptiveField.peak,
      peakZ: receptiveField.peakZ,
      polarity: receptiveField.polarity,
      significant: receptiveField.significant,
      separability: receptiveField.separability,
      temporal: Array.from(receptiveField.temporal),
      spikes: receptiveField.spikes,
    },
    training: fitRequest && {
      blocks: fitRequest.blocks,
      network: versionText(fitRequest),
      version: fitRequest.version,
      rank: fitRequest.rank,
      layers: fitRequest.layers,
      head: fitRequest.head,
      loss: lossOf(fitRequest.head, fitRequest.settings.loss),
      settings: fitRequest.settings,
    },
    result: fit && resultOf(fit),
  };
}

function resultOf(fit: FitResult): Record<string, unknown> {
  return {
    ...fit.evaluation,
    matchedCosines: fit.matchedCosines && [...fit.matchedCosines],
    distinctSubunits: fit.distinctSubunits,
    effectiveFilters: fit.effectiveFilters,
    filters: fit.filters.map(({ moransI, strength, effective, match }) => ({
      moransI,
      strength,
      effective,
      match,
    })),
    validationLoss: fit.validationLoss,
    spikes: fit.spikes,
    steps: fit.steps,
    seconds: fit.seconds,
    samplesPerSecond: fit.samplesPerSecond,
    history: fit.history,
  };
}

/** The network's parameters, its filters and the test responses as an npz file. */
export function sessionNpz(fit: FitResult): Uint8Array {
  return writeNpz(sessionArrays(fit));
}

/** Names and shapes of what the npz file holds. */
export function sessionArrays(fit: FitResult): Record<string, Tensor> {
  const { model, filters, receptiveField, test } = fit;
  const { architecture, parameters, temporalFilter } = model;
  const arrays: Record<string, Tensor> = {};
  let channels = architecture.version === 1 ? 1 : architecture.lags;
  let { height, width } = architecture;
  architecture.layers.forEach((layer, index) => {
    const { weights, bias } = parameters.layers[index];
    arrays[`layer${index}_weights`] = {
      shape: [layer.filters, channels, layer.height, layer.width],
      data: weights,
    };
    arrays[`layer${index}_bias`] = { shape: [layer.filters], data: bias };
    channels = layer.filters;
    height -= layer.height - 1;
    width -= layer.width - 1;
  });
  arrays.readout = { shape: [channels, height, width], data: parameters.readout };
  const { readoutBias, alpha, beta } = parameters;
  arrays.readout_bias_alpha_beta = { shape: [3], data: Float32Array.of(readoutBias, alpha, beta) };
  if (temporalFilter) {
    arrays.temporal_filter = { shape: [temporalFilter.length], data: temporalFilter };
  }
  arrays.embedded_filters = {
    shape: [filters.length, architecture.height, architecture.width],
    data: joined(filters.map(({ embedded }) => embedded)),
  };
  const { lags, sta } = receptiveField;
  arrays.sta = { shape: [lags, receptiveField.height, receptiveField.width], data: sta };
  if (test) {
    const { observed, network, ln } = test;
    arrays.test_observed = { shape: [observed.length], data: observed };
    arrays.test_network = { shape: [network.length], data: network };
    arrays.test_ln = { shape: [ln.length], data: ln };
  }
  return arrays;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
