/** The closed list of what a model file may hold: kinds of steps, and what they stand for. */

import type { Given } from './given.ts';
import { blur } from './steps/blur.ts';
import { centre } from './steps/centre.ts';
import { convolutionBank } from './steps/convolution-bank.ts';
import { crop } from './steps/crop.ts';
import { decorrelate } from './steps/decorrelate.ts';
import { denoise } from './steps/denoise.ts';
import { deskew } from './steps/deskew.ts';
import { equalise } from './steps/equalise.ts';
import { leadingPairs } from './steps/leading-pairs.ts';
import { normaliseContrast } from './steps/normalise-contrast.ts';
import { normaliseMoments } from './steps/normalise-moments.ts';
import { patchDictionary } from './steps/patch-dictionary.ts';
import { pca } from './steps/pca.ts';
import { polynomialFeatures } from './steps/polynomial-features.ts';
import { principalComponents } from './steps/principal-components.ts';
import { principalPairs } from './steps/principal-pairs.ts';
import { randomUnits } from './steps/random-units.ts';
import { rbfSampler } from './steps/rbf-sampler.ts';
import { maxAbsScaler, minMaxScaler, robustScaler, standardScaler } from './steps/scalers.ts';
import { scaling } from './steps/scaling.ts';
import { scattering } from './steps/scattering.ts';
import { sizeNormalise } from './steps/size-normalise.ts';
import type { Step } from './steps/step.ts';
import { unitPixels } from './steps/unit-pixels.ts';

export interface Description {
  /** what it makes of an image, in plain words */
  readonly title: string;
  /** Whether evidence is about the image that it makes, because nothing leads back from there. */
  readonly prepares?: boolean;
  /** Whether a model still makes sense of images without it. */
  readonly removable?: boolean;
}

interface Kind extends Description {
  readonly make: (given: Given) => Step;
}

const prepares = { prepares: true, removable: true };

export const KINDS: Readonly<Record<string, Kind>> = {
  'unit-pixels': { title: 'Pixels from 0 to 1', make: unitPixels },
  scaling: { title: 'Pixels scaled', make: scaling },
  centre: { title: 'Ink moved into the middle', make: centre, ...prepares },
  deskew: { title: 'Sheared upright', make: deskew, ...prepares },
  'normalise-contrast': {
    title: 'Each pixel compared with its surroundings',
    make: normaliseContrast,
  },
  'normalise-moments': {
    title: 'Sheared upright, moved into the middle, brought to one size',
    make: normaliseMoments,
    ...prepares,
  },
  'size-normalise': {
    title: 'Ink cut out, brought to one size, set into the middle',
    make: sizeNormalise,
    ...prepares,
  },
  blur: { title: 'Blurred', make: blur, removable: true },
  crop: { title: 'Cropped', make: crop },
  'principal-components': { title: 'Principal components', make: principalComponents },
  denoise: { title: 'Noise taken out by principal components', make: denoise },
  'principal-pairs': { title: 'Principal components and their products', make: principalPairs },
  decorrelate: { title: 'Turned to axes that do not vary together', make: decorrelate },
  equalise: { title: 'Features brought to one size', make: equalise },
  'leading-pairs': { title: 'Products of the main directions', make: leadingPairs },
  'patch-dictionary': {
    title: 'Patches compared with a dictionary, in each part of the image',
    make: patchDictionary,
  },
  'convolution-bank': {
    title: 'Edges and lines by direction, in each part of the image',
    make: convolutionBank,
  },
  'random-units': { title: 'Units with random weights', make: randomUnits },
  scattering: {
    title: 'Scattering: strokes by direction and size, and pairs of them',
    make: scattering,
  },
  'standard-scaler': { title: 'Features standardised', make: standardScaler },
  'min-max-scaler': { title: 'Features brought to one range', make: minMaxScaler },
  'max-abs-scaler': { title: 'Features divided by their largest value', make: maxAbsScaler },
  'robust-scaler': { title: 'Features scaled by their quartiles', make: robustScaler },
  pca: { title: 'Principal components', make: pca },
  'polynomial-features': { title: 'Products of features', make: polynomialFeatures },
  'rbf-sampler': { title: 'Random waves', make: rbfSampler },
};

const VIEWS: Description = { title: 'Several views side by side' };

/** What there is to say of a kind of step, or of views side by side. */
export function described(kind: string): Description {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : VIEWS;
}
