/** The smallest change of an image after which a model says another class; see linocut.explain.flips. */

import { lengthOf } from '../model/flip.ts';
import { leastChangeWithin, type Demand } from '../model/least-change.ts';
import type { Model, Run } from './model.ts';

const BYTES = { low: 0, high: 255 };
const BEYOND = 1e-7; // of the spread of scores, by which the class leads, so that rounding undoes nothing
const ROUNDS = 5;
const HALVINGS = 8;
const FURTHEST = 4; // times the change that weights held fixed ask for

export interface Flip {
  /** the last prepared image after the change, 0 to 255 */
  readonly image: Float64Array;
  /** what is added to each of its numbers */
  readonly change: Float64Array;
  /** root of its sum of squares */
  readonly distance: number;
  /** whether no smaller change would do; of a model that is not linear, the smallest that was found */
  readonly exact: boolean;
}

/**
 * The smallest change, by its sum of squares, of a run's last prepared image after which the model
 * says class `row`; null where none was found. Only for models that can be accounted for.
 */
export function smallestFlip(model: Model, run: Run, row: number): Flip | null {
  const image = imageOf(run);
  if (winner(run) === row) return flipOf(image, image, true);
  return model.account.kind === 'linear' ? exactFlip(run, row) : foundFlip(run, row);
}

/** Ask for a lead over one class after the other, until none is ahead any more. */
function exactFlip(run: Run, row: number): Flip | null {
  const image = imageOf(run);
  const rivals = new Set([winner(run)]);
  for (;;) {
    const wanted = wantedImage(run, run, row, rivals);
    if (!wanted) return null;
    const ahead = winner(run.with(wanted));
    if (ahead === row) return flipOf(image, wanted, true);
    if (rivals.has(ahead)) return null;
    rivals.add(ahead);
  }
}

/**
 * Go where the weights at one image say, as far as the class is just said, and again with the weights
 * there: where that ends, the change stands at a right angle to the border between the classes.
 */
function foundFlip(run: Run, row: number): Flip | null {
  const image = imageOf(run);
  const rivals = new Set([winner(run)]);
  let best: Flip | null = null;
  for (let round = 0, at = run; round < ROUNDS; round++) {
    const wanted = wantedImage(run, at, row, rivals);
    if (!wanted) break;
    const reached = firstSaid(run, wanted, row);
    at = run.with(reached ?? wanted);
    rivals.add(reached ? runnerUp(at, row) : winner(at));
    if (!reached) continue;
    const flip = flipOf(image, reached, false);
    if (best && flip.distance >= best.distance) break;
    best = flip;
  }
  return best;
}

/** The image nearest to a run's in which, by the weights at another, a class leads over rivals. */
function wantedImage(
  run: Run,
  at: Run,
  row: number,
  rivals: ReadonlySet<number>,
): Float64Array | null {
  const [image, there] = [imageOf(run), imageOf(at)];
  const lead = BEYOND * (Math.max(...run.scores) - Math.min(...run.scores));
  const demands = [...rivals].map((rival): Demand => {
    const weights = at.weights(row, rival);
    const moved = weights.reduce((sum, weight, i) => sum + weight * (there[i] - image[i]), 0);
    return { weights, gap: lead + at.scores[rival] - at.scores[row] + moved };
  });
  const change = leastChangeWithin(image, demands, BYTES);
  return change && change.map((value, i) => image[i] + value);
}

/** The first image on the straight way to another, and beyond it, of which the class is said. */
function firstSaid(run: Run, wanted: Float64Array, row: number): Float64Array | null {
  const image = imageOf(run);
  const after = (share: number) =>
    wanted.map((value, i) =>
      Math.min(BYTES.high, Math.max(BYTES.low, image[i] + share * (value - image[i]))),
    );
  const said = (share: number) => winner(run.with(after(share))) === row;
  let high = 1;
  while (!said(high)) if ((high *= 2) > FURTHEST) return null;
  let low = high > 1 ? high / 2 : 0;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (said(middle)) high = middle;
    else low = middle;
  }
  return after(high);
}

function imageOf({ prepared }: Run): ArrayLike<number> {
  return prepared[prepared.length - 1].image;
}

/** The class with the largest score. */
function winner({ scores }: Run): number {
  return scores.indexOf(Math.max(...scores));
}

/** The class with the largest score but one. */
function runnerUp({ scores }: Run, row: number): number {
  const others = scores.with(row, -Infinity);
  return others.indexOf(Math.max(...others));
}

function flipOf(image: ArrayLike<number>, after: ArrayLike<number>, exact: boolean): Flip {
  const change = Float64Array.from(after, (value, i) => value - image[i]);
  return { image: Float64Array.from(after), change, distance: lengthOf(change), exact };
}
