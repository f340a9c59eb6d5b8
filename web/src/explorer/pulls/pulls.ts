/**
 * Training images that pull a drawing: weights on ink are sums of training images, each times its
 * coefficient, so each adds to a margin its coefficient times its product with the drawing.
 */

/** Training images of the model that is drawn on, of many only some. */
export interface TrainingImages {
  /** ink, 0 for paper to 1 for full ink */
  readonly images: readonly Float64Array[];
  /** what each is called, in words */
  readonly names: readonly string[];
  /** of each image in the template of each class, image by image */
  readonly coefficients: ArrayLike<number>;
  /** how many the model was fitted on */
  readonly of: number;
}

export interface Pull {
  /** position of the image */
  readonly index: number;
  /** its part of the margin */
  readonly evidence: number;
}

export interface Pulls {
  /** towards the class, then towards its rival, the strongest first */
  readonly towards: readonly Pull[];
  readonly away: readonly Pull[];
  /** what all other images and the intercepts add */
  readonly rest: number;
  readonly margin: number;
}

/** The `most` strongest pulls on either side, and what is left of the margin without them. */
export function pullsOn(
  ink: ArrayLike<number>,
  scores: ArrayLike<number>,
  direction: Float64Array,
  training: readonly ArrayLike<number>[],
  coefficients: ArrayLike<number>,
  most: number,
): Pulls {
  const all = training
    .map((theirs, index) => {
      const coefficient = dot(direction, (k) => coefficients[index * direction.length + k]);
      if (coefficient === 0) return { index, evidence: 0 };
      return { index, evidence: coefficient * product(theirs, ink) };
    })
    .sort((a, b) => b.evidence - a.evidence);
  const towards = all.slice(0, most).filter(({ evidence }) => evidence > 0);
  const away = all
    .slice(-most)
    .reverse()
    .filter(({ evidence }) => evidence < 0);
  const margin = dot(direction, (k) => scores[k]);
  const rest = [...towards, ...away].reduce((left, { evidence }) => left - evidence, margin);
  return { towards, away, rest, margin };
}

function dot(direction: Float64Array, of: (k: number) => number): number {
  return direction.reduce((sum, share, k) => (share === 0 ? sum : sum + share * of(k)), 0);
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i] * b[i];
  return sum;
}
