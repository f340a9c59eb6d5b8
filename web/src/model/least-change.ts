/** The least change of some numbers, kept within bounds, after which weighted sums have grown enough. */

/** A sum of what is changed, each times its weight, that is to grow by `gap` at least. */
export interface Demand {
  readonly weights: Float64Array;
  readonly gap: number;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const SWEEPS = 400;
const HALVINGS = 100;
const ROUNDING = 1e-10; // of the largest gap

/**
 * The change δ of least sum of squares with weights · δ ≥ gap for every demand and x + δ within
 * bounds; null where there is none. It is δ = clip(x + Σ λ weights) − x with multipliers λ ≥ 0, which
 * are improved one after the other until all fit together (Hildreth's method).
 */
export function leastChangeWithin(
  x: ArrayLike<number>,
  demands: readonly Demand[],
  bounds: Bounds,
): Float64Array | null {
  if (demands.some((each) => mostGrowth(x, each.weights, bounds) < each.gap)) return null;
  const wanted = Float64Array.from(x); // before it is clipped
  const multipliers = new Float64Array(demands.length);
  const largest = Math.max(...demands.map(({ gap }) => Math.abs(gap)), Number.MIN_VALUE);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    demands.forEach((each, k) => {
      const before = growth(x, wanted, each.weights, 0, bounds) - each.gap;
      const spare = multipliers[k] > 0 ? Math.abs(before) : Math.max(0, -before);
      off = Math.max(off, spare / largest);
      const change = multiplierStep(x, wanted, each, multipliers[k], bounds);
      multipliers[k] += change;
      for (let i = 0; i < wanted.length; i++) wanted[i] += change * each.weights[i];
    });
    if (off <= ROUNDING) return wanted.map((value, i) => clip(value, bounds) - x[i]);
  }
  return null;
}

/** By how much a multiplier must change for its demand to be just met, or to become zero. */
function multiplierStep(
  x: ArrayLike<number>,
  wanted: Float64Array,
  { weights, gap }: Demand,
  multiplier: number,
  bounds: Bounds,
): number {
  const beyond = (step: number) => growth(x, wanted, weights, step, bounds) - gap;
  let low = -multiplier;
  let under = beyond(low);
  if (under >= 0) return low;
  let size = Math.max(multiplier, -under / squares(weights));
  let high = low + size;
  let over = beyond(high);
  while (over < 0) {
    [low, under] = [high, over];
    size *= 2;
    high = low + size;
    over = beyond(high);
  }
  // What the sum grows by is made of straight pieces and never falls: the end is where the line
  // between two places meets the gap. Now and then the middle of both, so that both ends move.
  for (let i = 0; i < HALVINGS; i++) {
    const middle = i % 3 === 2 ? (low + high) / 2 : low + ((high - low) * -under) / (over - under);
    if (middle <= low || middle >= high) break;
    const there = beyond(middle);
    if (there >= 0) [high, over] = [middle, there];
    else [low, under] = [middle, there];
  }
  return high;
}

/** What a sum grows by once `step` times its weights is added to what is wanted. */
function growth(
  x: ArrayLike<number>,
  wanted: Float64Array,
  weights: Float64Array,
  step: number,
  bounds: Bounds,
): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++)
    sum += weights[i] * (clip(wanted[i] + step * weights[i], bounds) - x[i]);
  return sum;
}

function mostGrowth(x: ArrayLike<number>, weights: Float64Array, { low, high }: Bounds): number {
  return weights.reduce((sum, weight, i) => sum + weight * ((weight > 0 ? high : low) - x[i]), 0);
}

function clip(value: number, { low, high }: Bounds): number {
  return Math.min(high, Math.max(low, value));
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
