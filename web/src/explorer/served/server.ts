/** The server that this page came from; see linocut.serve. */

/** What it says of one model. */
export interface ServedModel {
  readonly name: string;
  readonly title: string | null;
  readonly classes: readonly string[];
  /** whether it reads strings, which only the server can */
  readonly strings: boolean;
  /** height and width of the images; a line is as wide as it is */
  readonly image_shape: readonly [number | null, number | null];
}

export interface ReadGlyph {
  readonly symbol: string;
  /** first column of its part of the prepared image, and the first after it */
  readonly start: number;
  readonly stop: number;
}

/** One string as the server read it. */
export interface ReadString {
  readonly text: string;
  readonly probability: number;
  readonly glyphs: readonly ReadGlyph[];
  readonly top: readonly { readonly text: string; readonly probability: number }[];
}

/** Why a string was read, glyph by glyph. */
export interface ExplainedString {
  readonly text: string;
  /** as the reader takes it, 0 for paper to 255 */
  readonly image: readonly (readonly number[])[];
  readonly glyphs: readonly {
    readonly glyph: string;
    /** above the average of all symbols */
    readonly score: number;
    readonly rival: string;
    /** above that of the rival */
    readonly lead: number;
  }[];
  readonly evidence: readonly {
    /** first column of the planes */
    readonly start: number;
    readonly support: readonly (readonly number[])[];
    readonly against_rival: readonly (readonly number[])[];
  }[];
  /** whether it adds up, and what it is about */
  readonly sentence: string;
}

/** The server wants a token, or another one. */
export class TokenNeeded extends Error {}

export class Server {
  #token: string | null = null;

  /** Send this with every request; it is kept as long as the page is open. */
  use(token: string): void {
    this.#token = token.trim();
  }

  async models(): Promise<ServedModel[]> {
    const answer = await this.#ask('v1/models');
    return ((await answer.json()) as { models: ServedModel[] }).models;
  }

  async file(name: string): Promise<ArrayBuffer> {
    return (await this.#ask(`v1/models/${encodeURIComponent(name)}/file`)).arrayBuffer();
  }

  /** Have the string in an image read, with so many of its most probable texts. */
  async read(name: string, image: Blob, top: number): Promise<ReadString> {
    const answer = await this.#send('predict', name, image, `&top=${top}`);
    return ((await answer.json()) as { predictions: ReadString[] }).predictions[0];
  }

  /** Have it explained why that was read. */
  async explain(name: string, image: Blob): Promise<ExplainedString> {
    return (await (await this.#send('explain', name, image)).json()) as ExplainedString;
  }

  #send(what: string, name: string, image: Blob, more = ''): Promise<Response> {
    return this.#ask(`v1/${what}?model=${encodeURIComponent(name)}${more}`, {
      method: 'POST',
      body: image,
      headers: { 'content-type': image.type },
    });
  }

  async #ask(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (this.#token !== null) headers.set('authorization', `Bearer ${this.#token}`);
    let answer: Response;
    try {
      answer = await fetch(new URL(path, document.baseURI), { ...options, headers });
    } catch {
      throw new Error('The server does not answer. Is it still running?');
    }
    if (answer.ok) return answer;
    const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
    const reason = error ?? `The server answered ${answer.status}.`;
    throw answer.status === 401 ? new TokenNeeded(reason) : new Error(reason);
  }
}
