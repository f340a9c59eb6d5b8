/** Which glyphs are read as which: of many symbols only those that take part in a mistake. */

export interface Mistakes {
  /** names of the true glyphs and of what was read */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly at: (truth: string, read: string) => number;
  readonly most: number;
  /** what was mixed up, the most frequent first */
  readonly list: readonly {
    readonly truth: string;
    readonly read: string;
    readonly count: number;
  }[];
}

export function mistakesOf(names: readonly string[], counts: ArrayLike<number>): Mistakes {
  const K = names.length;
  const list: { truth: string; read: string; count: number }[] = [];
  for (let i = 0; i < K; i++)
    for (let j = 0; j < K; j++)
      if (i !== j && counts[i * K + j] > 0)
        list.push({ truth: names[i], read: names[j], count: counts[i * K + j] });
  list.sort((a, b) => b.count - a.count);
  const place = new Map(names.map((name, k) => [name, k]));
  return {
    rows: names.filter((name) => list.some(({ truth }) => truth === name)),
    columns: names.filter((name) => list.some(({ read }) => read === name)),
    at: (truth, read) => counts[(place.get(truth) ?? 0) * K + (place.get(read) ?? 0)],
    most: list.at(0)?.count ?? 0,
    list,
  };
}
