import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { onePage } from './plugins/one-page.ts';

/** The pages, and the rooms of the Python package that they are built into. */
const PAGES = {
  report: { page: 'index.html', copyTo: '../src/linocut/report/page.html' },
  explorer: { page: 'explorer.html', copyTo: '../src/linocut/modelfile/html/page.html' },
};

// One page a build, `vite build --mode explorer`: a page holds all its code, shared or not.
export default defineConfig(({ mode }) => {
  const { page, copyTo } = mode === 'explorer' ? PAGES.explorer : PAGES.report;
  return {
    base: './',
    plugins: [svelte(), onePage(page, copyTo)],
    build: {
      target: 'es2022',
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      emptyOutDir: false,
      rollupOptions: { input: page },
    },
    test: { include: ['src/**/*.test.ts'] },
  };
});
