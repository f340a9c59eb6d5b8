/** What flows from step to step: an image or a row of features, flat. */

/** Bytes as long as images are such, as in Python; else floats. Steps round what they make of bytes. */
export type Values = Uint8Array | Float64Array;

/** Height and width, or height, width and 3, or the length of a row. */
export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** The same numbers as floats, in an array of its own. */
export function floats(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values);
}
