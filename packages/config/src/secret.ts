const MASK = '[secret]';

/**
 * A text that must not be seen: printing, logging, inspecting or serialising it gives `[secret]`.
 * Only `reveal()` gives the text, so every use of a secret can be found by that word.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  /** What `console.log` and `util.inspect` ask for, in Bun as in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
