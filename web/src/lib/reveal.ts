/**
 * Scroll `frame`, and nothing else, as little as brings `element` into sight; what sticks to the
 * frame's upper and left edge, its table's first cell, covers nothing of it.
 */
export function reveal(frame: HTMLElement, element: HTMLElement): void {
  const corner = frame.querySelector('thead td, thead th')?.getBoundingClientRect();
  const [view, box] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
  const move = (low: number, high: number, from: number, to: number) =>
    from < low ? from - low : to > high ? to - high : 0;
  frame.scrollLeft += move(view.left + (corner?.width ?? 0), view.right, box.left, box.right);
  frame.scrollTop += move(view.top + (corner?.height ?? 0), view.bottom, box.top, box.bottom);
}
