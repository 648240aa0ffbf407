/** `retinoscope sta`: the receptive field of one cell. */

import { writeNpz } from '@retinoscope/models';
import type { ReceptiveField } from '@retinoscope/worker';
import type { Command } from 'commander';
import { addDatasetOptions, type DatasetOptions, locateCell } from '../dataset.js';
import { prepareOutDir, writeFiles } from '../out-dir.js';
import { digits, note, writeResult } from '../output.js';
import { whole } from '../parse.js';
import { withService } from '../run.js';

interface StaOptions extends DatasetOptions {
  readonly shuffles?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addSta(program: Command): void {
  addDatasetOptions(
    program
      .command('sta')
      .description('spike-triggered average, receptive field and its significance'),
  )
    .option('--shuffles <n>', 'circular shifts behind the z-score', whole(4, 10_000))
    .option('--out <dir>', 'folder for sta.npz')
    .option('--json', 'one JSON object on stdout')
    .action(sta);
}

async function sta(options: StaOptions): Promise<void> {
  const { out, json, shuffles } = options;
  if (out !== undefined) await prepareOutDir(out);
  const found = await withService({}, async (service, run) => {
    const { source, summary, cell, blocks, lags, crop } = await locateCell(service, options, run);
    const request = { source, cell, blocks, lags, crop, shuffles };
    return { summary, crop, field: await service.receptiveField(request, run.call) };
  });
  const { field, crop, summary } = found;
  const [file] = out === undefined ? [] : await writeFiles(out, { 'sta.npz': arrays(field) });
  const result = {
    recording: summary.name,
    cell: options.cell,
    peak: field.peak,
    polarity: field.polarity,
    peakZ: field.peakZ,
    significant: field.significant,
    separability: field.separability,
    spikes: field.spikes,
    lags: field.lags,
    crop: crop ?? null,
    file: file ?? null,
  };
  if (!field.significant) note('No square stands out of the shuffled spike trains.');
  writeResult(json, result, [
    ['recording', summary.name],
    ['cell', String(options.cell)],
    ['peak', `x ${field.peak.x}, y ${field.peak.y}`],
    ['polarity', field.polarity],
    ['peak z', digits(field.peakZ)],
    ['separability', digits(field.separability)],
    ['spikes', String(field.spikes)],
    ['file', file],
  ]);
}

function arrays({ lags, height, width, sta, spatial, temporal, z }: ReceptiveField): Uint8Array {
  return writeNpz({
    sta: { shape: [lags, height, width], data: sta },
    spatial: { shape: [height, width], data: spatial },
    temporal: { shape: [lags], data: temporal },
    z: { shape: [height, width], data: z },
  });
}
