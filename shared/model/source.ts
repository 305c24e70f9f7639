import type { KeyPattern } from './keys.ts';
import type { SecretsWithin } from './secrets.ts';

/** What changes can be of: an entity of the user's, or a statistic of ours (a derived item). `Item` is what code is given. */
export interface Source<Item> {
  readonly name: string;
  readonly derived: boolean;
  readonly key: KeyPattern;
  /** Field names of the item, for checks at load time. */
  readonly fields: readonly string[];
  /** What of its items nobody may see; a statistic is never given any. */
  readonly secrets?: SecretsWithin | undefined;
  /** One item as an example: declarations are tried on it when they are loaded. */
  readonly example: Item;
}
