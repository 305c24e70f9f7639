import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { members } from '../../../shared/model/measures/members.ts';
import { secret, secretNames, secretsOf, withoutSecrets } from '../../../shared/model/secrets.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem, type SystemDeclaration } from '../../../shared/model/system.ts';

const Invite = z.object({
  inviteId: z.string(),
  token: secret(),
  owner: z.object({ name: z.string(), email: secret() }),
  contacts: z.array(z.object({ kind: z.string(), phone: secret() })),
});
const example = { inviteId: 'i1', owner: { name: 'n' }, contacts: [{ kind: 'work' }] };
const invite = entity('invite', { key: 'INVITE#{inviteId} / ITEM', schema: Invite, example });
type Invite = z.output<typeof Invite>;

const define =
  (parts: Partial<SystemDeclaration>, ttl = 'expiresAt') =>
  () =>
    defineSystem({
      name: 'orgs',
      table: { name: () => 'orgs', partitionKey: 'PK', sortKey: 'SK', ttl },
      entities: [invite],
      statistics: [],
      events: [],
      retention: [],
      ...parts,
    });

const sent = (data: (i: Invite) => unknown, fits: (i: Invite) => boolean = () => false) =>
  event('InvitationSent', {
    version: 1,
    since: '0.1.0',
    description: 'An invitation was sent.',
    when: inserted(invite, fits),
    schema: z.object({ to: z.string() }),
    data: data as () => { to: string },
    example: { to: 'x' },
  });

/** What somebody writes who looks away from the types. */
const got = (from: object | undefined, name: string): unknown => Reflect.get(from ?? {}, name);

test.each<[string, (i: Invite) => unknown]>([
  ['token', (i) => ({ to: got(i, 'token') })],
  ['owner.email', (i) => ({ to: got(i.owner, 'email') })],
  ['contacts.0.phone', (i) => ({ to: got(i.contacts[0], 'phone') })],
  ['contacts.0.phone', (i) => ({ to: i.contacts.map((contact) => got(contact, 'phone')).join() })],
])('an event that takes %s is refused when the file is loaded, by event and field', (field, data) => {
  expect(define({ events: [sent(data)] })).toThrow(`events.InvitationSent: '${field}' of 'invite' is secret`);
});

test('so is a condition on one, a statistic, and what an entity tells of itself', () => {
  expect(
    define({
      events: [
        sent(
          () => ({ to: 'x' }),
          (i) => got(i, 'token') !== undefined,
        ),
      ],
    }),
  ).toThrow("events.InvitationSent: 'token' of 'invite' is secret");
  const holders = statistic('holders', {
    key: 'HOLDER#{name} / STATS',
    measures: { all: members() },
    feeds: (from) => [from(invite, (i) => [{ into: { name: String(got(i.owner, 'email')) }, add: {} }])],
  });
  expect(define({ statistics: [holders as never] })).toThrow(
    "statistics.holders.feeds.invite: 'owner.email' of 'invite' is secret",
  );
  const traced = entity('invite', {
    key: 'INVITE#{inviteId} / ITEM',
    schema: Invite,
    example,
    actor: (i) => String(got(i, 'token')),
  });
  expect(define({ entities: [traced] })).toThrow("entities.invite: 'token' of 'invite' is secret");
});

test('an event that uses one does not compile', () => {
  const data = (i: Invite): { to: string } => ({
    // @ts-expect-error a secret has no value
    to: i.token,
  });
  expect(define({ events: [sent(data)] })).toThrow("'token' of 'invite' is secret");
});

test('what tells all that it gets hold of tells no secret, and is taken', () => {
  expect(
    define({
      events: [
        sent(
          (i) => ({ to: JSON.stringify(i) }),
          () => true,
        ),
      ],
    }),
  ).not.toThrow();
});

const withSchema =
  (schema: z.ZodObject, key = 'X#{id} / X') =>
  () =>
    entity('x', { key, schema, example: { id: '1' } as never });

test('what can not be kept secret is refused', () => {
  expect(withSchema(z.object({ id: z.string().optional(), pin: secret() }), 'X#{pin} / X')).toThrow(
    "entities.x.schema: 'pin' is secret, and part of the key",
  );
  const looped: z.ZodObject = z.object({
    id: z.string(),
    pin: secret(),
    get inner() {
      return looped.optional();
    },
  });
  expect(withSchema(looped)).toThrow('entities.x.schema: a schema with secrets may not refer to itself');
  const expiring = entity('x', {
    key: 'X#{id} / X',
    schema: z.object({ id: z.string(), expiresAt: secret() }),
    example: { id: '1' },
  });
  expect(define({ entities: [expiring] })).toThrow("entities.x: 'expiresAt' is secret, and the table works by it");
  const held = z.object({ pin: secret() });
  for (const moved of [held.transform((it) => it), z.preprocess((it) => it, held)])
    expect(withSchema(z.object({ id: z.string(), pin: secret(), held: moved.optional() }))).toThrow(
      'entities.x.schema: what holds a secret may not be transformed',
    );
  const parsed = z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(held);
  expect(withSchema(z.object({ id: z.string(), parsed: parsed.optional() }))).toThrow('may not be transformed');
  const either = z.discriminatedUnion('k', [
    z.object({ k: z.literal('a'), pin: secret() }),
    z.object({ k: z.literal('b'), pin: z.string() }),
  ]);
  expect(withSchema(z.object({ id: z.string(), either: either.optional() }))).toThrow(
    "'pin' has secrets in one branch",
  );
  const tuple = z.tuple([z.string(), held]);
  expect(withSchema(z.object({ id: z.string(), tuple: tuple.optional() }))).toThrow('a tuple may not hold secrets');
  const beside = z
    .preprocess(
      (it) => it,
      z.string().transform((it) => it.length),
    )
    .optional();
  expect(withSchema(z.object({ id: z.string(), pin: secret(), beside }))).not.toThrow();
});

test('secrets are found wherever a schema has a place for them', () => {
  const schema = z.object({
    one: z.union([z.string(), z.object({ pin: secret() })]),
    two: z.record(z.string(), z.array(z.object({ pin: secret() }))),
    four: z.intersection(z.object({ a: z.string() }), z.object({ pin: secret() })),
    five: z.object({ pin: secret() }).nullable().default(null),
  });
  expect(secretNames(secretsOf(schema))).toEqual(['one.pin', 'two[][].pin', 'four.pin', 'five.pin']);
});

test('an image keeps all else, nulls and neighbours too', () => {
  const owner = { M: { name: { S: 'n' }, email: { S: 'e' } } };
  const image = { inviteId: { S: 'i1' }, token: { NULL: true }, owner, contacts: { NULL: true }, more: { N: '1' } };
  expect(withoutSecrets(invite.secrets, image)).toEqual({
    inviteId: { S: 'i1' },
    owner: { M: { name: { S: 'n' } } },
    contacts: { NULL: true },
    more: { N: '1' },
  });
});
