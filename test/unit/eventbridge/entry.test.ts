import { type CheckedEntry, checkEntry, entrySize } from '../../../infra/local/eventbridge/entry.ts';
import { envelope } from '../../../infra/local/eventbridge/envelope.ts';

const entry = { Source: 'shop', DetailType: 'Paid', Detail: '{"n":1}' };

describe('entrySize', () => {
  test.each([
    ['source, type and detail', entry, 4 + 4 + 7],
    ['a time counts 14', { ...entry, Time: 0 }, 4 + 4 + 7 + 14],
    ['resources', { ...entry, Resources: ['arn:a', 'arn:bc'] }, 4 + 4 + 7 + 5 + 6],
    ['bytes, not characters', { ...entry, Source: 'é🚀' }, 6 + 4 + 7],
    ['nothing', {}, 0],
  ])('%s', (_, given, size) => expect(entrySize(given)).toBe(size));
});

describe('checkEntry', () => {
  test.each([
    ['no source', { ...entry, Source: undefined }, 'InvalidArgument', 'Source is a required argument'],
    ['empty type', { ...entry, DetailType: '' }, 'InvalidArgument', 'DetailType is a required argument'],
    ['no detail', { ...entry, Detail: undefined }, 'InvalidArgument', 'Detail is a required argument'],
    ['long source', { ...entry, Source: 's'.repeat(257) }, 'InvalidArgument', 'less than or equal to 256'],
    ['long type', { ...entry, DetailType: 't'.repeat(129) }, 'InvalidArgument', 'less than or equal to 128'],
    ["AWS's source", { ...entry, Source: 'aws.s3' }, 'NotAuthorizedForSourceException', 'Not authorized'],
    ['no JSON', { ...entry, Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
    ['an array', { ...entry, Detail: '[1]' }, 'MalformedDetail', 'Detail is malformed.'],
    ['null', { ...entry, Detail: 'null' }, 'MalformedDetail', 'Detail is malformed.'],
  ])('%s is refused', (_, given, ErrorCode, message) => {
    expect(checkEntry(given)).toEqual({ ErrorCode, ErrorMessage: expect.stringContaining(message) });
  });

  test.each([
    ['the longest type', { ...entry, DetailType: 't'.repeat(128) }],
    ['the longest source', { ...entry, Source: 's'.repeat(256) }],
    ['a source that only looks like AWS', { ...entry, Source: 'awsome' }],
  ])('%s passes', (_, given) => expect(checkEntry(given)).toHaveProperty('detail', { n: 1 }));
});

describe('envelope', () => {
  const meta = { id: 'i', place: { region: 'r', account: 'a' }, time: 1_500_000_000_999, resources: ['arn:x'] };
  const enveloped = (Detail: string) => envelope(checkEntry({ ...entry, Detail }) as CheckedEntry, meta);

  test('is the event of AWS, in whole seconds', () => {
    const { event, line } = enveloped('{"n":1}');
    expect(event).toEqual({
      ...{ version: '0', id: 'i', 'detail-type': 'Paid', source: 'shop', account: 'a', time: '2017-07-14T02:40:00Z' },
      ...{ region: 'r', resources: ['arn:x'], detail: { n: 1 } },
    });
    expect(JSON.parse(line)).toEqual(event);
  });

  test('keeps every digit of a number', () => {
    const digits = '12345678901234567890123456789012345678';
    expect(enveloped(`{"n": ${digits}}`).line).toContain(`"detail":{"n": ${digits}}}`);
  });

  test('is one line for every reader', () => {
    const { line } = enveloped('\n{\r\n"a":\n"\\n\u2028\u2029"}\n');
    expect(line).not.toMatch(/[\r\n\u2028\u2029]/);
    expect(JSON.parse(line).detail).toEqual({ a: '\n\u2028\u2029' });
  });
});
