import { createContext } from 'svelte';

export const CHOICES = ['auto', 'light', 'dark'] as const;
export type Choice = (typeof CHOICES)[number];

const KEY = 'linocut-theme';

/** The reader's choice of theme, and whether the page is dark right now. */
export class Theme {
  choice = $state<Choice>(stored());
  #systemDark = $state(false);
  #printing = $state(false);
  // paper is white, whatever the screen shows
  readonly dark = $derived(
    !this.#printing && (this.choice === 'auto' ? this.#systemDark : this.choice === 'dark'),
  );

  /** @param marked what the theme is marked on */
  constructor(marked = document.documentElement) {
    const system = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = system.matches;
    system.addEventListener('change', (event) => (this.#systemDark = event.matches));
    addEventListener('beforeprint', () => (this.#printing = true));
    addEventListener('afterprint', () => (this.#printing = false));
    $effect.pre(() => {
      marked.dataset.theme = this.dark ? 'dark' : 'light';
    });
  }

  choose(choice: Choice): void {
    this.choice = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // a page opened from disk may have no storage; the choice then lasts as long as the page
    }
  }
}

function stored(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return CHOICES.find((choice) => choice === kept) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export const [getTheme, setTheme] = createContext<Theme>();
