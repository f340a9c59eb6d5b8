/** What is wrong with a model file, in one sentence for whoever opened it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** Refuse with a sentence what is not so. */
export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new ModelError(sentence);
}
