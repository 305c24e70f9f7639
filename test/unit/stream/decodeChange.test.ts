import type { Attributes } from '../../../shared/model/attribute.ts';
import { counted, departed } from '../../../shared/stream/counted.ts';
import { changeOf } from '../../support/given/changes.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';

const AT = Date.parse('2026-02-01T10:00:00.000Z');
const item = versionItem();
const marked = (mark: Attributes): Attributes => ({ ...item, afterwrite: { M: mark } });
const leaving = marked({ leaving: { S: 'bundle-1' }, head: { BOOL: true } });
const expiring = (at: number): Attributes => ({ ...item, expiresAt: { N: String(at / 1000) } });

describe('the cause of a change', () => {
  test.each([
    ['a new item is a write', { new: item }, 'write'],
    ['a modified item is a write', { old: item, new: versionItem({ createdBy: 'u-2' }) }, 'write'],
    ["a deletion is the user's", { old: item }, 'delete'],
    ["the service's own deletion is ttl", { old: item, byTtl: true }, 'ttl'],
    ['the deletion of what had expired is ttl, inferred', { old: expiring(AT) }, 'ttl-inferred'],
    [
      'the deletion of what a sweeper marked as expired is ttl, inferred',
      { old: { ...marked({ expired: { N: String(AT / 1000 + 10) } }), expiresAt: { N: String(AT / 1000 + 5) } } },
      'ttl-inferred',
    ],
    [
      "the deletion of what was marked as expired, and then given more time, is the user's",
      { old: { ...marked({ expired: { N: String(AT / 1000 + 10) } }), expiresAt: { N: String(AT / 1000 + 50) } } },
      'delete',
    ],
    ["the deletion of what had not expired yet is the user's", { old: expiring(AT + 1000) }, 'delete'],
    ['the deletion of a marked item is archived', { old: leaving }, 'archived'],
    ["the service's deletion of a marked item is ttl: there may be no copy", { old: leaving, byTtl: true }, 'ttl'],
    [
      'an item that comes with the mark of a bundle is restored',
      { new: marked({ restored: { S: 'bundle-1' } }) },
      'restored',
    ],
    ['a later write on it is a write', { old: marked({ restored: { S: 'b' } }), new: item }, 'write'],
  ])('%s', (_, images, cause) => {
    expect(changeOf({ at: AT, old: undefined, new: undefined, ...images }).cause).toBe(cause);
  });

  test('an archived item tells its bundle, and whether it was the head', () => {
    expect(changeOf({ old: leaving, new: undefined }).archived).toEqual({ bundle: 'bundle-1', head: true });
    expect(changeOf({ old: item, new: undefined }).archived).toBeUndefined();
  });
});

describe("afterwrite's own mark", () => {
  test('is no change by itself, set or taken away', () => {
    expect(changeOf({ old: item, new: leaving })).toMatchObject({ markOnly: true, cause: 'write' });
    expect(changeOf({ old: leaving, new: item }).markOnly).toBe(true);
  });

  test('does not hide what the user changed beside it', () => {
    expect(changeOf({ old: leaving, new: versionItem({ createdBy: 'u-2' }) }).markOnly).toBe(false);
    expect(changeOf({ old: item, new: versionItem({ createdBy: 'u-2' }) }).markOnly).toBe(false);
  });
});

describe('what a change counts for', () => {
  const version = expect.objectContaining({ reviewId: 'r1', version: 1 });

  test('a write is a step from old to new, a delete takes back', () => {
    expect(counted(changeOf({ new: item }))).toEqual({ removed: undefined, added: version });
    expect(counted(changeOf({ old: item, new: item }))).toEqual({ removed: version, added: version });
    expect(counted(changeOf({ old: item }))).toEqual({ removed: version, added: undefined });
  });

  test('what expires, is archived, put back or only marked counts on as it was', () => {
    expect(counted(changeOf({ old: item, byTtl: true }))).toBeUndefined();
    expect(counted(changeOf({ old: expiring(AT) }))).toBeUndefined();
    expect(counted(changeOf({ old: leaving }))).toBeUndefined();
    expect(counted(changeOf({ new: marked({ restored: { S: 'b' } }) }))).toBeUndefined();
    expect(counted(changeOf({ old: item, new: leaving }))).toBeUndefined();
  });

  test('what left counts as departed until it comes back', () => {
    expect(departed(changeOf({ old: leaving }))).toEqual({ removed: undefined, added: version });
    expect(departed(changeOf({ new: marked({ restored: { S: 'b' } }) }))).toEqual({
      removed: version,
      added: undefined,
    });
    expect(departed(changeOf({ old: item }))).toBeUndefined();
    expect(departed(changeOf({ new: item }))).toBeUndefined();
  });

  test('what no entity matches counts for nothing', () => {
    const alien = { ...item, PK: { S: 'SESSION#1' } };
    expect(changeOf({ new: alien })).toMatchObject({ source: undefined, new: undefined });
    expect(counted(changeOf({ new: alien }))).toBeUndefined();
  });
});

describe('a malformed item', () => {
  const SECRET = 'do-not-tell';
  const malformed: [string, Attributes, RegExp][] = [
    ['a score of 140', versionItem({ riskScore: 140 }), /riskScore: /],
    ['a negative version', versionItem({ version: -3 }), /version: /],
    ['no stack', withoutField(versionItem(), 'stackId'), /stackId: /],
    ['an unknown status', { ...versionItem(), status: { S: SECRET } }, /status: /],
    ['a time without milliseconds', { ...versionItem(), createdAt: { S: SECRET } }, /createdAt: must be /],
    ['a number for a text', { ...versionItem(), createdBy: { N: '77123' } }, /createdBy: /],
    [
      'another review than its key says',
      { ...versionItem(), reviewId: { S: SECRET } },
      /reviewId: is not what the key says/,
    ],
    ['an unknown severity', { ...findingItem(), severity: { S: SECRET } }, /severity: /],
    [
      'more digits than a score has',
      { ...versionItem(), riskScore: { N: '1.0000000000000000000000000000000000001' } },
      /riskScore: /,
    ],
  ];

  test.each(malformed)('with %s is told by key and field, never by value', (_, image, field) => {
    const change = changeOf({ new: { ...image, createdBy: image.createdBy ?? { S: SECRET }, note: { S: SECRET } } });
    let message = '';
    try {
      expect(change.new).toBe('never reached');
    } catch (error) {
      expect(error).toMatchObject({ code: 'ITEM_MALFORMED', retry: false });
      message = (error as Error).message;
    }
    expect(message).toContain(`${change.key.pk}/${change.key.sk} is no valid ${change.source?.name}`);
    expect(message).toMatch(field);
    for (const value of [SECRET, '140', '-3 ', '77123', '1.000'])
      expect(message.replace(change.key.sk ?? '', '')).not.toContain(value);
  });

  test('is only looked at by who asks for it', () => {
    expect(changeOf({ old: versionItem({ riskScore: 140 }), byTtl: true })).toMatchObject({
      cause: 'ttl',
      markOnly: false,
    });
  });
});

function withoutField(image: Attributes, field: string): Attributes {
  const { [field]: _, ...rest } = image;
  return rest;
}

test('what the key alone says of an item need not be in it; what the item says must be what the key says', () => {
  const { reviewId: _none, ...lacking } = item;
  expect(changeOf({ new: lacking }).new).toEqual(changeOf({ new: item }).new);
  expect(() => changeOf({ new: { ...item, reviewId: { S: 'r9' } } }).new).toThrow('reviewId: is not what the key says');
});
