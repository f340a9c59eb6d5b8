import type { Plugin } from 'vite';

const REPLACED = [
  ['./src/explorer/main.ts', './src/explorer/served/main.ts'],
  ["default-src 'none';", "default-src 'none'; connect-src 'self';"],
] as const;

/** The explorer's page as a server answers with it: it asks that server for the models. */
export function asServed(): Plugin {
  return {
    name: 'linocut-as-served',
    transformIndexHtml: {
      order: 'pre',
      handler(html) {
        return REPLACED.reduce((made, [own, served]) => {
          if (made.split(own).length !== 2) throw new Error(`the page must hold ${own} once`);
          return made.replace(own, served);
        }, html);
      },
    },
  };
}
