import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { CANARY } from '../systems/cast.ts';
import type { World } from '../world.ts';

/** What is secret is in the table's own items, and nowhere else: in no event, in no object of the archive, in no statistic. */
export function leakedSecrets({ table, system, bus, archive }: World): string[] {
  const derived = table.items.filter((item) => system.sourceOf(keyOf(system.table, item))?.derived);
  return [
    ...bus.taken
      .filter(({ detail }) => detail.includes(CANARY))
      .map(({ detailType }) => `secrets: ${detailType} tells one`),
    ...archive.leaks.map((key) => `secrets: ${key} holds one`),
    ...derived
      .filter((item) => attributesToJson(item).includes(CANARY))
      .map((item) => `secrets: ${keyText(keyOf(system.table, item))} holds one`),
  ];
}
