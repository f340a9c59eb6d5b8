/** Numbers as people read them. */

const NARROW = '\u202f'; // narrow no-break space, before a unit
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** "1 image", "31 images". */
export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "once", "twice", "3 times". */
export function times(value: number): string {
  return ['never', 'once', 'twice'][value] ?? `${count(value)} times`;
}

/** A share as per cent; never "100 %" or "0 %" for what is not quite that. */
export function percent(share: number, digits = 1): string {
  return `${percentNumber(share, digits)}${NARROW}%`;
}

export function percentNumber(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return '–';
  const step = 10 ** -digits;
  let value = 100 * share;
  if (value > 0 && value < step) return `<${step.toFixed(digits)}`;
  if (share < 1 && value > 100 - step / 2) value = 100 - step;
  return value.toFixed(digits);
}

/** The bounds of a share: "96.0 % to 98.1 %". */
export function percentRange({ low, high }: { low: number; high: number }): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** A share in per cent with the digits that it has, as at the tick of an axis. */
export function percentTick(share: number): string {
  return String(Number((100 * share).toFixed(4)));
}

/** Text in which a number and its unit stay on one line. */
export function tied(text: string): string {
  return text.replaceAll(/(\d) (?=%)/g, `$1${NARROW}`);
}

/** Digits after the point that a share of `n` images can carry. */
export function digitsFor(n: number): number {
  return n >= 2000 ? 2 : 1;
}

export function seconds(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value < 0.0005) return `<${NARROW}1${NARROW}ms`;
  if (value < 0.0995) return `${(1000 * value).toFixed(0)}${NARROW}ms`;
  if (value < 9.95) return `${value.toFixed(value < 0.995 ? 2 : 1)}${NARROW}s`;
  if (value < 119.5) return `${value.toFixed(0)}${NARROW}s`;
  const minutes = Math.floor(Math.round(value) / 60);
  if (minutes < 120) return `${minutes}${NARROW}min ${Math.round(value) - 60 * minutes}${NARROW}s`;
  const hours = Math.floor(minutes / 60);
  return `${hours}${NARROW}h ${minutes - 60 * hours}${NARROW}min`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let left = value;
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000;
    unit++;
  }
  const digits = unit > 0 && left < 99.95 ? 1 : 0;
  return `${left.toFixed(digits)}${NARROW}${units[unit]}`;
}

/** A value with three significant digits and its sign. */
export function signed(value: number): string {
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '+';
  return sign + significant(Math.abs(value));
}

/** A value with two decimals and its sign: what adds up is seen to. */
export function signedParts(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return (value < 0 && Number(text) !== 0 ? '−' : '+') + text;
}

/** A signed share, to whole per cent. */
export function signedPercent(share: number): string {
  const value = Math.round(100 * share);
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  return `${sign}${Math.abs(value)}${NARROW}%`;
}

export function significant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    return `${mantissa} × 10${superscript(Number(exponent))}`;
  }
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(places);
}

function superscript(exponent: number): string {
  const raised: Partial<Record<string, string>> = { '-': '⁻', 1: '¹', 2: '²', 3: '³' };
  return Array.from(
    String(exponent),
    (sign) => raised[sign] ?? String.fromCharCode(0x2070 + Number(sign)),
  ).join('');
}

/** A chosen hyper-parameter: short, whatever its type. */
export function setting(value: unknown): string {
  if (typeof value === 'number')
    return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(4)))
      : significant(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null || value === undefined ? '–' : JSON.stringify(value);
}

/** The 65535ths in which probabilities travel, as a share. */
export function probability(sixteenBits: number): number {
  return sixteenBits / 65535;
}
