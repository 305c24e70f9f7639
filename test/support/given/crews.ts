import { z } from 'zod';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { changed, removed } from '../../../shared/model/transitions.ts';

export const LINGERS_MS = 5_000;

const ofSailor = z.object({ ship: z.string(), name: z.string() });
const example = { ship: 's1', name: 'n1' };
const captain = entity('captain', { key: 'SHIP#{ship} / CAPTAIN#{name}', schema: ofSailor, example });
const mate = entity('mate', { key: 'SHIP#{ship} / MATE#{name}', schema: ofSailor, example });

const Told = z.object({ name: z.string(), what: z.string() });
const common = { version: 1, since: '0.1.0', schema: Told, example: { name: 'n1', what: 'mate' } };

/** Sailors, whose post is part of their key: a promotion is a delete and an insert. */
export function crewsLingering(lingersMs: number) {
  const sailor = statistic('sailor', {
    key: 'SHIP#{ship} / STATS#{name}',
    lingersMs,
    measures: { posts: countBy() },
    feeds: (from) => [
      from(captain, ({ ship, name }) => [{ into: { ship, name }, add: { posts: 'captain' } }]),
      from(mate, ({ ship, name }) => [{ into: { ship, name }, add: { posts: 'mate' } }]),
    ],
  });
  const ship = statistic('ship', {
    key: 'SHIPS#{ship} / STATS',
    measures: { sailors: count() },
    feeds: (from) => [from(sailor, (s) => [{ into: { ship: s.ship }, add: { sailors: 1 } }])],
  });
  const postOf = ({ posts }: typeof sailor.example): string => ((posts.captain ?? 0) > 0 ? 'captain' : 'mate');

  return defineSystem({
    name: 'crews',
    table: { name: (stage) => `crews-${stage}`, partitionKey: 'PK', sortKey: 'SK' },
    entities: [captain, mate],
    statistics: [sailor, ship],
    events: [
      event('Joined', {
        ...common,
        description: 'A sailor has joined.',
        when: inserted(sailor, () => true),
        data: (s) => ({ name: s.name, what: postOf(s) }),
      }),
      event('Moved', {
        ...common,
        description: 'A sailor has another post.',
        when: changed(sailor, postOf),
        data: (s, { from, to }) => ({ name: s.name, what: `${from} to ${to}` }),
      }),
      event('Left', {
        ...common,
        description: 'A sailor has left.',
        when: removed(sailor),
        data: (s) => ({ name: s.name, what: postOf(s) }),
      }),
    ],
    retention: [],
  });
}

export const crews = crewsLingering(LINGERS_MS);

export type Post = 'captain' | 'mate';
export const keyOfPost = (name: string, post: Post) => ({ pk: 'SHIP#s1', sk: `${post.toUpperCase()}#${name}` });
export const postItem = (name: string, post: Post) => {
  const { pk, sk } = keyOfPost(name, post);
  return encodeAttributes({ PK: pk, SK: sk, ship: 's1', name });
};
