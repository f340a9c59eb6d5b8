import { expect, test } from 'vitest';
import { likeness } from './likeness.ts';

const planes = { values: Float32Array.of(1, 0, -1, 0, 0, 2, 0, 0), size: 2 };

test('a template is wholly like itself and wholly unlike its opposite', () => {
  expect(likeness(planes, 0, 0)).toBe(1);
  expect(likeness(planes, 0, 1)).toBe(-1);
});

test('templates that share no pixel are neither like nor unlike, and nor is an empty one', () => {
  expect(likeness(planes, 0, 2)).toBe(0);
  expect(likeness(planes, 0, 3)).toBe(0);
});
