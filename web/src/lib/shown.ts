import type { RungPage, ShownImages } from './document.ts';
import { unpack } from './unpack.ts';

/** What to call a shown image: its file, or its row in the test part. */
export function imageName(shown: ShownImages, index: number): string {
  return shown.names?.[index] ?? `Test image ${unpack(shown.rows)[index]}`;
}

/** Models without a log loss give scores only. */
export function hasProbabilities(rung: RungPage): boolean {
  return rung.log_loss !== null && unpack(rung.probability_predicted).length > 0;
}
