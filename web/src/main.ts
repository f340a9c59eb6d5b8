import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { withWritableNames, writableHere } from './lib/letters.ts';
import { readSlot } from './lib/read.ts';

const slot = document.getElementById('linocut-document');
const target = document.getElementById('page');
if (!target) throw new Error('the page has no element #page');
const reading = readSlot(slot?.textContent ?? 'null');
if (reading.kind === 'report')
  reading.document = withWritableNames(
    reading.document,
    writableHere(getComputedStyle(document.body).fontFamily),
  );
mount(App, { target, props: { reading } });
