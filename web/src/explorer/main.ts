import '../app.css';
import App from './App.svelte';
import { mounted } from './mounted.ts';

mounted(App);
