/** The module that notebooks load: anywidget calls `render` for every cell that shows a drawing. */

import { mount, unmount } from 'svelte';
import styles from '../../app.css?inline';
import type { Kernel } from './exchange.ts';
import Notebook from './Notebook.svelte';

// Within a shadow root, the page's style reaches what it should and nothing of the notebook.
const INSIDE = styles
  .replaceAll(/:root(\[[^\]]*\])?/g, (_, marked?: string) =>
    marked ? `:host(${marked})` : ':host',
  )
  .replaceAll(/\bbody\s*\{/g, ':host {');

export function render({ model: kernel, el }: { model: Kernel; el: HTMLElement }): () => void {
  const host = document.createElement('div');
  // The keys of the explorer are no commands of the notebook.
  host.dataset.lmSuppressShortcuts = 'true';
  host.addEventListener('keydown', (event) => {
    event.stopPropagation();
  });
  const target = host.attachShadow({ mode: 'open' });
  const style = document.createElement('style');
  style.textContent = `${INSIDE} :host { display: block; padding: 1rem; }`;
  target.append(style);
  el.append(host);
  const mounted = mount(Notebook, { target, props: { kernel, host } });
  return () => {
    void unmount(mounted);
    host.remove();
  };
}

export default { render };
