/** Bytes as shares of full ink, or of full light. */
export function inkOf(bytes: ArrayLike<number>): Float64Array {
  return Float64Array.from(bytes, (byte) => byte / 255);
}
