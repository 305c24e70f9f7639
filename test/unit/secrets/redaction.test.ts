import { systemClock } from '../../../shared/ports/clock.ts';
import '../../simulation/syncZlib.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import type { Redaction } from '../../../shared/model/redaction.ts';
import { type SecretsWithin, secretNames, withoutSecrets } from '../../../shared/model/secrets.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { randomFrom } from '../../simulation/random.ts';
import type { Cast } from '../../simulation/systems/cast.ts';
import { Trace } from '../../simulation/trace.ts';
import { World } from '../../simulation/world.ts';
import { club, KEPT, REDACTED } from '../../support/given/club.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';

const secretsOf = (archive: Redaction): SecretsWithin => club(archive).entities[0]?.secrets as SecretsWithin;

const item = (userId: string, more: Record<string, unknown> = {}): Attributes =>
  encodeAttributes({
    PK: `MEMBER#${userId}`,
    SK: 'CLUB#c1',
    ...{ club: 'c1', userId, role: 'admin', points: 3, left: false },
    profile: { city: 'Bern', email: `private-${userId}` },
    visits: [{ day: '2026-01-01', with: 'private-b' }, { day: '2026-01-02' }],
    raw: 'private-c',
    ...more,
  });

describe('what is left of an image', () => {
  const { raw: _, ...plain } = item('u1', {
    profile: { city: 'Bern' },
    visits: [{ day: '2026-01-01' }, { day: '2026-01-02' }],
  });

  test('all but what is redacted', () => {
    expect(withoutSecrets(secretsOf(REDACTED), item('u1', { other: 'o' }))).toEqual({ ...plain, other: { S: 'o' } });
  });

  test('what is kept alone, the fields of its key and the mark besides', () => {
    const image = { ...item('u1', { other: 'private-d' }), afterwrite: { M: { head: { BOOL: true } } } };
    expect(withoutSecrets(secretsOf(KEPT), image)).toEqual({ ...plain, afterwrite: image.afterwrite });
  });

  test('what is no map or list where parts of one are redacted goes as a whole: it may be what was meant', () => {
    const wrong = item('u1', { profile: 'private-e', visits: 'private-f' });
    for (const archive of [KEPT, REDACTED])
      expect(JSON.stringify(withoutSecrets(secretsOf(archive), wrong))).not.toContain('private');
  });

  test('a field as a whole goes before what is in it', () => {
    const both = secretsOf({ redact: ['profile.email', 'raw', 'visits[].with', 'visits[]'] });
    expect(withoutSecrets(both, item('u1')).visits).toEqual({ L: [] });
  });

  test('it is told by name', () => {
    expect(secretNames(secretsOf(REDACTED))).toEqual(['profile.email', 'visits[].with', 'raw']);
    expect(
      secretNames(secretsOf({ keep: ['PK', 'SK', 'expiresAt', 'role', 'points', 'left', 'profile', 'visits'] })),
    ).toEqual(['all but PK, SK, expiresAt, role, points, left, profile, visits, userId, club, afterwrite']);
  });
});

test.each([
  [{ redact: ['profile.none', 'nowhere'] }, /member\.archive\.redact: 'nowhere' is no field/],
  [{ redact: ['userId'] }, /'userId' is part of the key/],
  [{ redact: ['a..b'] }, /'a\.\.b' is no path/],
  [{ redact: ['profile.city'] }, /member\.archive: without what is left out, profile\.city do not fit/],
  [{ keep: ['PK', 'SK', 'expiresAt', 'role'] }, /without what is left out, points, left, .* do not fit/],
  [
    { ...KEPT, keep: ('keep' in KEPT ? KEPT.keep : []).slice(1) },
    /member\.archive: 'PK' is left out, and the table works/,
  ],
] as [Redaction, RegExp][])('%j is refused when it is loaded', (archive, naming) => {
  expect(() => club(archive)).toThrow(naming);
});

test('what tells whose an item is can not be left out', () => {
  const tenant = { partition: 'MEMBER#{tenant}', attribute: 'raw' };
  expect(() => defineSystem({ ...club(REDACTED), tenant })).toThrow(/'raw' is left out, and tells whose an item is/);
});

test.each([
  ['a field', REDACTED, (m: { raw?: string | undefined }) => m.raw, 'raw'],
  ['a field in a map', REDACTED, (m: { profile: { email?: string | undefined } }) => m.profile.email, 'profile.email'],
  ['what is not kept', KEPT, (m: { raw?: string | undefined }) => m.raw, 'raw'],
  ['all of it', KEPT, (m: object) => JSON.stringify(m), 'profile.email'],
] as const)('an event of %s that is left out is refused', (_, archive, told, name) => {
  expect(() => club(archive, told as never)).toThrow(`'${name}' of 'member' is kept out of the archive`);
});

describe.each([
  ['kept', KEPT],
  ['redacted', REDACTED],
] as const)('a life of members, with fields %s', (_, archive) => {
  async function life(system = club(archive)) {
    const setting = { firstSequence: 95n, now: Date.parse('2026-02-01T10:00:00.000Z') };
    const world = new World({ system } as Cast, new Trace(), setting);
    for (const user of ['u1', 'u2', 'u3', 'u4']) world.table.put(item(user));
    world.table.put(item('u1', { raw: 'private-new', points: 5 }));
    // Nothing but what is left out.
    world.table.put(item('u2', { raw: 'private-newer' }));
    world.table.remove({ pk: 'MEMBER#u3', sk: 'CLUB#c1' });
    world.table.put(item('u4', { left: true, role: 'viewer' }));
    await world.readToTheEnd(randomFrom(1));
    await world.readToTheEnd(randomFrom(2));
    return world;
  }

  test('the archive and its bundles hold none of it; the table does', async () => {
    const world = await life();
    expect(world.failures).toEqual([]);
    const lines: string[] = [];
    for await (const { key } of world.archive.store.list('v1/'))
      for (const line of await readLines(world.archive.store, key)) lines.push(`${key} ${line}`);
    for (const dataset of ['journal', 'events', 'bundles'])
      expect(lines.some((line) => line.startsWith(`v1/${dataset}/`))).toBe(true);
    expect(lines.filter((line) => line.includes('private'))).toEqual([]);
    expect(JSON.stringify(world.table.items)).toContain('private-newer');
  });

  test('what left counts on: statistics that are counted again, from table and archive or the archive alone, are equal', async () => {
    const world = await life();
    const { system, names, state, table } = world;
    const causes: string[] = [];
    for await (const { key, cause } of readJournal(system, names, world.archive.store))
      if (key.pk === 'MEMBER#u4') causes.push(cause);
    expect(causes).toContain('archived');
    expect(table.item({ pk: 'MEMBER#u4', sk: 'CLUB#c1' })).toBeUndefined();
    const ports = { archive: world.archive.store, state, table };
    const stream = async () => memoryStreamSource(table.stream);
    const options = { clock: systemClock, pause: async () => {}, signal: new AbortController().signal };
    const verified = await verify({ system, names, ...ports, stream }, options);
    expect(verified).toMatchObject({ drifts: [], departed: 1, aggregates: 1 });
    expect((await compareShadow(system, names, ports)).drifts).toEqual([]);
  });

  test('what was archived before it was left out is told as it was', async () => {
    const world = await life(club({ redact: [] }));
    const causesBy = async (system: typeof world.system): Promise<string[]> => {
      const causes: string[] = [];
      for await (const { cause } of readJournal(system, world.names, world.archive.store)) causes.push(cause);
      return causes;
    };
    const before = await causesBy(world.system);
    expect(before).toContain('archived');
    expect(await causesBy(club(archive))).toEqual(before);
  });
});
