/**
 * Are the filters the subunits? Merging of duplicates, and matching by assignment (Yan et al. 2020).
 * Compares spatial maps placed in the whole input `[y, x]`; signs do not count.
 */
import { RetinoscopeError } from '../errors.js';
import { bestAssignment } from './assignment.js';
import { cosine, norm, requireShape } from './maps.js';

/** Filters that stand for one subunit. */
export interface FilterGroup {
  /** Indices of the filters, the strongest first. */
  readonly members: readonly number[];
  /** Mean of the unit maps `[y, x]`, weighted by strength, signs aligned to the strongest; unit L2 norm. */
  readonly map: Float32Array;
}

export interface MergeOptions {
  /** Filters that count; all when absent. */
  readonly effective?: readonly boolean[];
  /** Weight of each filter in its group, ≥ 0; all 1 when absent. */
  readonly strength?: readonly number[];
  /** Groups of at least this absolute cosine are one; 0.9 when absent. */
  readonly threshold?: number;
}

/**
 * Groups duplicates: the two most alike groups (absolute cosine of their weighted mean maps) are merged
 * until none reach `threshold`. Filters of zeros and those that do not count are left out.
 * Strongest group first.
 */
export function mergeDuplicates(
  embedded: readonly Float32Array[],
  options: MergeOptions = {},
): FilterGroup[] {
  const { effective, strength, threshold = 0.9 } = options;
  for (const list of [effective, strength]) {
    if (list && list.length !== embedded.length) {
      throw new RetinoscopeError(
        'data',
        `${embedded.length} filters need as many marks and strengths; ${list.length} given.`,
        { filters: embedded.length, given: list.length },
      );
    }
  }
  const weightOf = (k: number) => strength?.[k] ?? 1;
  let groups = embedded.flatMap((map, k) => {
    const counts = effective?.[k] !== false && weightOf(k) > 0 && norm(map) > 0;
    return counts ? [{ at: k, members: [{ filter: k, sign: 1 }], weight: weightOf(k) }] : [];
  });
  // Inner products of the groups' sums, at [at][at]; a merge adds rows and columns.
  const gram = innerProducts(embedded, groups);
  const cosineOf = (a: number, b: number) => gram[a]![b]! / Math.sqrt(gram[a]![a]! * gram[b]![b]!);
  for (;;) {
    let best:
      | { first: (typeof groups)[number]; second: (typeof groups)[number]; c: number }
      | undefined;
    for (const [i, first] of groups.entries()) {
      for (const second of groups.slice(i + 1)) {
        const c = cosineOf(first.at, second.at);
        if (Math.abs(c) > Math.abs(best?.c ?? 0)) best = { first, second, c };
      }
    }
    if (best === undefined || Math.abs(best.c) < threshold) break;
    const { first, second } = best;
    const sign = best.c < 0 ? -1 : 1;
    for (const row of gram) row[first.at]! += sign * row[second.at]!;
    for (let k = 0; k < embedded.length; k++) {
      gram[first.at]![k]! += sign * gram[second.at]![k]!;
    }
    const joined = second.members.map((m) => ({ filter: m.filter, sign: m.sign * sign }));
    const merged = {
      at: first.at,
      members: [...first.members, ...joined],
      weight: first.weight + second.weight,
    };
    groups = [...groups.filter((group) => group !== first && group !== second), merged];
  }
  groups.sort((a, b) => b.weight - a.weight || a.at - b.at);
  return groups.map(({ members }) => {
    members.sort((a, b) => weightOf(b.filter) - weightOf(a.filter) || a.filter - b.filter);
    const lead = members[0]!;
    const sum = new Float64Array(embedded[lead.filter]!.length);
    for (const { filter, sign } of members) {
      const map = embedded[filter]!;
      const weight = (sign * lead.sign * weightOf(filter)) / norm(map);
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * map[i]!;
    }
    const length = norm(sum);
    return {
      members: members.map((member) => member.filter),
      map: Float32Array.from(sum, (v) => v / length),
    };
  });
}

/** Number of subunits left after merging duplicates. */
export function distinctSubunits(
  embedded: readonly Float32Array[],
  options: MergeOptions = {},
): number {
  return mergeDuplicates(embedded, options).length;
}

export interface SubunitMatch {
  /** Index of the strongest filter of the group matched to this subunit; −1 when none was left. */
  readonly filter: number;
  /** Absolute cosine of the group's map with the subunit; 0 when none was left. */
  readonly cosine: number;
  /** All filters of that group. */
  readonly members: readonly number[];
}

/**
 * For each true subunit `[y, x]` the group of filters that stands for it: duplicates are merged, then groups
 * and subunits are paired one to one so that the sum of absolute cosines is largest (Hungarian assignment).
 * A subunit without a group has filter −1.
 */
export function matchSubunits(
  embedded: readonly Float32Array[],
  subunits: readonly Float32Array[],
  options: MergeOptions = {},
): SubunitMatch[] {
  const groups = mergeDuplicates(embedded, options);
  const cosines = subunits.map((subunit) =>
    groups.map((group) => Math.abs(cosine(group.map, subunit))),
  );
  return assign(cosines).map((column, row) => {
    const group = groups[column];
    if (group === undefined) return { filter: -1, cosine: 0, members: [] };
    return { filter: group.members[0]!, cosine: cosines[row]![column]!, members: group.members };
  });
}

/**
 * The column given to each row of a score matrix `[row][column]` so that the sum is largest, each column
 * at most once; −1 for rows left over. Throws `data` when a score is not finite.
 */
export function assign(scores: readonly (readonly number[])[]): number[] {
  const columns = scores[0]?.length ?? 0;
  if (columns === 0) return scores.map(() => -1);
  for (const row of scores) {
    requireShape('row of scores', row, [columns]);
    if (!row.every(Number.isFinite)) {
      throw new RetinoscopeError('data', 'Filters or subunits hold values that are not finite.');
    }
  }
  return bestAssignment(scores);
}

/** Products of the unit maps times their weights, `[filter][filter]`; 0 for filters that do not count. */
function innerProducts(
  maps: readonly Float32Array[],
  counted: readonly { readonly at: number; readonly weight: number }[],
): Float64Array[] {
  const products = maps.map(() => new Float64Array(maps.length));
  for (const a of counted) {
    for (const b of counted) {
      if (b.at > a.at) continue;
      const product = a.weight * b.weight * cosine(maps[a.at]!, maps[b.at]!);
      products[a.at]![b.at] = product;
      products[b.at]![a.at] = product;
    }
  }
  return products;
}
