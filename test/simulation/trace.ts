/**
 * All that happened in a world, as one number: two runs of one seed must give the same. Kept as lines only where
 * somebody wants to read them.
 */
export class Trace {
  readonly lines: string[] | undefined;
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  constructor(keepsLines = false) {
    this.lines = keepsLines ? [] : undefined;
  }

  note(text: string): void {
    this.lines?.push(text);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b) ^ (this.#high >>> 13);
    }
  }

  get hash(): string {
    const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
    return `${hex(this.#high)}${hex(this.#low)}`;
  }
}
