/** Puts the elements together: permalink, theme, dropped files, the result line and the files to save. No science. */
import {
  type Activity,
  blockText,
  type ChosenSettings,
  fileName,
  type JobResult,
  jobResult,
  type Permalink,
  type Prediction,
  type RetinoCell,
  type RetinoFigure,
  type RetinoPredictor,
  type RetinoTrainer,
  readPermalink,
  resultLine,
  type Session,
  type SessionState,
  saveFile,
  sessionNpz,
  sessionReport,
  writePermalink,
} from '@retinoscope/ui';
import { placeSite } from '@retinoscope/ui/embedding';
import { connectOffline } from './offline.js';
import { connectThemeButton } from './theme.js';

/** Idle milliseconds after which what follows is another job. */
const pause = 1000;

/** Where the error is told in full. */
const failures: Readonly<Record<Activity, string | undefined>> = {
  opening: 'The recording could not be opened; the reason stands under Cell.',
  'receptive-field': 'No receptive field could be found; the reason stands under Receptive field.',
  training: 'The training failed; the reason stands under Training.',
  paused: 'The training failed; the reason stands under Training.',
  idle: undefined,
};

const cell = element<RetinoCell>('cell');
const trainer = element<RetinoTrainer>('trainer');
const predictor = element<RetinoPredictor>('predictor');
const result = element<HTMLElement>('result');

placeSite(new URL('./', document.baseURI));
let link = readPermalink(location.hash);
apply(link);
connectThemeButton(element<HTMLButtonElement>('theme'));
connectOffline(element('offline'));

const session = cell.currentSession;
follow(session);
connectSaving(session);
connectPermalink();
connectDrops();
connectFigures(session);

function apply({ cell: preset, settings }: Permalink): void {
  cell.preset = preset ?? 'paper';
  const {
    preset: training,
    version,
    rank,
    head,
    loss,
    filters,
    layers,
    filterSize,
    seed,
    steps,
    restarts,
    blocks,
  } = settings;
  trainer.training = training;
  trainer.version = text(version);
  trainer.rank = text(rank);
  trainer.head = head;
  trainer.loss = loss;
  trainer.filters = text(filters);
  trainer.layers = text(layers);
  trainer.filterSize = text(filterSize);
  trainer.seed = text(seed);
  trainer.steps = text(steps);
  trainer.restarts = text(restarts);
  trainer.blocks = blocks && blockText(blocks);
}

function connectPermalink(): void {
  const write = (next: Permalink) => {
    link = next;
    history.replaceState(null, '', `${location.pathname}${location.search}${writePermalink(link)}`);
  };
  trainer.addEventListener('retino-settings', (event) => {
    write({ ...link, settings: (event as CustomEvent<ChosenSettings>).detail });
  });
  cell.addEventListener('retino-source', (event) => {
    const { detail } = event as CustomEvent<unknown>;
    write({ ...link, cell: detail === 'paper' || detail === 'code' ? detail : undefined });
  });
  addEventListener('hashchange', () => {
    if (location.hash.includes('=')) location.reload();
  });
}

/** Shows what is going on, then what came of it. The first job is timed from the opening of the page. */
function follow(current: Session): void {
  let started = 0;
  let idleSince = Number.POSITIVE_INFINITY;
  let activity = current.state.activity;
  let told: SessionState['fit'];
  let again = (): void => undefined;
  current.addEventListener('change', () => {
    const { state } = current;
    const now = performance.now();
    if (activity === 'idle' && state.activity !== 'idle' && now - idleSince > pause) started = now;
    if (activity !== 'idle' && state.activity === 'idle') idleSince = now;
    activity = state.activity;
    if (state.fit && state.fit === told && activity === 'idle' && !failureLine(state))
      return again();
    const line = failureLine(state) ?? activityLine(state);
    if (line !== undefined && line !== result.textContent) tell(line);
  });
  predictor.addEventListener('retino-predict-failed', () => {
    if (current.state.fit !== told) tell('The prediction failed; the reason stands under Predict.');
  });
  predictor.addEventListener('retino-predict', (event) => {
    const { state } = current;
    if (!state.fit || state.fit === told) return;
    const seconds = (performance.now() - started) / 1000;
    const job = jobResult(state, (event as CustomEvent<Prediction>).detail, seconds);
    if (!job) return;
    told = state.fit;
    const builtIn = state.source?.kind === 'simulated';
    again = () => tell(resultLine(job), job, builtIn);
    again();
  });
}

function failureLine({ failed }: SessionState): string | undefined {
  return failed && failures[failed];
}

function activityLine({ activity, phase, fit, source }: SessionState): string | undefined {
  switch (activity) {
    case 'opening':
      return 'Opening the cell.';
    case 'receptive-field':
      return 'Finding the receptive field.';
    case 'training':
      return `${phase?.what ?? 'Training a network'}.`;
    case 'paused':
      return 'The training is paused.';
    case 'idle':
      if (fit) return 'Predicting with ONNX Runtime.';
      return source ? 'Ready to train.' : undefined;
  }
}

function tell(line: string, job?: JobResult, builtIn = false): void {
  result.textContent = line;
  const attributes: Record<string, string | undefined> = {
    'data-testid': builtIn ? 'built-in-result' : undefined,
    'data-min-cosine': text(job?.minCosine),
    'data-rate-cc': text(job?.rateCC),
    'data-onnx-difference': text(job?.onnxDifference),
    'data-seconds': job?.seconds.toFixed(2),
  };
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) result.removeAttribute(name);
    else result.setAttribute(name, value);
  }
}

function connectSaving(current: Session): void {
  const onnx = element<HTMLButtonElement>('save-onnx');
  const npz = element<HTMLButtonElement>('save-npz');
  const report = element<HTMLButtonElement>('save-report');
  const name = () => `${current.state.summary?.name ?? 'cell'} ${current.state.cell}`;
  const save = (part: BlobPart, type: string, extension: string) => {
    saveFile(new Blob([part], { type }), fileName(name(), extension));
  };
  const refresh = () => {
    onnx.disabled = !current.state.onnx;
    npz.disabled = !current.state.fit;
    report.disabled = !current.state.summary;
  };
  onnx.addEventListener('click', () => {
    const { onnx: bytes } = current.state;
    if (bytes) save(new Uint8Array(bytes), 'application/octet-stream', 'onnx');
  });
  npz.addEventListener('click', () => {
    const { fit } = current.state;
    if (fit) save(new Uint8Array(sessionNpz(fit)), 'application/zip', 'npz');
  });
  report.addEventListener('click', () => {
    save(
      `${JSON.stringify(sessionReport(current.state), undefined, 2)}\n`,
      'application/json',
      'json',
    );
  });
  current.addEventListener('change', refresh);
  refresh();
}

/** The figures can be of the recording's cells, too. */
function connectFigures(current: Session): void {
  const figures = element<RetinoFigure>('figures');
  current.addEventListener('change', () => {
    const { source, summary } = current.state;
    const tested = source?.kind === 'recording' && summary?.test ? source : undefined;
    if (figures.recording !== tested) figures.recording = tested;
  });
}

/** Files dropped beside the elements: a model is predicted with, everything else is a recording. */
function connectDrops(): void {
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    const [first] = files;
    const isModel = files.length === 1 && /\.onnx$/i.test(first.name);
    (isModel ? predictor : cell).scrollIntoView({ block: 'start' });
    if (isModel) void predictor.loadModel(first);
    else void cell.loadFiles(files);
  });
}

function element<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found as Kind;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
