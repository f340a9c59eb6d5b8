/** A drawing as a short text that may stand in an address: most of its bytes are paper. */

const LONGEST_RUN = 255;

/** Bytes as base64url; a run of zeros takes two bytes. */
export function encoded(bytes: Uint8Array): string {
  const short: number[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== 0) {
      short.push(bytes[at++]);
      continue;
    }
    const from = at;
    while (at < bytes.length && bytes[at] === 0 && at - from < LONGEST_RUN) at++;
    short.push(0, at - from);
  }
  const text = btoa(short.map((byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes that `encoded` was given, `length` of them; null for any other text. */
export function decoded(text: string, length: number): Uint8Array | null {
  let short: string;
  try {
    short = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return null;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < short.length; i++) {
    const byte = short.charCodeAt(i);
    if (byte === 0) at += short.charCodeAt(++i);
    else if (at < length) bytes[at++] = byte;
    else return null;
  }
  return at === length ? bytes : null;
}
