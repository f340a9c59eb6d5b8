import type { Given } from '../given.ts';
import { addOpponentBack, opponent } from '../images/colour.ts';
import { halved, halvedBack } from '../images/halving.ts';
import type { Sides } from '../images/ink.ts';
import { bankOf } from '../scattering/filters.ts';
import { Plane } from '../scattering/plane.ts';
import type { Values } from '../values.ts';
import type { Step } from './step.ts';

const f32 = Math.fround;

/** A plane of the image as it is scattered, and weights on it as weights on the image. */
interface Seen {
  readonly plane: Plane;
  readonly of: (ink: Float64Array) => Float64Array;
  readonly addBack: (weights: Float64Array, onto: Float64Array) => void;
}

/** Strokes by direction and size, and pairs of them, wherever they are within a few pixels. */
export function scattering(given: Given): Step {
  const { image: sides } = given;
  const full = f32(given.number('full', 255));
  const seen = sides.planes > 1 ? inColour(given, sides) : [inGrey(given, sides)];
  const sizes = seen.map(({ plane }) => plane.paths * plane.rows * plane.columns);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  let last: Values | null = null; // the image whose waves the planes hold
  const forward = (image: Values): Float64Array => {
    const ink = Float64Array.from(image, (value) => f32(value / full));
    const row = new Float64Array(size);
    seen.reduce((at, { plane, of }, i) => {
      row.set(plane.forward(of(ink)), at);
      return at + sizes[i];
    }, 0);
    last = image;
    return row;
  };
  return {
    shape: [size],
    nature: 'local',
    homogeneous: true,
    forward,
    back(image, weights) {
      if (image !== last) forward(image);
      const back = new Float64Array(image.length);
      seen.reduce((at, { plane, addBack }, i) => {
        addBack(plane.back(weights.subarray(at, at + sizes[i])), back);
        return at + sizes[i];
      }, 0);
      return back.map((value) => value / full);
    },
  };
}

function wavelets(given: Given): { J: number; L: number; order: number } {
  return {
    J: given.whole('J', 1, 6),
    L: given.whole('L', 1, 32),
    order: given.whole('order', 0, 2),
  };
}

function inGrey(given: Given, { height, width }: Sides): Seen {
  const { J, L, order } = wavelets(given);
  const options = { height, width, root: given.flag('root', false), signed: false };
  return {
    plane: new Plane(bankOf(J, L, order, Math.max(height, width)), options),
    of: (ink) => ink,
    addBack: (weights, onto) => {
      weights.forEach((weight, i) => (onto[i] += weight));
    },
  };
}

/** The luminance and two differences of colours, which are described at half the size. */
function inColour(given: Given, sides: Sides): Seen[] {
  const { J, L, order } = wavelets(given);
  const root = given.flag('root', false);
  const coarser = J > 1 ? 1 : 0;
  return [0, 1, 2].map((which) => {
    const smaller = which > 0 && coarser > 0;
    const [height, width] = [sides.height, sides.width].map((side) =>
      smaller ? Math.ceil(side / 2) : side,
    );
    const bank = bankOf(which ? J - coarser : J, L, order, Math.max(height, width));
    return {
      // A difference of colours has a sign, which its local mean keeps.
      plane: new Plane(bank, { height, width, root, signed: which > 0 }),
      of: (ink) => {
        const seen = opponent(ink, which);
        return smaller ? halved(seen, sides.height, sides.width) : seen;
      },
      addBack: (weights, onto) => {
        const whole = smaller ? halvedBack(weights, sides.height, sides.width) : weights;
        addOpponentBack(whole, which, onto);
      },
    };
  });
}
