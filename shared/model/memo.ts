/** Computes something of an item once, however many ask for it. */
export function perItem<Item extends object, Result>(compute: (item: Item) => Result): (item: Item) => Result {
  const known = new WeakMap<Item, Result>();
  return (item) => {
    let result = known.get(item);
    if (result === undefined) {
      result = compute(item);
      known.set(item, result);
    }
    return result;
  };
}

/** Remembers about the last `size` to twice `size` results by text; what is asked for again stays. */
export class Recent<Result> {
  readonly #size: number;
  #young = new Map<string, Result>();
  #old = new Map<string, Result>();

  constructor(size: number) {
    this.#size = size;
  }

  get(text: string, compute: () => Result): Result {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const result = this.#old.get(text) ?? compute();
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, result);
    return result;
  }
}
