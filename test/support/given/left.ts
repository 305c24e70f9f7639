import { tenantPart } from '../../../shared/archive/layout.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import type { Log } from '../../../shared/ports/log.ts';
import { listParked } from '../../../shared/state/parked.ts';
import type { World } from '../../simulation/world.ts';
import { asText } from './canaries.ts';

/** A log that is kept as texts. */
export function sayingInto(said: string[]): Log {
  const say = (...all: unknown[]): void => void said.push(`log ${asText(all)}`);
  return { info: say, warn: say, error: say };
}

/** All that left a table, and who kept it, as it left: a text each. */
export async function everythingThatLeft({ bus, archive, state }: World, said: readonly string[]): Promise<string[]> {
  const all = [...said, ...bus.taken.map((entry) => `bus ${asText(entry)}`)];
  for await (const { key } of archive.store.list('v1/'))
    for (const line of await readLines(archive.store, key)) all.push(`${key} ${line}`);
  for (const processor of ['statistics', 'fanout'])
    for await (const parked of listParked(state, processor)) all.push(`parked ${asText(parked)}`);
  return all;
}

const ITEM_OF = /"(?:PK|organizationId)":(?:\{"S":)?"(?:ORG#)?([^"]+)"/g;

/** Keys of objects that hold items or events of several organizations, or of another than their key names. */
export async function mixedObjects({ archive }: World): Promise<string[]> {
  const mixed: string[] = [];
  let looked = 0;
  for await (const { key } of archive.store.list('v1/')) {
    const text = (await readLines(archive.store, key)).join('\n');
    const owners = new Set([...text.matchAll(ITEM_OF)].map(([, owner]) => owner as string));
    looked += owners.size;
    const [owner] = owners;
    if (owners.size > 1 || (owner !== undefined && !key.includes(`/${tenantPart(owner)}/`))) mixed.push(key);
  }
  if (looked === 0) throw new Error('nothing of anybody was found');
  return mixed;
}
