/** A step as a model file describes it, read field by field. */

import { ModelError, demand } from './error.ts';
import { isObject, type Contents, type Tensor } from './safetensors.ts';
import { floats, sizeOf, type Shape } from './values.ts';

/** What a file says of one step. */
export interface StepDocument {
  readonly name: string;
  readonly kind: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly views?: readonly ViewDocument[];
}

export interface ViewDocument {
  readonly name: string;
  readonly weight: number;
  readonly steps: readonly StepDocument[];
}

const UNNAMED: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };

/** A value as `linocut.modelfile.plain.encoded` wrote it: tuples become arrays, maps objects. */
export function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (!isObject(value)) return value;
  if (Array.isArray(value.tuple)) return value.tuple.map(decoded);
  if (Array.isArray(value.map))
    return Object.fromEntries((value.map as [string, unknown][]).map(([k, v]) => [k, decoded(v)]));
  return typeof value.number === 'string' ? UNNAMED[value.number] : value;
}

/** The parameters and the state of one step; what is missing or of another form is an error. */
export class Given {
  private readonly document: StepDocument;
  private readonly tensors: Contents['tensors'];
  private readonly within: string;
  /** of what comes into the step */
  readonly shape: Shape;

  constructor(document: StepDocument, tensors: Contents['tensors'], within: string, shape: Shape) {
    this.document = document;
    this.tensors = tensors;
    this.within = within;
    this.shape = shape;
  }

  /** A number among parameters or state; `otherwise` where older files do not have it. */
  number(name: string, otherwise?: number): number {
    const value = this.field(name) ?? otherwise;
    if (typeof value !== 'number') throw this.wrong(name);
    return value;
  }

  /** A whole number within bounds, so that no file makes a step take all memory or time. */
  whole(name: string, least: number, most: number): number {
    const value = this.number(name);
    if (!Number.isInteger(value) || value < least || value > most) throw this.wrong(name);
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.field(name) ?? otherwise;
    if (typeof value !== 'boolean') throw this.wrong(name);
    return value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.field(name) ?? otherwise;
    if (typeof value !== 'string') throw this.wrong(name);
    return value;
  }

  field(name: string): unknown {
    return decoded(this.document.parameters?.[name] ?? this.document.state?.[name]);
  }

  /** An array of the state, of these sides; null is any length. */
  array(name: string, ...sides: (number | null)[]): Float64Array {
    return floats(this.tensor(name, sides).values);
  }

  /** The rows of an array of the state. */
  rows(name: string): number {
    return this.tensor(name, []).shape[0];
  }

  /** Whether the state has an array of this name, which some steps do without. */
  has(name: string): boolean {
    return this.tensors.has(this.within + this.document.name + '.' + name);
  }

  /** How many numbers come into the step. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The sides of the images that come into the step: height, width and planes. */
  get image(): { height: number; width: number; planes: number } {
    const sides = this.shape.length > 1 ? this.shape : this.field('image_shape_');
    if (!Array.isArray(sides) || sizeOf(sides as number[]) !== this.size)
      throw this.wrong('image_shape_');
    const [height, width, planes = 1] = sides as number[];
    return { height, width, planes };
  }

  wrong(name: string): ModelError {
    return new ModelError(
      `This model file is damaged: ${name} of its step ${this.document.name} does not fit.`,
    );
  }

  private tensor(name: string, sides: readonly (number | null)[]): Tensor {
    const tensor = this.tensors.get(this.within + this.document.name + '.' + name);
    demand(tensor !== undefined, this.wrong(name).message);
    const fits = sides.every((side, i) => side === null || side === tensor.shape[i]);
    if (!fits || (sides.length > 0 && sides.length !== tensor.shape.length)) throw this.wrong(name);
    return tensor;
  }
}
