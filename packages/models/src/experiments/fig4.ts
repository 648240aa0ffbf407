/**
 * Yan et al. 2020, Figure 4: one cell with more filters than it needs. Its receptive field from the spike-triggered
 * average and from the network, the filters and their features, rasters and rates.
 */
import { drawSpikes } from '../simulation/index.js';
import { defaultFilterSide, layersOf, trainingPresets } from '../training/index.js';
import { cellName, cellsOf, drawnFrames, recordedSettings } from './cells.js';
import { above, atLeast, difference, measureOf, rowsWhere } from './claims.js';
import { fieldPanel, perSecond, temporalPanel } from './drawing.js';
import type { FigurePanel } from './panels.js';
import type { Experiment, ExperimentRow, ExperimentSetting, ExperimentSize } from './types.js';

/** Version I's temporal filter: that of the STA, or learned together with the filters. */
const temporalFilters = ['given', 'fitted'] as const;
const filters = 32;
/** Of the simulated cell. */
const steps: Readonly<Record<ExperimentSize, number>> = { glance: 150, quick: 1000, full: 3000 };
const trials = 20;
const spikeSeed = 11;

export const fig4: Experiment = {
  id: 'fig4',
  title: 'One cell: receptive field, filters, features and responses',
  paper:
    'Of 32 filters at least 16 are nearly zero; the others are localised, mostly OFF features that tile the receptive field; the CC with the PSTH is about 0.75.',
  differs:
    'A simulated cell whose subunits differ in time stands for the recorded one, unless a recording is given; its true rate is what the network is compared with.',
  recordable: true,
  runs(setting) {
    const { source, single: place } = cellsOf(setting);
    const { recorded, size } = setting;
    const input = place.crop;
    return temporalFilters.map((temporal) => ({
      key: `fig4-${temporal}-cell${place.cell}`,
      factors: { cell: place.cell, temporal },
      request: {
        source: source.kind === 'simulated' ? { ...source, testRepeats: trials } : source,
        ...place,
        blocks: recorded?.blocks,
        version: 1 as const,
        rank: temporal === 'fitted' ? 1 : undefined,
        layers: layersOf(input, {
          filters,
          side: defaultFilterSide(input),
          // The paper's network of recorded cells has two layers; the simulated ones need one.
          layers: recorded && size === 'full' ? 2 : 1,
        }),
        head: 'parametric-softplus' as const,
        settings: recorded
          ? recordedSettings(size)
          : { ...trainingPresets.recovery, steps: steps[size] },
      },
      also: { networkField: true as const, drawnFrames },
    }));
  },
  claims(rows, { recorded }) {
    const [row] = rowsWhere(rows, { temporal: 'given' });
    const [fitted] = rowsWhere(rows, { temporal: 'fitted' });
    const of = (name: string) => measureOf(row, name);
    const paper = recorded
      ? { required: false }
      : {
          required: false,
          because: 'a Version I network cannot follow subunits that differ in time',
        };
    return [
      atLeast(
        'the network’s receptive field is that of the cell: cosine with the spike-triggered average',
        of('networkFieldAndSta'),
        0.9,
        { required: !recorded },
      ),
      atLeast('filters that are nearly zero, of 32', of('weakFilters'), filters / 2, {
        required: !recorded,
      }),
      above(
        'features of the cell’s own polarity − features of the other',
        difference(of('featuresLikeField'), of('featuresAgainstField')),
        0,
        { required: !recorded },
      ),
      above('CC of the network − CC of the LN model', difference(of('cc'), of('ccOfLN')), 0, {
        required: !recorded,
      }),
      atLeast('CC', of('cc'), 0.75, paper),
      atLeast(
        'beyond the paper: CC with the temporal filter fitted, too − with that of the STA',
        difference(measureOf(fitted, 'cc'), of('cc')),
        -0.01,
        { required: !recorded },
      ),
    ];
  },
  panels(rows, setting) {
    const [row] = rowsWhere(rows, { temporal: 'given' });
    const [fitted] = rowsWhere(rows, { temporal: 'fitted' });
    return row ? portrait(row, fitted, setting) : [];
  },
};

function portrait(
  row: ExperimentRow,
  fitted: ExperimentRow | undefined,
  setting: ExperimentSetting,
): FigurePanel[] {
  const { frameRate, squareSize } = cellsOf(setting);
  const { field, networkField, temporal, networkTemporal, responses } = row.drawn;
  if (!field || !networkField || !temporal || !networkTemporal || !responses) return [];
  const { start, observed, network } = responses;
  const drawn = drawSpikes(Float32Array.from(network), trials, spikeSeed);
  const simulatedTrials = Array.from({ length: trials }, (_, trial) =>
    Array.from(drawn.subarray(trial * network.length, (trial + 1) * network.length)),
  );
  const observedIs = setting.recorded ? 'PSTH' : 'true rate';
  return [
    fieldPanel(
      `Receptive field of ${cellName(row)}`,
      { sta: field, network: networkField },
      squareSize,
    ),
    temporalPanel(frameRate, {
      sta: temporal,
      network: networkTemporal,
      fitted: fitted?.drawn.modelTemporal,
    }),
    {
      kind: 'maps',
      title: 'Filters of the first layer, in the input',
      unit: 'weight',
      noun: 'filter',
      squareSize,
      maps: row.drawn.filters ?? [],
    },
    {
      kind: 'maps',
      title: 'Features: noise weighted by each filter’s response',
      unit: 'feature (stimulus SD)',
      noun: 'feature',
      squareSize,
      maps: row.drawn.features ?? [],
    },
    {
      kind: 'raster',
      title: 'Spikes to the test stimulus',
      frameRate,
      start,
      frames: observed.length,
      rows: [
        { name: 'data', role: 'observed', trials: responses.trials ?? [] },
        { name: 'drawn from the network', role: 'network', trials: simulatedTrials },
      ],
    },
    {
      kind: 'traces',
      title: `Rates, CC ${measureOf(row, 'cc')?.toFixed(3) ?? '–'}`,
      frameRate,
      start,
      unit: 'rate (spikes/s)',
      series: [
        { name: observedIs, role: 'observed', values: perSecond(observed, frameRate) },
        { name: 'network', role: 'network', values: perSecond(network, frameRate) },
      ],
    },
  ];
}
