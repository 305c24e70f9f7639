import type { System } from '../../../shared/model/system.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { version } from '../../../shared/systems/reviewerItems.ts';

/** Who writes what the declaration can't take until it is mended. */
export const POISONER = 'u-poison';

/** The reviewer's system with a mistake in it: a schema that refuses good versions, until it is mended. */
export function mendable(): { readonly system: System; mend(): void } {
  let mended = false;
  const mistaken = { ...version, schema: version.schema.refine((v) => mended || v.createdBy !== POISONER) };
  const system: System = {
    ...reviewer,
    sourceOf: (key) => {
      const source = reviewer.sourceOf(key);
      return source?.name === version.name ? mistaken : source;
    },
  };
  return {
    system,
    mend: () => {
      mended = true;
    },
  };
}
