import { createContext } from 'svelte';

/** What the images and their classes are, as far as a figure of one image needs to know. */
export interface Images {
  readonly class_names: readonly string[];
  /** what a class is called besides, where its name cannot be written or is in other numerals */
  readonly other_names: readonly string[] | null;
  readonly height: number;
  readonly width: number;
  /** 1 of grey images, 3 of colour images */
  readonly planes: number;
}

export const [getImages, setImages] = createContext<Images>();
