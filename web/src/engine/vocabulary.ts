/** The closed list of what a model file may hold: kinds of steps, and what they stand for. */

import type { Given } from './given.ts';
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

export const KINDS: Readonly<Record<string, Kind>> = {
  'unit-pixels': { title: 'Pixels from 0 to 1', make: unitPixels },
};

const VIEWS: Description = { title: 'Several views side by side' };

/** What there is to say of a kind of step, or of steps side by side. */
export function described(kind: string): Description {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : VIEWS;
}
