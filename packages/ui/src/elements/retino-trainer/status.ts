/** What a training is doing and what came of it, in words. Pure. */
import type { FitResult, TrainingProgress } from '@retinoscope/worker';
import type { SessionState } from '../../controllers/session.js';
import { duration, fixed, plural, significant } from '../../controllers/text.js';
import { formatCount } from '../../plots/scale.js';
import type { Fact } from '../shared/fact-list.js';

/** Share done in [0, 1]; undefined when nothing is going on. */
export function shareDone(state: SessionState): number | undefined {
  const { progress } = state;
  if (state.activity === 'idle') return undefined;
  if (!progress) return 0;
  return progress.kind === 'work' ? progress.done : progress.step / Math.max(progress.steps, 1);
}

/** One line beside the progress bar. */
export function progressLine(state: SessionState): string {
  const { progress, activity } = state;
  if (activity === 'idle') return '';
  if (!progress) return activity === 'opening' ? 'Opening the recording' : 'Starting';
  if (progress.kind === 'work') return progress.what;
  const restarts = state.fitRequest?.settings.restarts ?? 1;
  const run = restarts > 1 ? `run ${progress.restart + 1} of ${restarts}, ` : '';
  const step = `${run}step ${formatCount(progress.step)} of ${formatCount(progress.steps)}`;
  return activity === 'paused' ? `Paused at ${step}` : capitalised(step);
}

/** Speed and what is left, at the other end of that line. */
export function speedLine(progress: TrainingProgress): string {
  const speed = `${formatCount(progress.samplesPerSecond)} samples/s`;
  return progress.paused ? speed : `${speed}, ${duration(progress.secondsLeft)} left`;
}

/** For assistive technology, said at a slow rate: whole tenths only, so that it changes seldom. */
export function spokenStatus(state: SessionState): string {
  const { activity, progress, error, fit } = state;
  if (error) return `Failed. ${error.message}`;
  switch (activity) {
    case 'opening':
      return 'Opening the recording.';
    case 'receptive-field':
      return 'Finding the receptive field.';
    case 'paused':
      return 'Training is paused.';
    case 'training': {
      if (progress?.kind !== 'training') return 'Preparing the training.';
      const tenths = Math.floor((10 * progress.step) / Math.max(progress.steps, 1));
      return `Training, ${10 * tenths} percent done.`;
    }
    case 'idle':
      return fit ? `Training is done. ${outcome(fit)}` : '';
  }
}

/** One sentence on a finished fit. */
function outcome(fit: FitResult): string {
  const { evaluation, distinctSubunits, seconds } = fit;
  const cc = evaluation.rateCC ?? evaluation.psthCC;
  const against = evaluation.rateCC === undefined ? 'PSTH' : 'true rate';
  const agreement = cc === undefined ? '' : `, CC ${fixed(cc)} with the ${against}`;
  return `${plural(distinctSubunits, 'distinct subunit')}${agreement}, in ${duration(seconds)}.`;
}

/** What a fit came to, as name and value, in reading order; only what is known. */
export function facts(fit: FitResult): readonly Fact[] {
  const { evaluation, matchedCosines } = fit;
  const rows: [string, string | undefined][] = [
    ['CC with the true rate', known(evaluation.rateCC)],
    [
      fit.test?.repeats === 1 ? 'CC with the one trial' : 'CC with the PSTH',
      known(evaluation.psthCC),
    ],
    ['CC of the LN model', known(evaluation.lnCC)],
    ['Noise ceiling', known(evaluation.noiseCeiling)],
    ['Bits per spike', known(evaluation.bitsPerSpike)],
    ['Distinct subunits', String(fit.distinctSubunits)],
    ['Effective filters', `${fit.effectiveFilters} of ${fit.filters.length}`],
    [
      'Cosine with true subunits',
      matchedCosines?.length
        ? matchedCosines.map((cosine) => fixed(cosine, 2)).join(' ')
        : undefined,
    ],
    ['Validation loss', significant(fit.validationLoss, 4)],
    ['Spikes trained on', formatCount(fit.spikes)],
    ['Speed', `${formatCount(fit.samplesPerSecond)} samples/s`],
    ['Training time', duration(fit.seconds)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function known(value: number | undefined): string | undefined {
  return value === undefined ? undefined : fixed(value);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
