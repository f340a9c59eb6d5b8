/** A share and its bounds. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963984540054; // of 95 %

/** A share of trials with its 95 % interval by Wilson, as the library computes it. */
export function wilson(successes: number, trials: number): Share {
  if (trials === 0) return { share: NaN, low: 0, high: 1 };
  const share = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / scale;
  const spread =
    (Z / scale) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return {
    share,
    low: successes > 0 ? Math.max(0, centre - spread) : 0,
    high: successes < trials ? Math.min(1, centre + spread) : 1,
  };
}
