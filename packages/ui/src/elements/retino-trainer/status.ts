/** What a training is doing and what came of it, in words. Pure. */
import type { FitResult, TrainingProgress } from '@retinoscope/worker';
import { lossOf } from '../../controllers/fit-settings.js';
import { headText, lossText, versionText } from '../../controllers/network-text.js';
import type { SessionState } from '../../controllers/session.js';
import { duration, fixed, plural, significant } from '../../controllers/text.js';
import { formatCount } from '../../plots/numbers.js';
import type { Fact } from '../shared/fact-list.js';

/** Share of the whole call done, in [0, 1]; undefined when nothing is going on. */
export function shareDone({ activity, phase }: SessionState): number | undefined {
  return activity === 'idle' ? undefined : (phase?.done ?? 0);
}

/** One line beside the progress bar. */
export function progressLine(state: SessionState): string {
  const { progress, phase, activity } = state;
  if (activity === 'idle') return '';
  if (progress?.kind !== 'training') return phase?.what ?? 'Starting';
  const step = `step ${formatCount(progress.step)} of ${formatCount(progress.steps)}`;
  const at = `${runOf(state)}${step}`;
  if (activity === 'paused') return `Paused at ${at}`;
  return phase && phase.what !== training ? phase.what : capitalised(at);
}

const training = 'Training a network';

/** `run 2 of 3, `; empty where there is only one. */
function runOf({ run, fitRequest }: SessionState): string {
  const restarts = fitRequest?.settings.restarts ?? 1;
  return restarts > 1 ? `run ${run + 1} of ${restarts}, ` : '';
}

/** What the training curves show, where there is more than one run. */
export function runsCaption(state: SessionState): string {
  const { fitRequest, run, fit, activity, otherTraces } = state;
  const restarts = fitRequest?.settings.restarts ?? 1;
  if (restarts < 2) return '';
  const which = `Run ${run + 1} of ${restarts}`;
  const kept = fit && activity === 'idle' ? ', kept for its validation loss' : '';
  return `${which}${kept}${otherTraces.length > 0 ? '; the other runs are drawn faintly' : ''}.`;
}

/** What the training curves call the loss; undefined before there is a training. */
export function lossNameOf({ fitRequest }: SessionState): string | undefined {
  return fitRequest && `${lossText[lossOf(fitRequest.head, fitRequest.settings.loss)]} loss`;
}

/** Speed and what is left, at the other end of that line. */
export function speedLine(progress: TrainingProgress): string {
  const speed = `${formatCount(progress.samplesPerSecond)} samples/s`;
  return progress.paused ? speed : `${speed}, ${duration(progress.secondsLeft)} left`;
}

/** For assistive technology, said at a slow rate: whole tenths only, so that it changes seldom. */
export function spokenStatus(state: SessionState): string {
  const { activity, progress, phase, error, fit } = state;
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
      const tenths = Math.floor(10 * (phase?.done ?? 0));
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
  const { architecture, provenance } = fit.model;
  const { head } = architecture;
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
      matchedCosines?.length ? matchedCosines.map((cosine) => fixed(cosine)).join(' ') : undefined,
    ],
    ['Network', versionText(architecture)],
    ['Output', headText[head]],
    ['Loss', lossText[lossOf(head, provenance.settings.loss)]],
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
