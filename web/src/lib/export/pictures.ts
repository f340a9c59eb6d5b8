/** Figures of the page as files, made without asking anybody for anything. */

const XHTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
/** image pixels for each CSS pixel, and the longest side that browsers draw reliably */
const SHARPNESS = 2;
const LONGEST = 8192;
const MARGIN = 12;

/** What decides how a shape of an SVG image looks; the rest stands in its attributes. */
const SHAPE_STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'visibility',
  'display',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'dominant-baseline',
  'paint-order',
  'image-rendering',
];

/** The one drawing that a figure is, if it is one; only that is an SVG image by itself. */
export function drawingIn(figure: Element): SVGSVGElement | null {
  const drawings = figure.querySelectorAll<SVGSVGElement>('svg');
  return drawings.length === 1 && !figure.querySelector('canvas') ? drawings[0] : null;
}

/** A drawing as an SVG file, its styles written into it. */
export function svgFile(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  originals.forEach((original, i) => {
    const style = getComputedStyle(original);
    copies[i].removeAttribute('class');
    for (const name of SHAPE_STYLES)
      copies[i].style.setProperty(name, style.getPropertyValue(name));
  });
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  return new XMLSerializer().serializeToString(copy);
}

/** Any figure as a PNG file: the page draws a copy of it. */
export async function pngFile(figure: HTMLElement): Promise<Blob> {
  const { markup, width, height } = standingAlone(figure);
  const image = new Image();
  // not a blob: a canvas that has drawn one with foreign elements cannot be read
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const scale = Math.min(SHARPNESS, LONGEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(scale * width);
  canvas.height = Math.ceil(scale * height);
  const context = canvas.getContext('2d');
  context?.scale(scale, scale);
  context?.drawImage(image, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error(`${canvas.width} × ${canvas.height} pixels are too many for an image`));
    });
  });
}

/** A copy of a figure that needs nothing of the page: its whole extent, with the page's styles. */
function standingAlone(figure: HTMLElement): { markup: string; width: number; height: number } {
  const inner = [figure, ...figure.querySelectorAll<HTMLElement>('*')];
  const hidden = (element: Element) => element.scrollWidth - element.clientWidth;
  const below = (element: Element) => element.scrollHeight - element.clientHeight;
  const scrolling = inner.filter((element) => element.classList.contains('scrolls'));
  // a figure may be stretched to the height of its neighbour
  const content = document.createRange();
  content.selectNodeContents(figure);
  const box = figure.getBoundingClientRect();
  const bottom = content.getBoundingClientRect().bottom - box.top;
  const width = Math.ceil(box.width + Math.max(0, ...scrolling.map(hidden)) + 2 * MARGIN);
  const height = Math.ceil(
    Math.min(box.height, bottom) +
      scrolling.reduce((sum, element) => sum + below(element), 0) +
      2 * MARGIN,
  );

  const copy = figure.cloneNode(true) as HTMLElement;
  const copies = [copy, ...copy.querySelectorAll<HTMLElement>('*')];
  inner.forEach((element, i) => {
    if (getComputedStyle(element).position === 'sticky')
      Object.assign(copies[i].style, { position: 'relative', inset: 'auto' });
  });
  const canvases = copy.querySelectorAll('canvas');
  figure.querySelectorAll('canvas').forEach((canvas, i) => {
    canvases[i].replaceWith(pictureOf(canvas));
  });
  copy.querySelectorAll('.screen-only, script').forEach((element) => {
    element.remove();
  });

  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.dataset.theme = document.documentElement.dataset.theme;
  const style = document.createElementNS(SVG, 'style');
  style.textContent = `${rulesInForce(document.styleSheets)}
    .scrolls { overflow: visible !important; max-height: none !important; mask: none !important; }
    body { height: ${height}px; padding: ${MARGIN}px; }`;
  const frame = document.createElementNS(SVG, 'foreignObject');
  frame.setAttribute('width', '100%');
  frame.setAttribute('height', '100%');
  const body = document.createElementNS(XHTML, 'body');
  body.append(copy);
  frame.append(body);
  svg.append(style, frame);
  return { markup: new XMLSerializer().serializeToString(svg), width, height };
}

function pictureOf(canvas: HTMLCanvasElement): HTMLImageElement {
  const image = document.createElement('img');
  const { width, height } = canvas.getBoundingClientRect();
  const { filter, backgroundColor, outline, boxShadow } = getComputedStyle(canvas);
  image.src = canvas.toDataURL();
  image.alt = '';
  Object.assign(image.style, {
    display: 'block',
    flex: 'none',
    width: `${width}px`,
    height: `${height}px`,
    imageRendering: 'pixelated',
    filter,
    backgroundColor,
    outline,
    boxShadow,
  });
  return image;
}

/** The page's rules as they apply now: within an image, its size would decide media queries. */
function rulesInForce(sheets: StyleSheetList): string {
  const flat = (rules: CSSRuleList): string[] =>
    Array.from(rules).flatMap((rule) => {
      if (!(rule instanceof CSSMediaRule)) return [rule.cssText];
      return matchMedia(rule.conditionText).matches ? flat(rule.cssRules) : [];
    });
  return Array.from(sheets)
    .flatMap((sheet) => flat(sheet.cssRules))
    .join('\n');
}
