import type { Linear } from './evidence.ts';

/** Three classes of images of 3 × 4 pixels. */
export const toy: Linear = {
  weights: {
    values: Float32Array.of(
      ...[1.25, -1.75, -1.25, -1.0, -1.25, 1.25, 1.5, 0.25, -2.0, -1.75, -0.75, -0.25],
      ...[0.5, 0.0, -1.0, -1.5, 0.75, 1.0, -2.0, -1.75, -0.25, -0.5, 1.75, 0.0],
      ...[-0.25, -0.25, 0.75, 0.25, -1.5, 1.0, 1.0, 2.0, 1.25, -1.0, -0.75, 0.75],
    ),
    size: 12,
  },
  intercepts: Float32Array.of(0.25, 0.5, 0.75),
  pairs: null,
};

export const toyImage = {
  ink: [0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0.5],
  height: 3,
  width: 4,
};
