/** The words of the page, for those who ask. */
export const TERMS = [
  ['glyph', 'One symbol as it is drawn in the image.'],
  ['read wholly', 'The text that the model gives is the true one, symbol by symbol.'],
  ['cut', 'Where one glyph ends and the next begins. No cuts are given to learn from.'],
  [
    'alignment',
    'The cuts that go best with a text. Those of the true text tell a wrong cut from a wrong glyph.',
  ],
  [
    'probability of a text',
    'The share that the text has among all texts, summed over all ways to cut the image.',
  ],
  ['score', 'What the model gives to a symbol at a place: features times weights, added up.'],
  [
    'evidence',
    'What one pixel adds to the score of the symbol that was read, less the average score of all symbols or that of its rival.',
  ],
  ['rival', 'The symbol with the next largest score at the same place.'],
  [
    'convex',
    'Fitting has one optimum, which is found from any start. A network’s result depends on its start.',
  ],
  [
    'CTC',
    'The usual loss for networks that read (connectionist temporal classification): a symbol or none in each column, summed over all ways to write the text.',
  ],
  [
    '95 % interval',
    'Wilson’s interval: the range of true shares that agree with the one measured on this many test images.',
  ],
] as const;
