/** One plane of an image at half its size: means of 2 × 2 pixels, the edge repeated where it is odd. */

export function halved(plane: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const made = new Float64Array(rows * columns);
  eachCorner(height, width, (from, to) => (made[to] += plane[from] / 4));
  return made;
}

/** Weights on what `halved` makes as weights on a plane of height × width pixels. */
export function halvedBack(weights: Float64Array, height: number, width: number): Float64Array {
  const back = new Float64Array(height * width);
  eachCorner(height, width, (from, to) => (back[from] += weights[to] / 4));
  return back;
}

function eachCorner(height: number, width: number, visit: (from: number, to: number) => void) {
  const columns = Math.ceil(width / 2);
  for (let y = 0; y < 2 * Math.ceil(height / 2); y++)
    for (let x = 0; x < 2 * columns; x++)
      visit(
        Math.min(y, height - 1) * width + Math.min(x, width - 1),
        (y >> 1) * columns + (x >> 1),
      );
}
