import { mount, type Component } from 'svelte';
import { readSlot, type Reading } from './document.ts';

/** Show what the page holds. */
export function mounted(App: Component<{ reading: Reading }>): void {
  const slot = document.getElementById('linocut-document');
  const target = document.getElementById('page');
  if (!target) throw new Error('the page has no element #page');
  mount(App, { target, props: { reading: readSlot(slot?.textContent ?? 'null') } });
}
