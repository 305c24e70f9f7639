import { DeliveryFailure } from '../../../infra/local/eventbridge/senders/sender.ts';
import type { TargetParameters } from '../../../infra/local/eventbridge/targetParameters.ts';
import { inputOf } from '../../../infra/local/eventbridge/transform/input.ts';
import { valueAt } from '../../../infra/local/eventbridge/transform/jsonPath.ts';
import { filled, fillingOf, minified, placeholdersIn } from '../../../infra/local/eventbridge/transform/template.ts';

const DIGITS = '12345678901234567890123456789012345678';
const HEAD =
  '"version":"0","id":"7bf7","detail-type":"Paid","source":"shop","account":"1","time":"2026-11-21T00:00:00Z","region":"r","resources":["arn:a"]';
const DETAIL = `{"n":${DIGITS},"state":"RUNNING","quote":"say \\"x\\"","list":["a","b"],"rows":[{"id":1},{"id":2}],"none":null,"deep":{"a-b":{"c_d":true}}}`;
const LINE = `{${HEAD},"detail":${DETAIL}}`;
const TAKEN = Date.parse('2026-11-21T00:00:01.500Z');

const input = (parameters: Partial<TargetParameters>): string =>
  inputOf({
    rule: { arn: 'arn:aws:events:r:1:rule/bus/paid', name: 'paid' },
    target: { Id: 't', Arn: 'arn:aws:sqs:r:1:q', ...parameters },
    line: LINE,
    takenAt: TAKEN,
  });
const templated = (InputTemplate: string, InputPathsMap: Record<string, string> = {}): string =>
  input({ InputTransformer: { InputTemplate, InputPathsMap } });

describe('what a target is sent', () => {
  test('is the event as it is', () => expect(input({})).toBe(LINE));
  test('is a constant', () => expect(input({ Input: '{"a": 1}' })).toBe('{"a": 1}'));

  // As recorded on AWS: text of a path is JSON.
  test.each([
    ['$', LINE],
    ['$.detail', DETAIL],
    ['$.detail.state', '"RUNNING"'],
    ['$.detail.deep', '{"a-b":{"c_d":true}}'],
    ['$.detail.deep.a-b.c_d', 'true'],
    ['$.detail.rows[1].id', '2'],
    ['$.detail.rows[*].id', '[1,2]'],
    ['$.resources[0]', '"arn:a"'],
    ['$.detail.none', 'null'],
    ['$.detail.nowhere', 'null'],
  ])('is what %s names', (InputPath, expected) => expect(input({ InputPath })).toBe(expected));
});

describe('templates', () => {
  const paths = { state: '$.detail.state', type: '$.detail-type', gone: '$.detail.gone', list: '$.detail.list' };

  test.each([
    ['"event of <type> type in <state>"', '"event of Paid type in RUNNING"'],
    ['"info <gone>"', '"info "'],
    ['"{[/special <type>"', '"{[/special Paid"'],
    ['"instance \\"<state>\\" of <type>"', '"instance \\"RUNNING\\" of Paid"'],
    [
      '{"state": <state>,  "gone": <gone>, "both": "<state> of <type>"}',
      '{"state":"RUNNING","gone":"","both":"RUNNING of Paid"}',
    ],
    ['{"list": [9, <list>, true], "text": "<list>"}', '{"list":[9,["a","b"],true],"text":"[a,b]"}'],
    ['{"a": "b  c\\" d"}', '{"a":"b  c\\" d"}'],
    ['<list>', '["a","b"]'],
    [
      '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
      '"arn:aws:events:r:1:rule/bus/paid paid 2026-11-21T00:00:01.500Z"',
    ],
    ['{"event": <aws.events.event.json>}', `{"event":${LINE}}`],
  ])('%s', (template, expected) => expect(templated(template, paths)).toBe(expected));

  test('the event without its detail has detailType', () => {
    const { detail: _, 'detail-type': detailType, ...rest } = JSON.parse(LINE);
    expect(JSON.parse(templated('{"event": <aws.events.event>}'))).toEqual({ event: { ...rest, detailType } });
  });

  test('a text that breaks the JSON around it is a failure that no later try mends', () => {
    const broken = (): string => templated('{"a": "<quote>"}', { quote: '$.detail.quote' });
    expect(broken).toThrow(DeliveryFailure);
    expect(broken).toThrow(expect.objectContaining({ code: 'INVALID_JSON', retry: false }));
    expect(templated('{"a": <quote>}', { quote: '$.detail.quote' })).toBe('{"a":"say \\"x\\""}');
  });

  test('name their placeholders', () =>
    expect(placeholdersIn('{"a": <b>, "c": "<d> \\"<e>"}')).toEqual(['b', 'd', 'e']));

  test('a value that looks like a placeholder is not filled in again', () =>
    expect(filled('"<a>"', () => fillingOf('<a>'))).toBe('"<a>"'));

  test('white space goes between tokens only', () =>
    expect(minified('{ "a b" :\n[ 1 , "\\" " ] }')).toBe('{"a b":[1,"\\" "]}'));
});

describe('paths', () => {
  test.each(['detail', '$.', '$..a', '$.a[b]', '$.a[?(@.b)]', "$['a']", ''])('%j is none', (path) =>
    expect(valueAt(path, { a: [1], detail: 1, '': 1 })).toBeUndefined(),
  );
  test('names of the prototype are not there', () => expect(valueAt('$.constructor', {})).toBeUndefined());
});
