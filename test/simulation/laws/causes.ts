import { keyText } from '../../../shared/model/keys.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';
import { readMark } from '../../../shared/stream/mark.ts';
import type { World } from '../world.ts';

/**
 * The world knows who deleted, a stream record does not: what is read from it must be so all the same. A user's delete
 * reads as one, but for what had expired anyway, and what had its mark already and was as its proven copy.
 */
export function brokenCauses(world: World): string[] {
  const { system, table } = world;
  return table.stream.records
    .filter((record) => record.new === undefined)
    .map((record) => decodeChange(system, record, table.stream.name, 'any'))
    .filter(({ source }) => source?.derived === false)
    .filter((change) => !causesOf(world, change).includes(change.cause))
    .map(
      (change) =>
        `causes: ${change.eventId} of ${keyText(change.key)} is no ${change.cause}: ${inShort(world, change)}`,
    );
}

function causesOf(world: World, change: Change): Change['cause'][] {
  const { eventId, record, at } = change;
  const { leaving, expired } = readMark(record.old) ?? {};
  const expires = record.old?.expiresAt;
  const hasExpired = expires !== undefined && 'N' in expires && Number(expires.N) * 1000 <= at;
  const archived = leaving !== undefined && world.archive.proves(leaving, record.old);
  switch (world.deletedBy.get(eventId)) {
    case undefined:
      return archived ? ['archived'] : expired !== undefined ? ['ttl-inferred'] : [];
    case 'ttl':
      return record.byTtl ? ['ttl'] : ['ttl-inferred', 'archived'];
    case 'user':
      if (archived) return ['archived'];
      return hasExpired ? ['ttl-inferred'] : ['delete'];
  }
}

const inShort = ({ deletedBy, archive }: World, { eventId, record }: Change): string => {
  const bundle = readMark(record.old)?.leaving;
  const copy = bundle === undefined ? 'unmarked' : archive.proves(bundle, record.old) ? 'proven' : 'not as proven';
  return `deleted by ${deletedBy.get(eventId) ?? 'afterwrite'}, ${copy}`;
};
