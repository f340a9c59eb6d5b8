import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { asServed } from './plugins/as-served.ts';
import { onePage } from './plugins/one-page.ts';

/** The pages, and the rooms of the Python package that they are built into. */
const PAGES = {
  report: { page: 'index.html', copyTo: '../src/linocut/report/page.html' },
  explorer: { page: 'explorer.html', copyTo: '../src/linocut/modelfile/html/page.html' },
  served: { page: 'explorer.html', copyTo: '../src/linocut/serve/page.html' },
};

/** One module, its style within it, that notebooks mount. */
const notebook: UserConfig = {
  plugins: [svelte({ emitCss: false })],
  build: {
    target: 'es2022',
    outDir: '../src/linocut/widget',
    emptyOutDir: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: 'src/explorer/notebook/main.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'explorer.js' },
    },
  },
};

// One page a build, `vite build --mode explorer`: a page holds all its code, shared or not.
export default defineConfig(({ mode }) => {
  if (mode === 'notebook') return notebook;
  const { page, copyTo } = mode in PAGES ? PAGES[mode as keyof typeof PAGES] : PAGES.report;
  return {
    base: './',
    plugins: [svelte(), mode === 'served' && asServed(), onePage(page, copyTo)],
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
