import '../../app.css';
import { mounted } from '../mounted.ts';
import App from './App.svelte';

mounted(App);
