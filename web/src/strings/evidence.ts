/** Evidence for the glyphs of a reading, as it is drawn. */

/** A line as the reader takes it. */
export interface Line {
  readonly height: number;
  readonly width: number;
  /** row by row, 0 for paper to 1 for full ink */
  readonly ink: ArrayLike<number>;
}

/** Of one glyph. */
export interface Evidence {
  readonly symbol: string;
  readonly rival: string;
  /** first column of the planes, pixels of the line */
  readonly start: number;
  /** score above the average of all symbols, and above that of the rival */
  readonly support: number;
  readonly margin: number;
  /** of each pixel, row by row: for the symbol, and rather than its rival */
  readonly planes: readonly [ArrayLike<number>, ArrayLike<number>];
}

/** Some columns of a line; beyond its end there is paper. */
export function cropped(line: Line, start: number, width: number): Float64Array {
  return Float64Array.from({ length: line.height * width }, (_, i) => {
    const column = start + (i % width);
    return column < line.width ? line.ink[Math.floor(i / width) * line.width + column] : 0;
  });
}

/** A plane of rows, `width` columns wide: beyond its own it has nothing. */
export function widened(rows: readonly (readonly number[])[], width: number): Float64Array {
  const plane = new Float64Array(rows.length * width);
  rows.forEach((row, y) => {
    plane.set(row, y * width);
  });
  return plane;
}

/** The largest size of any value; 1 where all are zero. */
export function largest(planes: readonly ArrayLike<number>[]): number {
  let most = 0;
  for (const plane of planes)
    for (let i = 0; i < plane.length; i++) most = Math.max(most, Math.abs(plane[i]));
  return most || 1;
}
