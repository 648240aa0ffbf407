/**
 * First-layer convolution over bits: look-ups in tables of partial sums (see assembly/tables.ts). Promises the same
 * outputs and gradients as the dense one, up to rounding.
 */
import { framesBetweenTables, lagsTakeTurns } from './block-size.js';
import type { LayerLayout } from './engine-layout.js';
import {
  type Convolution,
  type ConvolutionPlace,
  type HeldMovie,
  type Output,
  oddLines,
  type Rows,
} from './first-layer.js';
import type { Core } from './load.js';
import { frameBytes, rowBytes } from './movie.js';
import type { NetworkShape } from './network.js';
import { planTables, type TablePlan } from './table-plan.js';

/** Tables of one lag, chunk and tile. */
interface TableGroup {
  readonly lag: number;
  /** First square of the chunk in the widened filter row, and its squares. */
  readonly first: number;
  readonly bits: number;
  /** First vector of the tile. */
  readonly vector: number;
  readonly tables: number;
  readonly gradients: number;
  readonly starts: boolean;
  readonly ends: boolean;
}

/** Bytes of output rows of one frame that are done together, where rows are done apart. */
const rowBytesAtOnce = 8 * 1024;

export class TableConvolution implements Convolution {
  readonly plan: TablePlan;
  private readonly groups: readonly TableGroup[];
  /** Whether the lags take turns in the same tables. */
  private readonly inTurn: boolean;
  private readonly gathered: number;
  private readonly start: number;
  private readonly frameBytes: number;
  private readonly rowBytes: number;
  private readonly lagStride: number;
  private readonly perPosition: number;
  private movie?: HeldMovie;

  constructor(
    private readonly core: Core,
    shape: NetworkShape,
    private readonly layer: LayerLayout,
    private readonly place: ConvolutionPlace,
  ) {
    const { arena } = core;
    this.rowBytes = rowBytes(shape.width);
    this.frameBytes = frameBytes(shape.height, shape.width);
    const vectors = (layer.padded * layer.copies) / 4;
    this.perPosition = vectors * 16;
    this.plan = planTables(
      {
        outHeight: layer.outHeight,
        outWidth: layer.outWidth,
        vectors,
        runs: layer.runs,
        taps: layer.kernelWidth,
      },
      place.batch,
    );
    const { spread, entry, chunks } = this.plan;
    this.inTurn = place.lags > 1 && lagsTakeTurns(layer.positions * this.perPosition, place.batch);
    const groups: TableGroup[] = [];
    // Tile by tile within a lag, so that a tile's outputs stay in a cache while its chunks pass over them.
    for (let lag = 0; lag < place.lags; lag++) {
      for (let vector = 0; vector < spread * vectors; vector += entry) {
        let first = 0;
        for (const [c, bits] of chunks.entries()) {
          const starts = lag === 0 && c === 0;
          const ends = lag === place.lags - 1 && c === chunks.length - 1;
          const at = first;
          const same = (g: TableGroup) => g.first === at && g.vector === vector;
          const shared = this.inTurn ? groups.find(same) : undefined;
          const { tables, gradients } = shared ?? this.allocateTables(bits);
          groups.push({ lag, first, bits, vector, tables, gradients, starts, ends });
          first += bits;
        }
      }
    }
    this.groups = groups;
    // Look-ups load a word, of which the last may lie past the last frame.
    this.lagStride = oddLines(place.frames * this.frameBytes + this.rowBytes + 16);
    this.gathered = arena.allocate(place.lags * this.lagStride);
    this.start = arena.allocate(spread * this.perPosition);
  }

  /** An odd number of cache lines, so that a position's values through time do not compete for one set. */
  outputStride(outputBytes: number): number {
    return outputBytes < 512 ? outputBytes : oddLines(outputBytes);
  }

  get rowsAtOnce(): number {
    const bytes = this.layer.outWidth * this.perPosition;
    const rows = Math.floor(rowBytesAtOnce / bytes / 2) * 2;
    return Math.min(this.layer.outHeight, Math.max(2, rows));
  }

  prepare(movie: HeldMovie): void {
    this.movie = movie;
    const { layer, place } = this;
    const { kernels, arena } = this.core;
    if (!this.inTurn) for (const group of this.groups) this.build(group);
    const perBlock = layer.block / 4;
    for (let f = 0; f < layer.padded * layer.copies; f += layer.block) {
      kernels.shiftBias(
        layer.runs,
        layer.kernelWidth,
        perBlock,
        movie.low,
        place.parameters + layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes,
        layer.runStride,
        place.bias + f * 4,
        this.start + f * 4,
      );
    }
    const start = arena.u8(this.start, this.plan.spread * this.perPosition);
    for (let i = 1; i < this.plan.spread; i++)
      start.copyWithin(i * this.perPosition, 0, this.perPosition);
  }

  gather(movie: HeldMovie, frames: number, count: number): void {
    this.core.kernels.gatherFrames(
      count,
      frames,
      movie.pointer,
      this.place.lags,
      this.frameBytes,
      this.lagStride,
      this.gathered,
    );
  }

  forward(count: number, rows: Rows, out: Output, floor: number): void {
    const { layer } = this;
    const { kernels } = this.core;
    const row = layer.outWidth * this.perPosition;
    const forward =
      this.plan.entry === 4
        ? kernels.tableForward4
        : this.plan.entry === 2
          ? kernels.tableForward2
          : kernels.tableForward1;
    this.eachPart(count, rows, (from, part) => {
      for (const group of this.groups) {
        if (this.inTurn) this.build(group);
        forward(
          part,
          this.gathered +
            group.lag * this.lagStride +
            from * this.frameBytes +
            rows.first * this.rowBytes,
          this.frameBytes,
          this.rowBytes,
          rows.count,
          layer.outWidth / this.plan.spread,
          group.first,
          this.plan.spread,
          layer.kernelHeight,
          group.bits,
          group.tables,
          group.starts ? this.start + group.vector * 16 : 0,
          out.pointer + from * out.stride + rows.first * row + group.vector * 16,
          this.plan.spread * this.perPosition,
          row,
          out.stride,
          group.ends ? floor : Number.NEGATIVE_INFINITY,
        );
      }
    });
  }

  backward(count: number, rows: Rows, dz: Output): void {
    const { layer } = this;
    const { kernels } = this.core;
    const row = layer.outWidth * this.perPosition;
    const scatter =
      this.plan.entry === 4
        ? kernels.tableScatter4
        : this.plan.entry === 2
          ? kernels.tableScatter2
          : kernels.tableScatter1;
    this.eachPart(count, rows, (from, part) => {
      for (const group of this.groups) {
        scatter(
          part,
          this.gathered +
            group.lag * this.lagStride +
            from * this.frameBytes +
            rows.first * this.rowBytes,
          this.frameBytes,
          this.rowBytes,
          rows.count,
          layer.outWidth / this.plan.spread,
          group.first,
          this.plan.spread,
          layer.kernelHeight,
          group.bits,
          group.gradients,
          dz.pointer + from * dz.stride + rows.first * row + group.vector * 16,
          this.plan.spread * this.perPosition,
          row,
          dz.stride,
        );
        if (this.inTurn) this.fold(group);
      }
    });
  }

  finish(): void {
    if (!this.inTurn) for (const group of this.groups) this.fold(group);
  }

  private allocateTables(bits: number): Pick<TableGroup, 'tables' | 'gradients'> {
    const { arena } = this.core;
    const bytes = this.layer.kernelHeight * this.plan.entry * 16 * 2 ** bits;
    const gradients = arena.allocate(bytes);
    arena.u8(gradients, bytes).fill(0);
    return { tables: arena.allocate(bytes), gradients };
  }

  private build(group: TableGroup): void {
    if (!this.movie) return;
    const [shape, weights] = this.tableOf(group, this.place.parameters);
    this.core.kernels.buildTables(...shape, this.movie.rise, ...weights, group.tables);
  }

  private fold(group: TableGroup): void {
    if (!this.movie) return;
    const { rise, low } = this.movie;
    const [shape, weights] = this.tableOf(group, this.place.gradient);
    this.core.kernels.foldTables(...shape, rise, low, ...weights, group.gradients);
  }

  /** Of a group's tables: their shape, and where their weights, or the gradients of them, lie in `vector`. */
  private tableOf(group: TableGroup, vector: number) {
    const { layer } = this;
    const shape = [
      this.plan.entry,
      group.vector,
      this.perPosition / 16,
      layer.kernelHeight,
      group.first,
      group.bits,
      layer.kernelWidth,
    ] as const;
    const weights = [
      vector + layer.weightsAt * 4 + group.lag * layer.kernelHeight * layer.runStride,
      layer.runStride,
      layer.block * 4,
      layer.blockBytes,
      layer.block / 4,
    ] as const;
    return [shape, weights] as const;
  }

  /** Parts of the frames whose outputs stay in a cache while all tables pass over them. */
  private eachPart(count: number, rows: Rows, visit: (from: number, part: number) => void): void {
    const most = framesBetweenTables(rows.count * this.layer.outWidth * this.perPosition);
    for (let from = 0; from < count; from += most) visit(from, Math.min(most, count - from));
  }
}
