import fc from 'fast-check';
import { journalPlace, journalRow } from '../../shared/archive/journalRow.ts';
import { lightly } from '../../shared/archive/rows.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesToJson } from '../../shared/model/attributeJson.ts';
import type { System } from '../../shared/model/system.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { attributes } from './anyAttributes.ts';

/** Texts and names that look like the borders at which a line is cut. */
const TRAP = [',"new":{', ',"old":{', ',"byTtl":', '{"keys":{', '"', '\\"', '\n'];
const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(...TRAP)), { maxLength: 4 }).map((parts) => parts.join(''));
const NAMES = ['old', 'new', 'byTtl', 'keys', 'sequence', 'eventId', 'entity'];

const image = fc
  .tuple(
    attributes,
    fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.oneof(
        text.map((S) => ({ S })),
        attributes.map((M) => ({ M })),
      ),
      {
        noNullPrototype: true,
      },
    ),
  )
  .map(([any, traps]): Attributes => ({ ...any, ...traps }));

const line = fc.record(
  {
    eventId: fc.string({ minLength: 1 }),
    sequence: fc.bigInt({ min: 0n, max: 10n ** 39n }).map(String),
    at: fc.nat(),
    keys: fc.record({ PK: text.map((S) => ({ S })), SK: text.map((S) => ({ S })) }, { noNullPrototype: true }),
    old: image,
    new: image,
    byTtl: fc.boolean(),
    stream: text,
    shard: text,
    entity: fc.constantFrom('version', 'finding'),
    key: text,
    cause: fc.constant('write'),
  },
  {
    requiredKeys: ['eventId', 'sequence', 'at', 'keys', 'byTtl', 'stream', 'shard', 'key', 'cause'],
    noNullPrototype: true,
  },
);

/** As a table may be that names its keys like the images. */
const trapped = { ...reviewer, table: { ...reviewer.table, partitionKey: 'new', sortKey: 'old' } } satisfies System;

test('the place of a row is the same without its images, whatever they hold', () => {
  fc.assert(
    fc.property(line, (given) => {
      const text = attributesToJson({ v: 1, ...given });
      expect(journalPlace(reviewer)(text)).toEqual(lightly(journalRow(reviewer)(text)));
    }),
    { numRuns: 2000 },
  );
});

test('so it is in any order of members, and where the keys are named like the images', () => {
  fc.assert(
    fc.property(line, fc.infiniteStream(fc.nat()), fc.boolean(), (given, ranks, isTrapped) => {
      const system = isTrapped ? trapped : reviewer;
      const { PK, SK } = given.keys;
      const keys = isTrapped ? { new: PK, old: SK } : given.keys;
      const ranked = Object.entries({ v: 1, ...given, keys }).map((member) => ({ member, rank: ranks.next().value }));
      ranked.sort((a, b) => a.rank - b.rank);
      const text = attributesToJson(Object.fromEntries(ranked.map(({ member }) => member)));
      expect(journalPlace(system)(text)).toEqual(lightly(journalRow(system)(text)));
    }),
    { numRuns: 2000 },
  );
});
