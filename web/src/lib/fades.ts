/**
 * Mark an element that can be scrolled further to the right, so that its edge fades out:
 * `<div class="scrolls" {@attach fades}>`.
 */
export function fades(element: HTMLElement): () => void {
  const update = () => {
    const left = element.scrollWidth - element.clientWidth - element.scrollLeft;
    element.toggleAttribute('data-more', left > 1);
  };
  element.addEventListener('scroll', update, { passive: true });
  const resized = new ResizeObserver(update);
  resized.observe(element);
  for (const child of element.children) resized.observe(child);
  return () => {
    element.removeEventListener('scroll', update);
    resized.disconnect();
  };
}
