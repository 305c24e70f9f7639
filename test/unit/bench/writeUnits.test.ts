import type { SentWrite } from '../../bench/requests.ts';
import { statementWrites } from '../../bench/statementWrites.ts';
import { writeUnits } from '../../bench/writeUnits.ts';

const declared = {
  name: () => 't',
  partitionKey: 'PK',
  sortKey: 'SK',
  indexes: [{ name: 'GSI1', partition: 'kind', sort: 'score', sortType: 'N' as const }],
};

const KEY = { PK: { S: 'a' }, SK: { S: 'b' } };

const put = (more: Record<string, { S: string } | { N: string }>, refused = false): SentWrite => ({
  operation: 'PutItem',
  input: { TableName: 't', Item: { ...KEY, ...more } },
  refused,
});

const price = (...sent: SentWrite[]) => writeUnits(sent, 't', declared);

test('a write of a small item costs one unit', () => {
  expect(price(put({}))).toEqual({ requests: 1, overOneKb: 0, indexes: 0 });
});

test('the larger of the item before and after counts, by whole KB', () => {
  expect(price(put({ text: { S: 'x'.repeat(2048) } }), put({}))).toEqual({ requests: 2, overOneKb: 4, indexes: 0 });
});

test('a refused write costs its unit and changes nothing', () => {
  expect(price(put({ text: { S: 'x'.repeat(2048) } }, true), put({}))).toEqual({
    requests: 2,
    overOneKb: 0,
    indexes: 0,
  });
});

test('an index entry costs one unit where it stays, two where it moves', () => {
  const at = (score: string) => put({ kind: { S: 'k' }, score: { N: score } });
  expect(price(at('1')).indexes).toBe(1);
  expect(price(at('1'), at('1')).indexes).toBe(2);
  expect(price(at('1'), at('2')).indexes).toBe(3);
  expect(price(at('1'), put({})).indexes).toBe(2);
});

test('an update grows the item that it adds to', () => {
  const update = (name: string): SentWrite => ({
    operation: 'UpdateItem',
    input: {
      TableName: 't',
      Key: KEY,
      UpdateExpression: 'ADD #c0 :c0',
      ExpressionAttributeNames: { '#c0': name },
      ExpressionAttributeValues: { ':c0': { N: '1' } },
    },
    refused: false,
  });
  const names = Array.from({ length: 30 }, (_, i) => `${'n'.repeat(50)}${i}`);
  expect(price(...names.map(update)).overOneKb).toBeGreaterThan(0);
  expect(price(...names.map(() => update('n'))).overOneKb).toBe(0);
});

test('an expression that the bench can not read is no guess', () => {
  const input = { TableName: 't', Key: KEY, UpdateExpression: 'SET #a = if_not_exists(#a, :a)' };
  expect(() => price({ operation: 'UpdateItem', input, refused: false })).toThrow("can't price");
});

test('statements of a batch are priced as the items that they write, each by itself', () => {
  const sent = statementWrites(
    {
      Statements: [
        { Statement: `INSERT INTO "t" VALUE {'PK': ?, 'SK': ?}`, Parameters: [KEY.PK, KEY.SK] },
        {
          Statement: `UPDATE "t" SET "text" = ? REMOVE "old" WHERE "PK" = ? AND "SK" = ? AND "afterwrite"."revision" = ?`,
          Parameters: [{ S: 'x'.repeat(2048) }, KEY.PK, KEY.SK, { N: '1' }],
        },
      ],
    },
    { Responses: [{}, { Error: { Code: 'ConditionalCheckFailed' } }] },
  );
  expect(sent).toMatchObject([
    { input: { TableName: 't', Item: KEY }, refused: false },
    { input: { Item: { ...KEY, text: { S: 'x'.repeat(2048) } } }, refused: true },
  ]);
});
