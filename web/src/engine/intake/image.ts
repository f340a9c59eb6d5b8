/** Images in memory: rows of pixels, each of one value or of red, green and blue. */

export interface Plane<Values = Float32Array> {
  readonly values: Values;
  readonly height: number;
  readonly width: number;
}

export type Bytes = Plane<Uint8Array> & { readonly planes: 1 | 3 };

/** The values of one plane along the border, in order of size. */
export function sortedBorder(
  image: Plane<ArrayLike<number>> & { readonly planes?: number },
  plane = 0,
): Float64Array {
  const { values, height, width, planes = 1 } = image;
  const at = (y: number, x: number) => values[(y * width + x) * planes + plane];
  const border = new Float64Array(2 * width + 2 * Math.max(0, height - 2));
  let k = 0;
  // a single row is its own last one, too, as in Python
  for (let x = 0; x < width; x++) {
    border[k++] = at(0, x);
    border[k++] = at(height - 1, x);
  }
  for (let y = 1; y < height - 1; y++) {
    border[k++] = at(y, 0);
    border[k++] = at(y, width - 1);
  }
  return border.sort();
}

/** The grey of the paper: the lower median of the border. */
export function paperOf(image: Plane<ArrayLike<number>>): number {
  const border = sortedBorder(image);
  return border[(border.length - 1) >> 1];
}
