import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Where Python puts what the page shows; it must find this exactly once. */
export const SLOT = '<script type="application/json" id="linocut-document">null</script>';

/** Put script and style into the page of that name, and the page into the Python package. */
export function onePage(name: string, copyTo: string): Plugin {
  let root = '';
  return {
    name: 'linocut-one-page',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      root = config.root;
    },
    generateBundle(_options, bundle) {
      const page = bundle[name];
      if (page.type !== 'asset') throw new Error(`no ${name} in the bundle`);
      let html = String(page.source);
      for (const [other, file] of Object.entries(bundle)) {
        if (file === page) continue;
        html =
          file.type === 'chunk'
            ? inline(html, /<script type="module"[^>]*><\/script>\s*/, script(file.code), 'body')
            : inline(html, /<link rel="stylesheet"[^>]*>\s*/, style(String(file.source)), 'head');
        Reflect.deleteProperty(bundle, other);
      }
      if (html.split(SLOT).length !== 2) throw new Error(`${name} must hold ${SLOT} exactly once`);
      if (/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/.test(html))
        throw new Error(`${name} still refers to another file`);
      page.source = html;
      writeFileSync(resolve(root, copyTo), html);
    },
  };
}

/** Replace one tag by `what`, at the end of `place`: the script must find the slot already read. */
function inline(html: string, tag: RegExp, what: string, place: 'head' | 'body'): string {
  if (!tag.test(html)) throw new Error(`nothing in the page matches ${String(tag)}`);
  const end = `</${place}>`;
  // a function, because "$&" in the code would be read as a pattern
  return html.replace(tag, '').replace(end, () => `${what}\n${end}`);
}

function script(code: string): string {
  return `<script type="module">${code.trim().replaceAll('</script', '<\\/script')}</script>`;
}

function style(css: string): string {
  return `<style>${css.trim()}</style>`;
}
