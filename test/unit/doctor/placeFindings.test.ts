import { clockFindings, readersFindings, tableFindings } from '../../../infra/doctor/placeFindings.ts';
import type { TableFacts } from '../../../shared/ports/surroundings.ts';

const table = {
  name: () => 'shop-dev',
  partitionKey: 'PK',
  sortKey: 'SK',
  ttl: 'expiresAt',
  indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' }],
};
const asDeclared: TableFacts = {
  partitionKey: 'PK',
  sortKey: 'SK',
  stream: 'NEW_AND_OLD_IMAGES',
  ttl: 'expiresAt',
  indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK', sortType: 'S' }],
};
const codes = (facts: TableFacts | undefined): string[] =>
  tableFindings('shop-dev', table, facts).map(({ code }) => code);

test('nothing is found in a table that is as declared, whatever else it has', () => {
  expect(codes(asDeclared)).toEqual([]);
  const more = [...asDeclared.indexes, { name: 'theirs', partition: 'x', sort: undefined, sortType: undefined }];
  expect(codes({ ...asDeclared, indexes: more })).toEqual([]);
});

test.each<[Partial<TableFacts>, string[]]>([
  [{ stream: undefined }, ['STREAM_OFF']],
  [{ stream: 'KEYS_ONLY' }, ['STREAM_IMAGES']],
  [{ ttl: undefined }, ['TTL_OFF']],
  [{ ttl: 'expires' }, ['TTL_ELSEWHERE']],
  [{ indexes: [] }, ['INDEX_MISSING']],
  [{ indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: undefined, sortType: undefined }] }, ['INDEX_KEYS']],
  [{ indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK', sortType: 'N' }] }, ['INDEX_KEYS']],
  [{ sortKey: undefined, stream: undefined }, ['TABLE_KEYS']],
  [{ keysNotText: ['SK'], stream: undefined }, ['TABLE_KEY_TYPE']],
  [{ stream: undefined, ttl: undefined }, ['STREAM_OFF', 'TTL_OFF']],
])('%j: %j', (facts, expected) => {
  expect(codes({ ...asDeclared, ...facts })).toEqual(expected);
});

test('a table that is not there', () => {
  expect(codes(undefined)).toEqual(['TABLE_MISSING']);
});

test('a third reader, and none that can be asked for', () => {
  expect(readersFindings('shop-dev', ['a', 'b'])).toEqual([]);
  expect(readersFindings('shop-dev', undefined)).toEqual([]);
  expect(readersFindings('shop-dev', ['a', 'b', 'c'])).toMatchObject([{ code: 'STREAM_READERS' }]);
});

test('a clock that is off, either way', () => {
  const now = Date.parse('2026-01-31T09:00:00Z');
  expect(clockFindings(now, now + 4_000)).toEqual([]);
  expect(clockFindings(undefined, now)).toEqual([]);
  expect(clockFindings(now, now + 61_000)).toMatchObject([{ what: 'its clock is 61 s ahead' }]);
  expect(clockFindings(now, now - 61_000)).toMatchObject([{ what: 'its clock is 61 s behind' }]);
});

test('a stream that is off: with the command that turns it on, for this table', () => {
  const [off] = tableFindings('freight', table, { ...asDeclared, stream: undefined });
  expect(off?.mend).toContain(
    'aws dynamodb update-table --table-name freight --stream-specification StreamEnabled=true',
  );
});
