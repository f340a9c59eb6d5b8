import type { Given } from '../given.ts';
import { addOpponentBack, opponent, PLANES } from '../images/colour.ts';
import { Responses } from '../images/responses.ts';
import type { Values } from '../values.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;
const WIDTHS = [1, 1.8]; // of the strokes that the filters answer to, pixels

/** Edges and lines of each direction in each part of an image. */
export function convolutionBank(given: Given): Step {
  const { image: sides } = given;
  const smaller = Math.min(sides.height, sides.width);
  const side = given.whole('side', 3, smaller);
  const threshold = f32(given.number('threshold', 0.1));
  const filters = filterBank(side, given.whole('directions', 1, 64));
  const made = {
    values: Float64Array.from(filters.flatMap((filter) => [...filter])),
    count: filters.length,
    side,
    cells: given.whole('cells', 1, smaller - side + 1),
    threshold,
    floor: null,
    bothSigns: true,
    full: f32(given.number('full', 255)),
  };
  const colour = sides.planes > 1;
  const views = Array.from(
    { length: sides.planes },
    () => new Responses(made, { ...sides, planes: 1 }),
  );
  const { size } = views[0];
  let last: { image: Values; planes: Values[] } | null = null;
  const planesOf = (image: Values): Values[] => {
    if (last?.image !== image)
      last = { image, planes: colour ? [0, 1, 2].map((which) => opponent(image, which)) : [image] };
    return last.planes;
  };
  return {
    shape: [size * views.length],
    nature: 'local',
    homogeneous: threshold === 0,
    forward(image) {
      const row = new Float64Array(size * views.length);
      planesOf(image).forEach((plane, i) => {
        row.set(views[i].forward(plane), i * size);
      });
      return row;
    },
    back(image, weights) {
      const each = planesOf(image).map((plane, i) =>
        views[i].back(plane, weights.subarray(i * size, (i + 1) * size)),
      );
      if (!colour) return each[0];
      const back = new Float64Array(PLANES * each[0].length);
      each.forEach((onPlane, which) => {
        addOpponentBack(onPlane, which, back);
      });
      return back;
    },
  };
}

/** Edges and lines of each direction and width, and one dot of each width; mean 0, norm 1. */
function filterBank(side: number, directions: number): Float64Array[] {
  const filter = (value: (x: number, y: number) => number) => {
    const at = (i: number) => i - (side - 1) / 2;
    const made = Float64Array.from({ length: side * side }, (_, i) =>
      value(at(i % side), at(Math.floor(i / side))),
    );
    const mean = made.reduce((sum, each) => sum + each, 0) / made.length;
    const norm = Math.sqrt(made.reduce((sum, each) => sum + (each - mean) ** 2, 0));
    return made.map((each) => f32((each - mean) / norm));
  };
  return WIDTHS.flatMap((width) => {
    const bell = (x: number, y: number) => Math.exp(-(x ** 2 + y ** 2) / (2 * width ** 2));
    const turned = Array.from({ length: directions }, (_, k) => {
      const angle = (Math.PI * k) / directions;
      const across = (x: number, y: number) => (Math.cos(angle) * x + Math.sin(angle) * y) / width;
      return [
        filter((x, y) => across(x, y) * bell(x, y)),
        filter((x, y) => (1 - across(x, y) ** 2) * bell(x, y)),
      ];
    });
    return [...turned.flat(), filter((x, y) => (2 - (x ** 2 + y ** 2) / width ** 2) * bell(x, y))];
  });
}
