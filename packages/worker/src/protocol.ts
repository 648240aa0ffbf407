/**
 * The worker protocol: every request and result that crosses a thread boundary, and the one interface
 * that both sides are typed by. Messages are plain data; large results are transferred, not copied.
 */
import type {
  DatasetSource,
  ExperimentRun,
  Explanation,
  ExplanationRequest,
  FileRef,
  FileSummary,
  FitProgress,
  FitResult,
  FitSpec,
  FittedModel,
  Found,
  ModelCard,
  ModelNotes,
  OnnxVariant,
  Provider,
  ReceptiveField,
  ReceptiveFieldSelection,
  Selection,
  SimulationSpec,
  StimulusInput,
  StimulusRun,
  Tensor,
  WorkProgress,
} from '@retinoscope/models';

export type {
  Evaluation,
  Explanation,
  FeatureMap,
  FilterSummary,
  FitProgress,
  FitResult,
  HistoryPoint,
  OnnxVariant,
  Provider,
  ReceptiveField,
  Replicas,
  StimulusInput,
  StimulusRates,
  TestResponses,
  TrainingProgress,
} from '@retinoscope/models';

export interface DatasetSummary {
  readonly name: string;
  readonly frameRate: number;
  readonly squareSize?: number;
  readonly height: number;
  readonly width: number;
  readonly blocks: number;
  readonly blockFrames: number;
  readonly binary: boolean;
  readonly cells: readonly {
    readonly name: string;
    readonly spikes: number;
    readonly spikesPerFrame: number;
  }[];
  readonly test?: { readonly frames: number; readonly repeats: number };
  /** True subunits and temporal kernel of each cell; simulated cells only. */
  readonly truth?: readonly {
    readonly subunits: readonly Float32Array[];
    readonly temporalKernel: Float32Array;
  }[];
}

/** Where the dataset of a request comes from; the worker opens it. */
export interface FromSource {
  readonly source: DatasetSource;
}

export type CellSelection = Selection & FromSource;
export type ReceptiveFieldRequest = ReceptiveFieldSelection & FromSource;
export type FitRequest = FitSpec &
  FromSource & {
    /**
     * Workers of a pool that train this one model together, equal to one worker's result beyond rounding; fewer
     * where others are busy. Absent: as many as pay. With training noise one worker trains, and more are refused.
     * A service of one worker trains alone.
     */
    readonly replicas?: number;
  };

/** The fit of one run of an experiment. */
export interface MeasureRequest {
  readonly run: ExperimentRun;
  readonly result: FitResult;
}

export interface PredictRequest {
  readonly model: FittedModel;
  readonly source: DatasetSource;
  /** Frames of the test part, else of the training part. */
  readonly part: 'test' | 'training';
}

export interface OnnxRunRequest {
  /** Bytes of an ONNX file. */
  readonly model: Uint8Array;
  readonly input: Tensor;
}

export interface OnnxRunResult {
  readonly output: Tensor;
  readonly outputName: string;
  readonly seconds: number;
  /** What ran the model, and why. */
  readonly provider: Provider;
}

/** A stimulus in contrast, for every output of a model. */
export interface StimulusRunRequest extends StimulusInput {
  /** Bytes of an ONNX file. */
  readonly model: Uint8Array;
}

export interface StimulusRunResult extends StimulusRun {
  readonly seconds: number;
}

export interface ExplainRequest extends ExplanationRequest {
  /** Bytes of an ONNX file. */
  readonly model: Uint8Array;
}

/** A test stimulus cut into the windows that an exported model takes. */
export interface OnnxInputRequest {
  readonly model: FittedModel;
  readonly source: DatasetSource;
  readonly variant: OnnxVariant;
  /** Frames of the test part, from `first`. */
  readonly first: number;
  readonly count: number;
}

/** Controls a training in the worker that runs it. */
export type TrainingControl = 'pause' | 'resume' | 'step';

export interface SimulationResult {
  readonly frames: number;
  readonly spikes: readonly number[];
  /** Packed stimulus or values, counts and rates as files ready to be saved. */
  readonly npz: Uint8Array;
}

export interface RetinoscopeService {
  /** What a dataset is, opened and checked. */
  describe(source: DatasetSource, call?: ServiceCall<WorkProgress>): Promise<DatasetSummary>;
  simulate(
    request: { spec: SimulationSpec; frames: number; seed: number },
    call?: ServiceCall<WorkProgress>,
  ): Promise<SimulationResult>;
  receptiveField(
    request: ReceptiveFieldRequest,
    call?: ServiceCall<WorkProgress>,
  ): Promise<ReceptiveField>;
  /** One run from one seed; the pool runs restarts side by side. */
  fit(request: FitRequest, call?: ServiceCall<FitProgress>): Promise<FitResult>;
  /** Pauses, resumes or single-steps the fit in progress; false when none is. */
  control(command: TrainingControl): Promise<boolean>;
  /** What an experiment measures of the fit of one of its runs. */
  measure(request: MeasureRequest, call?: ServiceCall<WorkProgress>): Promise<Found>;
  /** Rates, spikes per frame, `[time]`, by the project's own kernels. */
  predict(request: PredictRequest, call?: ServiceCall<WorkProgress>): Promise<Float32Array>;
  /** The ONNX file of a fitted model. `frames`: takes the last frames; `filtered`: takes frames filtered in time (Version I). */
  exportOnnx(model: FittedModel, variant: OnnxVariant, notes?: ModelNotes): Promise<Uint8Array>;
  onnxInput(request: OnnxInputRequest): Promise<Tensor>;
  /** What an ONNX model is: inputs, outputs, metadata. */
  openOnnx(model: Uint8Array): Promise<ModelCard>;
  runOnnx(request: OnnxRunRequest, call?: ServiceCall<WorkProgress>): Promise<OnnxRunResult>;
  /** Rates of every output of a model for each frame of a stimulus. */
  runStimulus(
    request: StimulusRunRequest,
    call?: ServiceCall<WorkProgress>,
  ): Promise<StimulusRunResult>;
  /** Which part of a stimulus drove one output at one frame, and what the model's filters made of it. */
  explain(request: ExplainRequest, call?: ServiceCall<WorkProgress>): Promise<Explanation>;
  /** What is in a file: variables, shapes, types. */
  inspect(file: FileRef): Promise<FileSummary>;
  /** One variable of a MAT, HDF5, npy or npz file. */
  readArray(file: FileRef, variable?: string): Promise<Tensor>;
}

export interface ServiceCall<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
