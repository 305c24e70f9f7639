/**
 * A map whose keys can be walked in S3's order: by their UTF-8 bytes. The order is kept as keys come and go, so that a
 * listing costs a binary search and one step a key.
 */
export class SortedKeys<T> {
  private readonly values: Map<string, T>;
  private readonly order: string[];

  constructor(entries: Iterable<readonly [string, T]> = []) {
    this.values = new Map(entries);
    this.order = [...this.values.keys()].sort(compareUtf8);
  }

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.values.has(key)) this.order.splice(this.firstNotBefore(key), 0, key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.order.splice(this.firstNotBefore(key), 1);
  }

  /** The entry at a position of the order; undefined behind the last. */
  at(position: number): readonly [string, T] | undefined {
    const key = this.order[position];
    const value = key === undefined ? undefined : this.values.get(key);
    return key === undefined || value === undefined ? undefined : [key, value];
  }

  firstNotBefore(key: string): number {
    return this.search((candidate) => compareUtf8(candidate, key) < 0);
  }

  firstAfter(key: string): number {
    return this.search((candidate) => compareUtf8(candidate, key) <= 0);
  }

  /** The first position behind every key that starts with the prefix. */
  firstAfterPrefix(prefix: string): number {
    return this.search((candidate) => candidate.startsWith(prefix) || compareUtf8(candidate, prefix) < 0);
  }

  private search(isBefore: (candidate: string) => boolean): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.order[middle] ?? '')) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Orders strings as their UTF-8 bytes. Code units do not: surrogates (above U+FFFF) sort before U+E000 to U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
