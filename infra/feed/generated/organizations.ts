import { DAY_MS } from '../../../shared/model/retention.ts';
import { dayOf, HOUR_MS, isoUtc, toEpochMs } from '../../../shared/model/time.ts';
import type { Chance } from './chance.ts';
import { type HistoryWrite, type LifeGenerator, put, remove } from './lives.ts';

const LEVELS = ['low', 'moderate', 'high', 'critical'];
const ROLES = [
  ['MEMBER', 7],
  ['VIEWER', 2],
  ['ADMIN', 1],
] as const;
type Role = (typeof ROLES)[number][0];
const UP: Readonly<Record<Role, Role>> = { VIEWER: 'MEMBER', MEMBER: 'ADMIN', ADMIN: 'MEMBER' };
/** Of writers that give the TTL milliseconds, which DynamoDB never acts on. */
const MISDATED = 0.1;

const seconds = (ms: number): number => Math.floor(ms / 1000);

interface Organization {
  readonly organizationId: string;
  readonly pk: string;
  readonly chance: Chance;
  readonly from: number;
  readonly until: number;
}

/** An organization is founded, invites people, who join, are promoted and leave; each day their work is fetched, and a report made. */
export const organizationLives: LifeGenerator = {
  of: 'organizations',
  days: 30,
  writesOf: ({ number, chance, at, until }) => {
    const organizationId = `org-${chance.id(5)}-${number}`;
    const own = { organizationId, pk: `ORG#${organizationId}`, chance, from: at, until };
    const people = Array.from({ length: chance.between(1, chance.happens(0.2) ? 20 : 6) }, (_, n) => n);
    const joined = people.map((n) => personLife(own, n));
    const writes = [
      ...founded(own),
      ...joined.flatMap(({ writes: all }) => all),
      ...days(own, joined),
      ...invites(own),
    ];
    return writes.sort((a, b) => a.at - b.at);
  },
};

/** Its use grows; plans are small, and limits are reached. */
function founded({ organizationId, pk, chance, from, until }: Organization): HistoryWrite[] {
  const about = {
    ...{ PK: pk, SK: pk, organizationId, name: `Company ${organizationId}` },
    ...{ plan: chance.pick(['free', 'team', 'business']), maxMembers: chance.pick([3, 5, 10, 25]) },
    ...{ features: { burnoutRisk: chance.happens(0.6) }, limits: { apiCalls: 2_000, storageBytes: 50_000_000 } },
    createdAt: from,
  };
  let usage = { apiCalls: 0, storageBytes: 0 };
  const writes: HistoryWrite[] = [];
  for (let at = from; at < until; at += chance.wait(4 * DAY_MS)) {
    writes.push(
      put(at, { ...about, usage, updatedAt: at, GSI2PK: `ORG_ACTIVITY#${organizationId}`, GSI2SK: `TIMESTAMP#${at}` }),
    );
    usage = {
      apiCalls: usage.apiCalls + chance.wait(300),
      storageBytes: usage.storageBytes + chance.wait(6_000_000),
    };
  }
  return writes;
}

interface Person {
  readonly login: string;
  readonly from: number;
  readonly until: number;
  readonly writes: HistoryWrite[];
}

/** The role is part of the key: a promotion deletes and inserts, in either order, within moments. */
function personLife({ organizationId, pk, chance, from, until }: Organization, number: number): Person {
  const userId = `${chance.id(6)}-${number}`;
  const joinedAt = from + (number === 0 ? 0 : chance.wait(5 * DAY_MS));
  const key = (role: Role) => ({ PK: pk, SK: `${role}#${userId}` });
  const as = (at: number, role: Role): HistoryWrite => {
    const told = chance.happens(0.3) ? seconds(joinedAt) : joinedAt;
    return put(at, {
      ...key(role),
      ...{ organizationId, userId, name: `Person ${userId}`, email: `${userId}@example.com`, joinedAt: told },
      ...{ GSI1PK: `EMAIL#${userId}@example.com`, GSI1SK: `USER#${userId}` },
      ...{ GSI2PK: `USER#${userId}`, GSI2SK: `JOINED#${toEpochMs(told)}` },
    });
  };
  let role: Role = number === 0 ? 'ADMIN' : chance.weighted(ROLES);
  const writes = [as(joinedAt, role)];
  let end = until;
  for (let at = joinedAt + chance.wait(10 * DAY_MS); at < until; at += chance.wait(10 * DAY_MS)) {
    if (number > 0 && chance.happens(0.4)) {
      writes.push(remove(at, key(role)));
      end = at;
      break;
    }
    const steps = [remove(at, key(role)), as(at, UP[role])];
    writes.push(...(chance.happens(0.5) ? steps : steps.reverse()));
    role = UP[role];
  }
  return { login: userId, from: joinedAt, until: end, writes };
}

/** Each night what the persons did is fetched, and some have a report made of it. */
function days({ organizationId, pk, chance, from, until }: Organization, people: readonly Person[]): HistoryWrite[] {
  const writes: HistoryWrite[] = [];
  const level = new Map<string, number>();
  const keep = chance.happens(0.3);
  for (let night = Math.ceil(from / DAY_MS) * DAY_MS; night < until; night += DAY_MS) {
    for (const { login } of people.filter((person) => person.from < night && night < person.until)) {
      const next = Math.max(0, Math.min(3, (level.get(login) ?? 0) + chance.pick([-1, 0, 0, 0, 1])));
      level.set(login, next);
      writes.push(fetched(night + chance.between(0, 600_000), { organizationId, pk, login, risk: next }, chance));
    }
    if (!chance.happens(0.5)) continue;
    const at = night + HOUR_MS;
    writes.push(
      put(at, {
        ...{ PK: pk, SK: `TEAM_REPORT#${dayOf(isoUtc(at))}`, organizationId, day: dayOf(isoUtc(at)), createdAt: at },
        ...{ expiresAt: expiry(at + DAY_MS, chance), keep, commits: chance.wait(60), reviews: chance.wait(15) },
        ...{ score: chance.between(30, 95), people: people.map(({ login }) => ({ login, commits: chance.wait(9) })) },
      }),
    );
  }
  return writes;
}

const fetched = (
  at: number,
  { organizationId, pk, login, risk }: { organizationId: string; pk: string; login: string; risk: number },
  chance: Chance,
): HistoryWrite =>
  put(at, {
    ...{
      PK: pk,
      SK: `GITHUB_DATA#${login}`,
      organizationId,
      login,
      fetchedAt: at,
      expiresAt: expiry(at + DAY_MS, chance),
    },
    ...{ burnoutRisk: LEVELS[risk] ?? 'low', codeQuality: chance.between(20, 100), raw: { commits: chance.wait(9) } },
  });

const expiry = (at: number, chance: Chance): number => (chance.happens(MISDATED) ? at : seconds(at));

/** Accepted within hours, called off, or left until they run out. */
function invites({ organizationId, pk, chance, from, until }: Organization): HistoryWrite[] {
  const writes: HistoryWrite[] = [];
  for (let at = from + chance.wait(3 * DAY_MS); at < until; at += chance.wait(3 * DAY_MS)) {
    const inviteId = chance.id(10);
    const about = {
      ...{ PK: pk, SK: `INVITE#${inviteId}`, organizationId, inviteId, role: chance.pick(['member', 'viewer']) },
      ...{ email: `${inviteId}@example.com`, token: `token-${chance.id(24)}` },
      ...{ createdAt: chance.happens(0.3) ? seconds(at) : at, expiresAt: expiry(at + DAY_MS, chance) },
    };
    writes.push(put(at, { ...about, status: 'pending' }));
    const then = at + chance.wait(4 * HOUR_MS);
    if (then > at + DAY_MS || chance.happens(0.35)) continue;
    const status = chance.happens(0.15) ? 'revoked' : 'accepted';
    writes.push(put(then, { ...about, status, ...(status === 'accepted' && { acceptedAt: then }) }));
  }
  return writes;
}
