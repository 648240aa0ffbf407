/**
 * Opens a dataset: a recording from its manifest and files, or a simulated cell. What reads recordings is loaded
 * with the first of them. Promises that stimulus and responses fit each other frame by frame.
 */
import { simulateDataset } from '../simulation/index.js';
import type { DatasetSource } from './source.js';
import type { Dataset, LongCall, WorkProgress } from './types.js';

/** Opens `source`; refuses what cannot be used with an error that says why. */
export async function openDataset(
  source: DatasetSource,
  call?: LongCall<WorkProgress>,
): Promise<Dataset> {
  if (source.kind === 'simulated') return simulateDataset(source, call);
  const { openRecording } = await import('./open-recording.js');
  return openRecording(source, call);
}
