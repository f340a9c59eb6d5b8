import { rounded } from '../intake/arithmetic.ts';
import type { Values } from '../values.ts';

/** Numbers that were made of an image: bytes if it was of bytes, rounded as Python rounds. */
export function asBytesOf(image: Values, made: Float64Array): Values {
  return image instanceof Uint8Array ? Uint8Array.from(made, rounded) : made;
}
