/** Geometry of charts: axes, some of them stretched towards 100 %, and labels kept apart. */

export interface Axis {
  low: number;
  high: number;
  /** 0 at `low` … 1 at `high` */
  at: (value: number) => number;
  ticks: number[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** A line of a chart. */
export interface Line {
  /** faint lines are there to compare with; a guide is what would be ideal */
  readonly kind: 'main' | 'faint' | 'guide';
  readonly points: readonly Point[];
  /** points with a bar for each interval, rather than a line with a band */
  readonly dots?: boolean;
}

/** An axis with its name. */
export interface Scale {
  readonly axis: Axis;
  readonly title: string;
  readonly format: (value: number) => string;
}

const NICE_ERRORS = [
  0.9, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 0.0005,
  0.0002, 0.0001, 0.00005, 0.00002, 0.00001,
];

/**
 * An axis for accuracies on which equal steps divide the error rate by equal factors.
 * `n` images bound it: fewer than half an error in them cannot be seen.
 */
export function accuracyAxis(accuracies: readonly number[], n: number): Axis {
  const floor = 0.5 / Math.max(n, 1);
  const error = (accuracy: number) => Math.max(floor, 1 - accuracy);
  const errors = accuracies.map(error);
  const worst = Math.min(1, Math.max(...errors) * 1.08);
  const best = Math.min(Math.max(floor, Math.min(...errors) / 1.15), worst / 1.5);
  const span = Math.log(worst / best);
  const at = (accuracy: number) =>
    Math.max(0, Math.min(1, Math.log(worst / error(accuracy)) / span));
  const ticks = NICE_ERRORS.filter((e) => e <= worst && e >= best).map((e) => 1 - e);
  return { low: 1 - worst, high: 1 - best, at, ticks };
}

/** A logarithmic axis for seconds, with decades (and halves of a short span) as ticks. */
export function secondsAxis(values: readonly number[]): Axis {
  const held = values.map((value) => Math.max(value, 1e-3));
  let low = Math.min(...held) / 1.5;
  let high = Math.max(...held) * 1.5;
  const wide = Math.sqrt(Math.max(1, 10 / (high / low))); // a decade at least
  low /= wide;
  high *= wide;
  const span = Math.log(high / low);
  const at = (value: number) => Math.log(Math.max(value, 1e-3) / low) / span;
  const steps = span > Math.log(100) ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return { low, high, at, ticks };
}

/** An even axis, about `many` steps of 1, 2 or 5 as ticks. */
export function evenAxis(low: number, high: number, many = 5): Axis {
  const span = high - low || 1;
  const rough = span / many;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((nice) => nice * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { low, high, at: (value) => held((value - low) / span), ticks };
}

/** A logarithmic axis from `low` to 1, with decades as ticks; what is less lies at its start. */
export function decadesAxis(low: number): Axis {
  const span = Math.log(1 / low);
  const decades = Math.round(-Math.log10(low));
  const ticks = Array.from({ length: decades + 1 }, (_, i) => Number(`1e${i - decades}`));
  const at = (value: number) => (value <= low ? 0 : held(Math.log(value / low) / span));
  return { low, high: 1, at, ticks };
}

function held(share: number): number {
  return Math.max(0, Math.min(1, share));
}

/** Ticks at least `gap` apart on the axis, keeping the first and preferring later ones. */
export function thinned(axis: Axis, gap: number): number[] {
  const kept: number[] = [];
  for (const tick of [...axis.ticks].reverse())
    if (kept.length === 0 || Math.abs(axis.at(kept[kept.length - 1]) - axis.at(tick)) >= gap)
      kept.push(tick);
  return kept.reverse();
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function overlap(a: Box, b: Box): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across > 0 && down > 0 ? across * down : 0;
}

/**
 * A box for the number of each point: beside it where there is room, further off where there
 * is none, never on another point or number, never off the frame if that can be helped.
 */
export function placeLabels(
  points: readonly { x: number; y: number }[],
  side: number,
  radius: number,
  frame: Box,
): Box[] {
  const marks = points.map(({ x, y }) => around(x, y, 2 * radius));
  const placed: Box[] = [];
  for (const point of points) {
    let best: Box | null = null;
    let bestCost = Infinity;
    for (const distance of [1, 1.7, 2.5, 3.4]) {
      for (let turn = 0; turn < 12; turn++) {
        const angle = -Math.PI / 2 + (turn * Math.PI) / 6;
        const reach = distance * (radius + side / 2 + 1);
        const box = around(
          point.x + reach * Math.cos(angle),
          point.y + reach * Math.sin(angle),
          side,
        );
        const outside = side * side - overlap(box, frame);
        const hit = [...marks, ...placed].reduce((total, other) => total + overlap(box, other), 0);
        const cost = 10 * (hit + outside) + distance * side + turn * 0.01;
        if (cost < bestCost) [best, bestCost] = [box, cost];
      }
    }
    if (best) placed.push(best);
  }
  return placed;
}

function around(x: number, y: number, side: number): Box {
  return { x: x - side / 2, y: y - side / 2, width: side, height: side };
}

/** The points that no cheaper one beats, from cheap to dear: the foot of each step upwards. */
export function climb<Point extends { seconds: number; accuracy: number }>(
  points: readonly Point[],
): Point[] {
  const steps: Point[] = [];
  for (const point of [...points].sort((a, b) => a.seconds - b.seconds || b.accuracy - a.accuracy))
    if (steps.length === 0 || point.accuracy > steps[steps.length - 1].accuracy) steps.push(point);
  return steps;
}
