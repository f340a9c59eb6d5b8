/** What the page is fed with. Mirrors src/linocut/report/document.py; keep the two in step. */

/** A number array as base64 of its little-endian bytes, row-major. */
export interface Packed {
  dtype: 'uint8' | 'uint16' | 'int32' | 'float32';
  shape: number[];
  data: string;
}

/** A row of numbers as base64 of zlib's stream, its bytes apart as in a stack. */
export interface Deflated {
  dtype: 'uint8' | 'uint16' | 'int32';
  count: number;
  data: string;
}

/** An image of numbers for each class, compressed; see stack.ts. */
export interface Stack {
  dtype: 'int8' | 'int16' | 'float32';
  /** (K, h, w) */
  shape: [number, number, number];
  /** base64 of zlib's stream: the first byte of every number, then the second of every number, … */
  data: string;
  /** float32 (K,): what the whole numbers of each class are multiplied by; null for float32 */
  steps: Packed | null;
}

/** A confusion matrix without its zeros, row by row: row = true class, column = predicted. */
export interface Counts {
  /** uint16 (K,): how many cells each row holds */
  filled: Packed;
  /** uint8 or uint16 (m,): their columns, ascending within a row */
  columns: Packed;
  /** uint8, uint16 or int32 (m,) */
  counts: Packed;
  /** int32 (K,): images of each class */
  true: Packed;
  /** int32 (K,): images classified as each class */
  predicted: Packed;
  /** images in the cells that are not held, of very many kinds of mistake the rarest */
  left_out: number;
}

/** Many images of one size as tiles on a few greyscale PNG sheets, filled row by row. */
export interface Sprite {
  count: number;
  height: number;
  width: number;
  columns: number;
  per_sheet: number;
  /** data:image/png;base64,… (0 = paper … 255 = full ink) */
  sheets: string[];
}

export interface DatasetPage {
  name: string;
  source: string;
  licence: string;
  citation: string;
  class_names: string[];
  /** what else each class is called; shown where no font has the letters of its name */
  other_names: string[] | null;
  height: number;
  width: number;
  /** 1 for grey images; 3 for red, green and blue, pixel by pixel */
  planes: number;
  train_rows: number;
  test_rows: number;
  train_counts: number[];
  test_counts: number[];
  notes: string[];
  /** float32 (h, w): share of training images with ink in that pixel */
  pixel_use: Packed;
  /** the stack with the mean ink of each class, 0…1; null if left out */
  mean_images: number | null;
  /** the stack with each class's share of training images with ink in a pixel; null if left out */
  class_use: number | null;
  /** float32 (h, w): share of the training images that the best threshold on a pixel alone gets right */
  pixel_accuracy: Packed;
  /** training images, class by class */
  samples: Sprite;
  samples_per_class: number[];
}

/** Means of precision, recall and F1 over the classes of one part. */
export interface MeanMetrics {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface PartMetrics {
  accuracy: number;
  macro: MeanMetrics;
  weighted: MeanMetrics;
  confusion: Counts;
}

/** Probabilities of the shown images, of each only those of classes that are at all likely. */
export interface Likely {
  /** uint8 (m,): how many classes each image holds */
  filled: Deflated;
  /** their positions, the most probable first */
  classes: Deflated;
  /** uint16: their probabilities, in 65535ths */
  shares: Deflated;
}

/** Misclassified training images of one rung, worst first; of many only the worst. */
export interface TrainingMistakes {
  /** int32 (m,): positions among the document's training images */
  images: Packed;
  /** uint8 or uint16 (m,) */
  predicted: Packed;
  /** uint16 (m,), in 65535ths */
  probability_predicted: Packed;
  /** uint16 (m,), in 65535ths */
  probability_true: Packed;
  /** all misclassified training images */
  total: number;
}

/** The training images that some rung misclassifies, as far as the page holds them. */
export interface TrainingImages {
  sprite: Sprite;
  /** int32 (m,): row of each in the training part */
  rows: Packed;
  /** uint8 or uint16 (m,): true class */
  labels: Packed;
  /** file of each, for folders of images */
  names: string[] | null;
}

/** What every two rungs make of the test images; row and column are rungs, as climbed. */
export interface Duels {
  /** int32 (R, R): images for which both predict the same class */
  same: Packed;
  /** int32 (R, R): images that the row's rung gets right and the column's does not */
  only: Packed;
}

/** What one rule finds of a model, its data or both. */
export interface Check {
  name: string;
  level: 'fine' | 'note' | 'warning';
  /** what was measured, as it is read; empty where there is no one number */
  figure: string;
  sentence: string;
  /** what to do; empty where there is nothing to do */
  advice: string;
}

/** Points of a line with their 95 % intervals. */
export interface Curve {
  /** float32 (m,) */
  x: Packed;
  /** float32 (m,) */
  y: Packed;
  /** float32 (m,) */
  low: Packed;
  /** float32 (m,) */
  high: Packed;
  /** int32 (m,): images behind each point */
  counts: Packed;
}

/** Shares of images correctly classified under conditions of two kinds. */
export interface Grid {
  title: string;
  /** float32 (rows, columns) */
  values: Packed;
  /** what each is called */
  rows: string[];
  columns: string[];
  /** behind each value */
  images: number;
}

/** Test images by the probability that a model gives, in the bins of `Trust.edges`. */
export interface Confidence {
  /** int32 (2, bins): misclassified, correct; by the probability of the prediction */
  top: Packed;
  /** (K, 2, bins): images of other classes, of the class, by its probability; null if left out */
  by_class: Deflated | null;
}

/** How far to trust one model; null where that was not measured or does not apply. */
export interface RungTrust {
  checks: Check[];
  confidence: Confidence | null;
  /** share correct against the probability of the prediction */
  reliability: Curve | null;
  /** by pixels downwards and to the right */
  shifts: Grid | null;
  /** by kind and strength; with and without preparing images */
  corruptions: Grid[];
  text: {
    abstain: string;
    classes: string;
    reliability: string;
    shifts: string;
    corruptions: string;
  };
}

/** Images whose labels may be wrong, most suspect first; of many only the first. */
export interface SuspectLabels {
  sprite: Sprite;
  /** uint8 (m,): 0 for the training part, 1 for the test part */
  parts: Packed;
  /** int32 (m,): row of each in its part */
  rows: Packed;
  /** file of each, for folders of images */
  names: string[] | null;
  /** uint8 or uint16 (m,): its label */
  given: Packed;
  /** uint8 or uint16 (m,): the class that the model proposes instead */
  proposed: Packed;
  /** float32 (m,): probability that it is wrong */
  scores: Packed;
  text: string;
}

/** What is needed, beyond each rung's own, to show how far to trust the models. */
export interface Trust {
  /** of the bins of probabilities, from 0 to 1 */
  edges: number[];
  suspects: SuspectLabels | null;
  /** one image under each corruption, as the grids' cells */
  corrupted: Sprite | null;
}

export interface RungPage {
  name: string;
  /** at most 22 characters, for tables, charts and running text */
  short: string;
  title: string;
  description: string;
  linear: boolean;
  chosen: Record<string, number | string | boolean>;
  /** share of the validation rows classified correctly, by which the choice was made */
  validation_accuracy: number;
  /** test images that only this rung classifies correctly, of the two with the rung before; null for the first */
  gained: number | null;
  lost: number | null;
  /** how often a fair coin splits gained and lost as unevenly; null for the first */
  chance: number | null;
  /** 95 % Wilson interval of the test accuracy */
  interval: [number, number];
  log_loss: number | null;
  fit_seconds: number;
  total_seconds: number;
  parameters: number;
  bytes: number;
  train: PartMetrics;
  test: PartMetrics;
  /** uint8 or uint16 (m,): predicted class of the m shown test images */
  predicted: Packed;
  /** uint16 (m,), in 65535ths */
  probability_predicted: Packed;
  /** uint16 (m,), in 65535ths */
  probability_true: Packed;
  /** int32: misclassified shown images, worst first */
  mistakes: Packed;
  training_mistakes: TrainingMistakes;
  /** a sentence on each class; none of them where too long */
  class_facts: string[];
  /** int32 (K,): the class that each is mixed up with most, −1 if with none */
  rivals: Packed;
  /** null where the page computes all probabilities; see EvidenceModel */
  likely: Likely | null;
  /** why no pixel of an image can be accounted for, if so */
  no_evidence: string | null;
  /** why there are no templates to show, if so */
  no_templates: string | null;
  trust: RungTrust;
  text: { confusion: string; mistakes: string; classes: string };
}

export interface ShownImages {
  sprite: Sprite;
  /** int32 (m,): row of each in the test part */
  rows: Packed;
  /** uint8 or uint16 (m,): true class */
  labels: Packed;
  /** file of each, for folders of images */
  names: string[] | null;
  /** true when every test image is here */
  complete: boolean;
}

export interface TemplateRow {
  name: string;
  title: string;
  unit: string;
  /** the value at full colour, in that unit; beyond it colours saturate */
  limit: number;
  /** names of all rungs with these weights */
  rungs: string[];
  /** the stack with its values */
  stack: number;
  /** whether the average over the classes is still to be subtracted from them */
  centred: boolean;
  /** false where values are rounded to shares of the limit and end there */
  exact: boolean;
  text: string;
}

/** What products of two measurements of an image add to the scores: zᵀ Q z with z = A ink. */
export interface PairWeights {
  /** the stack with A: m images of numbers, one for each measurement */
  measured: number;
  /** the stack (K, 1, m (m + 1) / 2) with the upper triangle of each Q, row by row */
  products: number;
}

/**
 * A model whose scores, and evidence for them, the page computes for any image: intercepts +
 * weights · ink, and what its pairs add.
 */
export interface EvidenceModel {
  /** name of the rung */
  rung: string;
  title: string;
  /** of a margin */
  unit: string;
  /** how scores become probabilities; without any, as by softmax */
  link: 'softmax' | 'sigmoids' | 'none';
  /** what scores are divided by first */
  temperature: number;
  /** the stack with what one fully inked pixel adds to each score */
  stack: number;
  /** null where the model is linear in the pixels */
  pairs: PairWeights | null;
  /** float32 (K,): the scores of the blank page */
  intercepts: Packed;
  /** no margin of a test image differs by more from the model's own */
  rounding: number;
  /** of each of the K scores, the position among the class names */
  classes: number[];
}

/**
 * Which training images made the templates of one model: C classes, m images of each side (of the
 * class itself, of all others), S numbers of images.
 */
export interface TemplateOrigins {
  /** name of the rung */
  rung: string;
  title: string;
  /** positions among the class names, the lowest recall first */
  classes: number[];
  /** every image that is referred to */
  sprite: Sprite;
  /** int32: row of each in the training part */
  rows: Packed;
  /** uint8 or uint16: its class */
  labels: Packed;
  /** int32 (C, 2, m): places in the sprite, largest coefficients first; −1: none */
  largest: Packed;
  /** float32 (C, 2, m): theirs */
  coefficients: Packed;
  /** float32 (M, K): of each image in the template of each of the model's K classes */
  every: Packed | null;
  /** float32 (C,): the largest coefficient of each class, in absolute value */
  limits: Packed;
  /** uint16 or int32 (C, 2, bins): images in equal bins from −limit to +limit */
  histogram: Packed;
  /** int32 (S,): images in each running sum */
  counts: Packed;
  /** (C · 2 · S, h, w): by size, then as the data come; null if left out */
  sums: Stack | null;
  /** float32 (C, 2, S): of each sum with the template */
  cosines: Packed;
  /** (C · F, h, w): by size, after one image, two, …, F; null if left out */
  first: Stack | null;
  text: string;
  /** about each class */
  told: string[];
}

/** The training images next to m hard test images, and those that pull them most. */
export interface Neighbours {
  /** name of the rung */
  rung: string;
  title: string;
  /** every training image that is referred to */
  sprite: Sprite;
  /** int32: row of each in the training part */
  rows: Packed;
  /** uint8 or uint16: its class */
  labels: Packed;
  /** int32 (m,): rows of the test images in the test part */
  of: Packed;
  /** int32 (m, 3): places in the sprite, the nearest first; −1: none */
  nearest: Packed;
  /** float32 (m, 3): root of the sum of squared differences of ink */
  distances: Packed;
  /** uint8 or uint16 (m,): the class that the predicted one is held against */
  rivals: Packed;
  /** int32 (m, 2, 2): towards the predicted class, then towards the rival; −1: none */
  pulls: Packed;
  /** float32 (m, 2, 2): their parts of the margin */
  evidence: Packed;
  text: string;
}

/** The templates of one model at T moments of its fit, for each of K classes. */
export interface FitReplay {
  /** name of the rung */
  rung: string;
  title: string;
  unit: string;
  /** (T · K, h, w) */
  stack: Stack;
  /** the value at full colour, the same for all moments */
  limit: number;
  /** of each of the K planes, the position among the class names */
  classes: number[];
  /** of each moment; 0 is the start */
  iterations: number[];
  /** mean loss plus penalty */
  objectives: number[];
  /** float32 (T, 2): of the training and the test images */
  accuracies: Packed;
  text: string;
}

/** What goes with the scores of one model, beside its weights. */
export interface Patterns {
  /** name of the rung */
  rung: string;
  title: string;
  /** ink, as a share of full ink, that goes with one standard deviation of a score */
  stack: number;
  /** the value at full colour */
  limit: number;
  /** float32 (K,): correlation of weights and pattern */
  agreement: Packed;
  /** of each of the K planes, the position among the class names */
  classes: number[];
  text: string;
}

/** The simplest classifier there is: which class's images share most ink with an image. */
export interface InkShares {
  /** share of the images of each class in which a pixel is inked */
  stack: number;
  /** a pixel is inked if its grey value is larger */
  threshold: number;
  text: string;
}

/** Templates of one model that adds up squared matches: m for each of C classes. */
export interface EigenTemplates {
  /** name of the rung */
  rung: string;
  title: string;
  /** of a score */
  unit: string;
  /** (C · m, h, w), of length 1 */
  stack: number;
  /** the value at full colour */
  limit: number;
  /** float32 (C, m): evidence for a match of 1; what adds most first */
  values: Packed;
  /** positions among the class names */
  classes: number[];
  text: string;
}

/** What is needed, beyond weights and images, to show why models decide as they do. */
export interface Why {
  training: TemplateOrigins | null;
  patterns: Patterns | null;
  ink: InkShares | null;
  eigen: EigenTemplates | null;
  neighbours: Neighbours | null;
  replay: FitReplay | null;
  /** why there is none, if so */
  no_replay: string | null;
}

/** The model that the reader may draw for: the page runs its file. */
export interface DrawnOn {
  /** name of its rung */
  rung: string;
  /** the file, as base64 of zlib's stream */
  model: string;
}

export interface Document {
  format: number;
  version: string;
  created: string;
  command: string;
  machine: string;
  dataset: DatasetPage;
  shown: ShownImages;
  /** in the order climbed, cheapest first */
  rungs: RungPage[];
  training: TrainingImages;
  duels: Duels;
  /** name of the rung with the highest test accuracy */
  best: string;
  /** name of the smallest model within one standard error of the best on the validation part */
  recommended: string;
  /** uint16 (K,): the classes, those that get mixed up side by side */
  order: Packed;
  stacks: Stack[];
  templates: TemplateRow[];
  /** at most one of each rung, the most telling first */
  evidence: EvidenceModel[];
  why: Why;
  trust: Trust;
  /** null where no linear model is small enough */
  drawn_on: DrawnOn | null;
  text: {
    headline: string;
    samples: string;
    balance: string;
    pixels: string;
    single_pixel: string;
    means: string;
    ladder: string;
    steps: string;
    templates: string;
    why: string;
    draw: string;
    pulls: string;
  };
}
