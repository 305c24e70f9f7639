import type { KeyPattern } from './keys.ts';

/** What changes can be of: an entity of the user's, or a statistic of ours (a derived item). `Item` is what code is given. */
export interface Source<Item> {
  readonly name: string;
  readonly derived: boolean;
  readonly key: KeyPattern;
  /** Field names of the item, for checks at load time. */
  readonly fields: readonly string[];
  /** One item as an example: declarations are tried on it when they are loaded. */
  readonly example: Item;
}
