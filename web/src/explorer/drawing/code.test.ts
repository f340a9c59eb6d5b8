import { expect, test } from 'vitest';
import { decoded, encoded } from './code.ts';

test('every drawing is read back', () => {
  const drawings = [
    new Uint8Array(784),
    new Uint8Array(784).fill(255),
    Uint8Array.from({ length: 784 }, (_, i) => (i * 73) % 256),
    Uint8Array.from({ length: 3 }, (_, i) => i),
  ];
  for (const drawing of drawings)
    expect(decoded(encoded(drawing), drawing.length)).toEqual(drawing);
});

test('paper takes next to nothing, and an address needs no escapes', () => {
  expect(encoded(new Uint8Array(784)).length).toBeLessThan(15);
  expect(encoded(Uint8Array.from({ length: 784 }, (_, i) => i % 256))).toMatch(/^[\w-]+$/);
});

test('a text that is no drawing of this size is refused', () => {
  const drawing = encoded(new Uint8Array(784));
  for (const text of [drawing.slice(2), `${drawing}AA`, '*', '', 'AAAA'])
    expect(decoded(text, 784)).toBeNull();
});
