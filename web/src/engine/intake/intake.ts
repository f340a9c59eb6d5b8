/** How any image becomes the bytes that a model expects: the value that its file carries. */

export interface Intake {
  /** Height and width, pixels. */
  readonly shape: readonly [number, number];
  /** Which grey is ink; `each` asks the border of each image. */
  readonly ink: 'light-on-dark' | 'dark-on-light' | 'each';
  readonly resampling: 'area' | 'nearest';
  /** Longer side of the ink, pixels, where it is found, scaled and centred. */
  readonly box: number | null;
  /** The grey value that becomes 255. */
  readonly white: number | null;
  readonly binarise: boolean;
  readonly colour: boolean;
}

/** The same in a document, which leaves out what is not so. */
export type IntakeDocument = Omit<Intake, 'binarise' | 'colour'> &
  Partial<Pick<Intake, 'binarise' | 'colour'>>;

/** An image that cannot be read, with the reason in one sentence. */
export class ImageError extends Error {}

export function intakeOf(document: IntakeDocument): Intake {
  return { binarise: false, colour: false, ...document };
}

export function planesOf(intake: Intake): 1 | 3 {
  return intake.colour ? 3 : 1;
}
