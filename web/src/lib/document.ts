/** What the page is fed with. Mirrors src/linocut/report/document.py; keep the two in step. */

/** A number array as base64 of its little-endian bytes, row-major. */
export interface Packed {
  dtype: 'uint8' | 'uint16' | 'int32' | 'float32';
  shape: number[];
  data: string;
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
  height: number;
  width: number;
  train_rows: number;
  test_rows: number;
  train_counts: number[];
  test_counts: number[];
  notes: string[];
  /** float32 (h, w): share of training images with ink in that pixel */
  pixel_use: Packed;
  /** float32 (K, h, w): mean ink of each class, 0…1 */
  mean_images: Packed;
  /** training images, class by class */
  samples: Sprite;
  samples_per_class: number[];
}

export interface ClassMetrics {
  name: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface PartMetrics {
  accuracy: number;
  classes: ClassMetrics[];
  macro: ClassMetrics;
  weighted: ClassMetrics;
  /** (K, K) counts, row = true class, column = predicted */
  confusion: number[][];
}

export interface RungPage {
  name: string;
  title: string;
  description: string;
  linear: boolean;
  chosen: Record<string, number | string | boolean>;
  /** share of the validation rows classified correctly, by which the choice was made */
  validation_accuracy: number;
  /** test images that only this rung classifies correctly, of the two with the rung before; null for the first */
  gained: number | null;
  lost: number | null;
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
  /** float32 (K, h, w) */
  values: Packed;
  text: string;
}

/** A model that is linear in the pixels, whose evidence the page computes for any image. */
export interface EvidenceModel {
  /** name of the rung */
  rung: string;
  title: string;
  /** of a margin */
  unit: string;
  /** float32 (K, h, w): what one fully inked pixel adds to each score */
  weights: Packed;
  /** float32 (K,): the scores of the blank page */
  intercepts: Packed;
  /** of each of the K scores, the position among the class names */
  classes: number[];
}

/** A figure that shows why the model decides as it does. */
export interface WhyFigure {
  name: string;
  title: string;
  /** what the figure shows, its unit and its reference */
  text: string;
  /** data:image/png;base64,… */
  image: string;
  /** CSS pixels */
  width: number;
  height: number;
  alt: string;
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
  /** name of the rung with the highest test accuracy */
  best: string;
  /** name of the smallest model within one standard error of the best on the validation part */
  recommended: string;
  templates: TemplateRow[];
  /** null where no rung is linear in the pixels */
  evidence: EvidenceModel | null;
  why: WhyFigure[];
  text: {
    headline: string;
    samples: string;
    balance: string;
    pixels: string;
    means: string;
    ladder: string;
    steps: string;
    templates: string;
    why: string;
  };
}
