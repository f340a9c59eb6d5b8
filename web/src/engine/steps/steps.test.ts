import { describe, expect, test } from 'vitest';
import { Given } from '../given.ts';
import type { Tensors } from '../toy.fixture.ts';
import { sizeOf, type Shape, type Values } from '../values.ts';
import { KINDS } from '../vocabulary.ts';
import type { Step } from './step.ts';

/** A step of a kind for images or rows of a shape, with numbers and arrays by name. */
function stepOf(
  kind: string,
  shape: Shape,
  parameters: Record<string, unknown> = {},
  arrays: Record<string, number[][] | number[]> = {},
): Step {
  const tensors: Tensors = {};
  for (const [name, array] of Object.entries(arrays)) {
    const rows = array.map((row) => (Array.isArray(row) ? row : [row]));
    const flat = array.every((row) => !Array.isArray(row));
    tensors[`step.${name}`] = {
      shape: flat ? [array.length] : [rows.length, rows[0].length],
      values: Float64Array.from(rows.flat()),
    };
  }
  const document = { name: 'step', kind, parameters, state: { image_shape_: shape } };
  return KINDS[kind].make(new Given(document, new Map(Object.entries(tensors)), '', shape));
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const made = (step: Step, x: Values) => [...step.forward(x)];

/** Numbers that repeat in no simple way, from 0 to 255. */
const noise = (length: number, seed = 1) =>
  Uint8Array.from({ length }, (_, i) => Math.abs(Math.sin(seed + 12.9898 * i) * 43758.5453) % 256);

/** An image of noise on blank paper. */
function inked([height, width, planes = 1]: Shape): Float64Array {
  return Float64Array.from(noise(height * width * planes, 3), (value, i) => {
    const row = Math.floor(i / (width * planes));
    const column = Math.floor(i / planes) % width;
    const inside = row > 0 && row < height - 1 && column > 0 && column < width - 1;
    return inside && i % 4 ? value : 0;
  });
}

describe('images of images', () => {
  test('ink is moved by whole pixels, and what leaves the image is lost', () => {
    const centre = stepOf('centre', [3, 3]);
    expect(made(centre, bytes(0, 9, 0, 0, 0, 0, 0, 0, 0))).toEqual([0, 0, 0, 0, 9, 0, 0, 0, 0]);
  });

  test('ink is what differs from the border, darker or lighter', () => {
    const centre = stepOf('centre', [3, 3]);
    const page = bytes(200, 200, 200, 200, 50, 200, 200, 200, 200);
    expect(made(centre, page)).toEqual([0, 0, 0, 0, 150, 0, 0, 0, 0]);
  });

  test('a leaning line is sheared upright', () => {
    const image = new Uint8Array(45);
    [2, 3, 4, 5, 6].forEach((column, row) => (image[9 * row + column] = 200));
    const upright = stepOf('deskew', [5, 9], { max_shear: 1 }).forward(image);
    for (let row = 0; row < 5; row++) expect(upright[9 * row + 4]).toBe(200);
  });

  test('a bar is brought to the usual height', () => {
    const image = new Uint8Array(16 * 16);
    for (let row = 3; row < 13; row++) image.fill(255, 16 * row + 7, 16 * row + 9);
    const usual = { strength: 1, height_: 2.872281551361084 / 2, width_: 0.5 };
    const normalised = stepOf('normalise-moments', [16, 16], usual).forward(image);
    const column = [...normalised].filter((_, i) => i % 16 === 7);
    expect(column.reduce((sum, ink) => sum + ink / 255, 0)).toBeCloseTo(5, 1);
  });

  test('bytes stay bytes, rounded to even, and floats stay floats', () => {
    const deskew = stepOf('deskew', [3, 3]);
    expect(deskew.forward(noise(9))).toBeInstanceOf(Uint8Array);
    expect(deskew.forward(Float64Array.from(noise(9)))).toBeInstanceOf(Float64Array);
  });

  test('ink is found, brought to one size and set into the middle', () => {
    const image = new Uint8Array(20 * 20);
    for (let row = 2; row < 10; row++) image.fill(255, 20 * row + 2, 20 * row + 4);
    const given = { box: 4, size: 6, clean: false };
    const small = stepOf('size-normalise', [20, 20], given).forward(image);
    const rows = [0, 1, 2, 3, 4, 5].map((row) => Math.max(...small.subarray(6 * row, 6 * row + 6)));
    expect(rows).toEqual([0, 0, 255, 255, 255, 255]);
  });

  test('ink is found in an image of many pixels, too', () => {
    const image = new Uint8Array(600 * 600).fill(255, 300 * 600 + 100, 300 * 600 + 500);
    const given = { box: 4, size: 6, clean: false };
    expect(Math.max(...made(stepOf('size-normalise', [600, 600], given), image))).toBeGreaterThan(
      0,
    );
  });

  test('a blur spreads ink and keeps its sum away from the edges', () => {
    const image = new Uint8Array(81);
    image[40] = 100;
    const blurred = made(stepOf('blur', [9, 9], { sigma: 0.6 }), image);
    expect(blurred.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 4);
    expect(blurred[40]).toBeLessThan(60);
    expect(blurred[39]).toBeCloseTo(blurred[49], 5);
  });

  test('a window is cut out, of images in colour with all planes', () => {
    const crop = { top: 1, left: 1, height: 1, width: 2 };
    expect(made(stepOf('crop', [3, 3], crop), noise(9))).toEqual([...noise(9).subarray(4, 6)]);
    const colour = noise(27);
    expect(made(stepOf('crop', [3, 3, 3], crop), colour)).toEqual([...colour.subarray(12, 18)]);
  });

  test('local contrast changes its sign with the polarity, and is zero on blank paper', () => {
    const contrast = stepOf('normalise-contrast', [5, 5], { sigma: 1, floor: 0.1, full: 255 });
    const image = noise(25);
    const other = image.map((value) => 255 - value);
    const [one, two] = [contrast.forward(image), contrast.forward(other)];
    one.forEach((value, i) => {
      expect(value).toBeCloseTo(-two[i], 5);
    });
    expect(made(contrast, new Uint8Array(25).fill(7)).every((value) => value === 0)).toBe(true);
  });
});

describe('features', () => {
  test('pixels are scaled', () => {
    expect(made(stepOf('unit-pixels', [1, 2], { full: 200 }), bytes(50, 200))).toEqual([0.25, 1]);
    const scales = { offset_: [1, 2], scale_: [2, 4] };
    const scaled = stepOf('scaling', [2], { kind: 'standardise' }, scales);
    expect(made(scaled, bytes(5, 4))).toEqual([2, 0.5]);
    const full = { offset_: [0, 0], scale_: [255, 255] };
    const inked = stepOf('scaling', [2], { kind: 'binarise' }, full);
    expect(made(inked, bytes(127, 128))).toEqual([0, 1]);
  });

  test('products of two features follow the features', () => {
    const pairs = stepOf(
      'leading-pairs',
      [3],
      { leading_: true, scale_: 0.5 },
      {
        components_: [
          [1, 0, 0],
          [0, 1, 0],
        ],
        offset_: [0, 0],
      },
    );
    expect(made(pairs, Float64Array.of(2, 3, 5))).toEqual([2, 3, 5, 2, 3, 4.5]);
    const directions = stepOf(
      'leading-pairs',
      [2],
      { leading_: false, scale_: 1 },
      {
        components_: [[1, 1]],
        offset_: [1],
      },
    );
    expect(made(directions, Float64Array.of(2, 3))).toEqual([2, 3, 36]);
  });

  test('products of features stand in the order of scikit-learn', () => {
    const all = { degree: 2, interaction_only: false, include_bias: true };
    expect(made(stepOf('polynomial-features', [2], all), Float64Array.of(2, 3))).toEqual([
      1, 2, 3, 4, 6, 9,
    ]);
    const distinct = { degree: { tuple: [2, 3] }, interaction_only: true, include_bias: false };
    expect(made(stepOf('polynomial-features', [3], distinct), Float64Array.of(2, 3, 5))).toEqual([
      6, 10, 15, 30,
    ]);
  });

  test('random units are rectified', () => {
    const arrays = {
      weights_: [
        [1, -1],
        [1, -1],
      ],
      offsets_: [-1, 1],
    };
    const units = stepOf('random-units', [2], { n_units: 2 }, arrays);
    expect(made(units, Float64Array.of(2, 1))).toEqual([2, 0]);
    expect([...units.back(Float64Array.of(2, 1), Float64Array.of(3, 7))]).toEqual([3, 3]);
  });

  test('scattering of grey images in three planes leaves differences of colours blank', () => {
    const given = { J: 1, L: 2, order: 2, full: 255, root: true };
    const grey = noise(16);
    const colours = Uint8Array.from({ length: 48 }, (_, i) => grey[Math.floor(i / 3)]);
    const one = made(stepOf('scattering', [4, 4], given), grey);
    const three = made(stepOf('scattering', [4, 4, 3], given), colours);
    expect(three).toHaveLength(3 * one.length);
    one.forEach((value, i) => {
      expect(three[i]).toBeCloseTo(value, 6);
    });
    three.slice(one.length).forEach((value) => {
      expect(Math.abs(value)).toBeLessThan(1e-2); // roots of what float32 leaves of zero
    });
  });

  test('what does not fit the state of a step is told', () => {
    expect(() =>
      stepOf('scaling', [2], { kind: 'unit' }, { offset_: [0], scale_: [1, 1] }),
    ).toThrow('offset_ of its step step does not fit');
    expect(() => stepOf('deskew', [2, 2], { max_shear: 'far' })).toThrow('max_shear');
  });
});

/** Kinds, shapes and what they need, for which weights are taken back. */
const accounted: [string, Shape, Record<string, unknown>, Record<string, number[] | number[][]>][] =
  [
    ['centre', [5, 6], {}, {}],
    ['deskew', [5, 6], { max_shear: 1 }, {}],
    ['deskew', [5, 6, 3], { max_shear: 1 }, {}],
    ['normalise-moments', [6, 5], { strength: 0.8, height_: 1.2, width_: 1.6 }, {}],
    ['normalise-contrast', [6, 5], { sigma: 1.5, floor: 0.1, full: 255 }, {}],
    ['normalise-contrast', [6, 5, 3], { sigma: 1.5, floor: 0.1, full: 255 }, {}],
    ['scattering', [7, 9], { J: 2, L: 3, order: 2, full: 255, root: false }, {}],
    ['scattering', [7, 9], { J: 2, L: 3, order: 2, full: 255, root: true }, {}],
    ['scattering', [9, 7, 3], { J: 2, L: 3, order: 2, full: 255, root: true }, {}],
    ['scattering', [5, 5], { J: 1, L: 2, order: 1, full: 255, root: true }, {}],
    ['scattering', [5, 5], { J: 1, L: 2, order: 0, full: 255, root: true }, {}],
    ['convolution-bank', [8, 7], { side: 3, directions: 4, cells: 2, threshold: 0, full: 255 }, {}],
    [
      'convolution-bank',
      [8, 7, 3],
      { side: 3, directions: 2, cells: 3, threshold: 0, full: 255 },
      {},
    ],
    [
      'patch-dictionary',
      [6, 5],
      { side: 2, cells: 2, threshold: 0, full: 255, method: 'pca' },
      {
        filters_: [
          [0.5, -0.5, 0.5, -0.5],
          [0.6, 0.2, -0.3, -0.5],
        ],
      },
    ],
  ];

describe('weights that are taken back', () => {
  test.each(accounted)('of %s %j %j add up to what it makes', (kind, shape, given, arrays) => {
    // With its factors held fixed each is linear. Without thresholds nothing else is left.
    const step = stepOf(kind, shape, given, arrays);
    const image = inked(shape);
    const out = step.forward(image);
    const weights = Float64Array.from(out, (_, i) => Math.sin(i));
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
    const total = dot(step.back(image, weights), image);
    expect(total / dot(weights, out)).toBeCloseTo(1, 4);
  });

  test.each([
    ['blur', [4, 5], { sigma: 0.8 }, {}],
    ['crop', [4, 5], { top: 1, left: 2, height: 2, width: 3 }, {}],
    ['denoise', [3], { full: 2 }, { components_: [[0.6, 0.8, 0]], mean_: [1, 2, 3] }],
    [
      'pca',
      [2],
      { whiten: true },
      { components_: [[0.6, 0.8]], mean_: [1, 2], explained_variance_: [4] },
    ],
    [
      'min-max-scaler',
      [2],
      { clip: false, feature_range: [0, 1] },
      { scale_: [2, 3], min_: [1, 1] },
    ],
  ] as typeof accounted)(
    'of %s add up to what it makes beyond the blank',
    (kind, shape, given, arrays) => {
      const step = stepOf(kind, shape, given, arrays);
      const x = Float64Array.from(noise(sizeOf(shape), 5));
      const [out, blank] = [step.forward(x), step.forward(new Float64Array(x.length))];
      const weights = Float64Array.from(out, (_, i) => Math.sin(1 + i));
      const back = step.back(x, weights);
      const total = back.reduce((sum, weight, i) => sum + weight * x[i], 0);
      const grown = weights.reduce((sum, weight, i) => sum + weight * (out[i] - blank[i]), 0);
      expect(total).toBeCloseTo(grown, 2);
    },
  );
});
