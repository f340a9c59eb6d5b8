import type { Values } from '../values.ts';

/** Numbers that were made of an image: bytes if it was of bytes, rounded as Python rounds. */
export function asBytesOf(image: Values, made: Float64Array): Values {
  return image instanceof Uint8Array ? Uint8Array.from(made, toEven) : made;
}

/** The nearest whole number; a half goes to the even one. */
export function toEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole;
}
