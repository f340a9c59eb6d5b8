import { mount } from 'svelte';
import '../app.css';
import App from './App.svelte';
import { readSlot } from './document.ts';

const slot = document.getElementById('linocut-document');
const target = document.getElementById('page');
if (!target) throw new Error('the page has no element #page');
mount(App, { target, props: { reading: readSlot(slot?.textContent ?? 'null') } });
