import { organizations } from '../../../shared/systems/organizations.ts';
import {
  githubItem,
  inviteItem,
  NOW,
  orgItem,
  personItem,
  personKey,
  reportItem,
  seconds,
  T0,
  TOMORROW,
} from '../../support/given/organizations.ts';
import { Stage } from '../../support/given/stage.ts';

/* SYSTEMS.md, section 4, line by line. */

let stage: Stage;
beforeEach(() => {
  stage = new Stage(organizations, T0);
});
afterEach(async () => {
  expect(await stage.drifts()).toEqual([]);
});

const told = (...types: string[]): [string, unknown][] => stage.events(...types).map(({ type, data }) => [type, data]);
const of = (name: string, organizationId = 'o1') => stage.statistic(name, { organizationId });
/** Longer than a promotion may take. */
const MINUTE = 1 / 1440;

describe('statistics', () => {
  test('members now by role, beside what the plan allows', async () => {
    stage.put(orgItem('o1'), personItem('o1', 'admin', 'u1'), personItem('o1', 'member', 'u2'));
    stage.put(personItem('o1', 'viewer', 'u3'), personItem('o2', 'member', 'u2'));
    await stage.settle();
    expect(await of('plan')).toMatchObject({ members: 3, byRole: { admin: 1, member: 1, viewer: 1 }, maxMembers: 3 });
    expect(await of('plan', 'o2')).toMatchObject({ members: 1, maxMembers: 0 });
    stage.delete(personKey('o1', 'viewer', 'u3'));
    await stage.pass(MINUTE);
    expect(await of('plan')).toMatchObject({ members: 2, byRole: { admin: 1, member: 1, viewer: 0 } });
  });

  test('invitations: pending, accepted and expired, of a day and in all; they count on when they are gone', async () => {
    stage.put(inviteItem('o1'), inviteItem('o1', { inviteId: 'i2' }), inviteItem('o1', { inviteId: 'i3' }));
    await stage.settle();
    expect(await of('invitations')).toMatchObject({ sent: 3, byStatus: { pending: 3 } });
    stage.put(inviteItem('o1', { inviteId: 'i2', status: 'accepted', acceptedAt: NOW + 5 }));
    await stage.pass(1.1);
    const counts = { sent: 3, byStatus: { pending: 0, accepted: 1, expired: 2, revoked: 0 } };
    expect(await of('invitations')).toMatchObject(counts);
    await stage.pass(3);
    expect(stage.items).toEqual([]);
    expect(await of('invitations')).toMatchObject(counts);
    expect(await stage.statistic('invitationsOfDay', { organizationId: 'o1', day: '2026-02-01' })).toMatchObject(
      counts,
    );
  });

  test('what is cached: its age, burnout risks and code quality, for as long as it is cached', async () => {
    stage.put(githubItem('o1', 'ann'), githubItem('o1', 'ben', { burnoutRisk: 'high', codeQuality: 90 }));
    stage.put(githubItem('o1', 'eve', { fetchedAt: seconds(NOW) - 60, expiresAt: seconds(TOMORROW) - 60 }));
    await stage.settle();
    expect(await of('github')).toEqual({
      organizationId: 'o1',
      cached: 3,
      oldestFetchedAt: '2026-02-01T08:59:00.000Z',
      newestFetchedAt: T0,
      byBurnoutRisk: { low: 2, moderate: 0, high: 1, critical: 0 },
      codeQuality: { count: 3, mean: 230 / 3, min: 70, max: 90, p50: 70, p90: 90 },
    });
    stage.put(githubItem('o1', 'ann', { fetchedAt: TOMORROW, expiresAt: seconds(TOMORROW) + 86_400 }));
    await stage.pass(1.1);
    expect(await of('github')).toMatchObject({ cached: 1, codeQuality: { count: 1 }, byBurnoutRisk: { high: 0 } });
    await stage.pass(2);
    expect(await of('github')).toBeUndefined();
  });

  test('reports made: of a month and in all', async () => {
    stage.put(reportItem('o1', '2026-01-31'), reportItem('o1', '2026-02-01', { createdAt: NOW + 7 }));
    await stage.pass(3);
    expect(stage.items).toEqual([]);
    expect(await of('reports')).toEqual({
      organizationId: 'o1',
      reports: 2,
      lastCreatedAt: '2026-02-01T09:00:00.007Z',
    });
    expect(await stage.statistic('reportsOfMonth', { organizationId: 'o1', month: '2026-01' })).toMatchObject({
      reports: 1,
    });
  });
});

describe('events', () => {
  const ann = { organizationId: 'o1', userId: 'ann' };

  test('somebody joins, and leaves; left is told when no promotion can be meant any more', async () => {
    stage.put(personItem('o1', 'member', 'ann'));
    await stage.settle();
    stage.delete(personKey('o1', 'member', 'ann'));
    await stage.pass(MINUTE);
    expect(told()).toEqual([
      ['MemberJoined', { ...ann, role: 'member' }],
      ['MemberLeft', { ...ann, role: 'member' }],
    ]);
  });

  test('while somebody’s item is parked, nobody is told to have left that organization, for they may be in another role', async () => {
    for (const organizationId of ['o1', 'o2']) stage.put(personItem(organizationId, 'member', 'ann'));
    await stage.settle();
    const admin = personItem('o1', 'admin', 'ann');
    stage.put({ ...admin, organizationId: 'o9' });
    for (const organizationId of ['o1', 'o2']) stage.delete(personKey(organizationId, 'member', 'ann'));
    await stage.settleParked();
    stage.wait(MINUTE);
    await stage.settleParked();
    expect(told('MemberLeft')).toEqual([['MemberLeft', { ...ann, organizationId: 'o2', role: 'member' }]]);
    expect(await of('plan')).toMatchObject({ members: 1 });
    stage.put(admin);
    await stage.settleParked();
    await stage.drop(personKey('o1', 'admin', 'ann'));
    await stage.settle();
    expect(told('MemberLeft', 'RoleChanged')).toEqual([
      ['MemberLeft', { ...ann, organizationId: 'o2', role: 'member' }],
      ['RoleChanged', { ...ann, from: 'member', to: 'admin' }],
    ]);
  });

  test.each(['the delete first', 'the insert first'])(
    'a promotion, %s, in one batch or in two: one RoleChanged',
    async (order) => {
      stage.put(orgItem('o1', { maxMembers: 1 }), personItem('o1', 'member', 'ann'), personItem('o1', 'viewer', 'ben'));
      await stage.settle();
      const steps = [
        () => stage.delete(personKey('o1', 'member', 'ann')),
        () => stage.put(personItem('o1', 'admin', 'ann')),
      ];
      for (const step of order === 'the insert first' ? steps.reverse() : steps) {
        step();
        await stage.turn(3);
      }
      await stage.pass(MINUTE);
      // At once.
      stage.delete(personKey('o1', 'viewer', 'ben'));
      stage.put(personItem('o1', 'member', 'ben'));
      await stage.pass(MINUTE);
      const ben = { organizationId: 'o1', userId: 'ben' };
      expect(told('MemberLeft', 'RoleChanged', 'PlanLimitReached').map(([type, data]) => [type, data])).toEqual([
        ['PlanLimitReached', { organizationId: 'o1', limit: 'members', used: expect.any(Number), allowed: 1 }],
        ['RoleChanged', { ...ann, from: 'member', to: 'admin' }],
        ['RoleChanged', { ...ben, from: 'viewer', to: 'member' }],
      ]);
      expect(told('MemberJoined')).toHaveLength(2);
    },
  );

  test('an invitation is sent, and accepted', async () => {
    stage.put(inviteItem('o1'));
    stage.put(inviteItem('o1', { status: 'accepted', acceptedAt: seconds(NOW) + 60 }));
    await stage.pass(3);
    const invite = { organizationId: 'o1', inviteId: 'i1', role: 'member' };
    expect(told()).toEqual([
      ['InvitationSent', { ...invite, expiresAt: '2026-02-02T09:00:00.000Z' }],
      ['InvitationAccepted', { ...invite, acceptedAt: '2026-02-01T09:01:00.000Z' }],
    ]);
  });

  test('InvitationExpired: at its time, once; and so where the writer gave milliseconds, which no TTL ever takes', async () => {
    stage.put(inviteItem('o1'), inviteItem('o1', { inviteId: 'i2', expiresAt: TOMORROW }));
    await stage.pass(0.9);
    expect(told('InvitationExpired')).toEqual([]);
    await stage.pass(0.2);
    await stage.pass(3);
    const expired = stage.events('InvitationExpired').map(({ data }) => data);
    expect(expired.map(({ inviteId }) => inviteId).sort()).toEqual(['i1', 'i2']);
    expect(expired[0]).toMatchObject({ organizationId: 'o1', role: 'member', expiredAt: '2026-02-02T09:00:00.000Z' });
    // The sweeper takes it, for its time is over.
    expect(stage.items).toEqual([]);
  });

  test('BurnoutRiskRaised: where it goes up, and only where the organization wants to be told', async () => {
    stage.put(orgItem('o1'), orgItem('o2', { features: { burnoutRisk: false } }));
    for (const burnoutRisk of ['low', 'high', 'high', 'moderate', 'critical'])
      stage.put(githubItem('o1', 'ann', { burnoutRisk }), githubItem('o2', 'ben', { burnoutRisk }));
    stage.put(githubItem('o1', 'eve', { burnoutRisk: 'moderate' }));
    await stage.settle();
    const at = (login: string, from: string, to: string) => [
      'BurnoutRiskRaised',
      { organizationId: 'o1', login, from, to },
    ];
    expect(told('BurnoutRiskRaised')).toEqual([
      at('ann', 'low', 'high'),
      at('ann', 'moderate', 'critical'),
      at('eve', 'low', 'moderate'),
    ]);
  });

  test('TeamReportReady: once for each report, without names', async () => {
    stage.put(reportItem('o1', '2026-02-01'));
    stage.put(reportItem('o1', '2026-02-01', { score: 61 }));
    await stage.settle();
    expect(told('TeamReportReady')).toEqual([
      ['TeamReportReady', { organizationId: 'o1', day: '2026-02-01', score: 60, createdAt: T0 }],
    ]);
  });

  test('PlanLimitReached: members, API calls and storage, each when it is reached', async () => {
    stage.put(orgItem('o1'), personItem('o1', 'admin', 'u1'), personItem('o1', 'member', 'u2'));
    await stage.settle();
    expect(told('PlanLimitReached')).toEqual([]);
    stage.put(personItem('o1', 'member', 'u3'));
    await stage.settle();
    stage.put(orgItem('o1', { usage: { apiCalls: 100, storageBytes: 999 } }));
    await stage.settle();
    stage.put(orgItem('o1', { usage: { apiCalls: 130, storageBytes: 1_500 } }));
    await stage.settle();
    expect(told('PlanLimitReached').map(([, data]) => data)).toEqual([
      { organizationId: 'o1', limit: 'members', used: 3, allowed: 3 },
      { organizationId: 'o1', limit: 'apiCalls', used: 100, allowed: 100 },
      { organizationId: 'o1', limit: 'storage', used: 1_500, allowed: 1_000 },
    ]);
  });
});

describe('archive', () => {
  test('invitations that are over are kept without token and address, whoever took them from the table', async () => {
    // The sweeper takes what it finds; the table's TTL takes some before it.
    stage.put(inviteItem('o1'), inviteItem('o1', { inviteId: 'i2', expiresAt: TOMORROW }));
    await stage.settle();
    stage.expire({ pk: 'ORG#o1', sk: 'INVITE#i1' }, 1.01);
    await stage.pass(1.1);
    for (const inviteId of ['i1', 'i2']) {
      const source = { pk: 'ORG#o1', sk: `INVITE#${inviteId}` };
      expect(await stage.bundled('invitation', source)).toContain(source.sk);
    }
    const left = await stage.everythingThatLeft();
    expect(left.filter((text) => /canary|private/.test(text))).toEqual([]);
    expect(left.some((text) => text.includes('INVITE#i1'))).toBe(true);
  });

  test('reports stay longer only by choice, and without lists of persons', async () => {
    stage.put(reportItem('o1', '2026-02-01', { keep: true }), reportItem('o1', '2026-01-31'));
    await stage.pass(3);
    const source = { pk: 'ORG#o1', sk: 'TEAM_REPORT#2026-02-01' };
    expect(await stage.bundled('report', source)).toEqual([source.sk]);
    expect((await stage.everythingThatLeft()).filter((text) => text.includes('private-'))).toEqual([]);
  });

  test('the journal lives 35 days; of cached data it holds what is measured, of a former member the role and the dates', async () => {
    expect(organizations.archive.journal.lifeDays).toBe(35);
    expect(organizations.archive.events.lifeDays).toBe(35);
    stage.put(githubItem('o1', 'ann'), personItem('o1', 'admin', 'u1'));
    await stage.settle();
    stage.delete(personKey('o1', 'admin', 'u1'));
    await stage.pass(MINUTE);
    const [cached] = await stage.history({ pk: 'ORG#o1', sk: 'GITHUB_DATA#ann' });
    expect(Object.keys(cached ?? {}).sort()).toEqual(
      ['PK', 'SK', 'burnoutRisk', 'codeQuality', 'expiresAt', 'fetchedAt', 'login', 'organizationId'].sort(),
    );
    expect(await stage.history(personKey('o1', 'admin', 'u1'))).toEqual([
      { PK: 'ORG#o1', SK: 'ADMIN#u1', organizationId: 'o1', userId: 'u1', joinedAt: NOW },
      undefined,
    ]);
  });

  test('an item whose TTL attribute holds milliseconds is told with its key, until it is corrected or gone', async () => {
    stage.put(inviteItem('o1', { expiresAt: TOMORROW }), githubItem('o1', 'ann', { expiresAt: TOMORROW }));
    stage.put(inviteItem('o1', { inviteId: 'i2' }));
    await stage.settle();
    expect(await stage.misdated()).toEqual(['ORG#o1/GITHUB_DATA#ann', 'ORG#o1/INVITE#i1']);
    stage.put(githubItem('o1', 'ann'));
    await stage.pass(1.1);
    expect(await stage.misdated()).toEqual([]);
  });
});

describe('two organizations', () => {
  const ODD = ['o1', 'o2', 'o1/x', 'o1%2Fx'];

  test('nothing that leaves is of two of them, and none of it holds a token or a private field', async () => {
    for (const org of ODD) {
      stage.put(orgItem(org), personItem(org, 'admin', `u-${org}`), inviteItem(org), githubItem(org, `l-${org}`));
      stage.put(reportItem(org, '2026-02-01', { keep: true }), inviteItem(org, { inviteId: 'i2', status: 'accepted' }));
    }
    await stage.settle();
    for (const org of ODD) stage.delete(personKey(org, 'admin', `u-${org}`));
    await stage.pass(3);
    const left = await stage.everythingThatLeft();
    expect(left.filter((text) => /canary|private/.test(text))).toEqual([]);
    // Each has an organization's name in its own fields: two of them in one text would be a mixture.
    const marks = ODD.map((org) => `"u-${org}"`);
    const named = (text: string) => marks.filter((mark) => text.includes(mark)).length;
    expect(left.filter((text) => named(text) > 1)).toEqual([]);
    for (const mark of marks) expect(left.some((text) => text.includes(mark))).toBe(true);
    expect(await stage.mixedObjects()).toEqual([]);
    for (const { metadata, data } of stage.events()) expect(metadata.tenant).toBe(data.organizationId);
  });

  test("an item whose organization is not its key's is parked, and reaches nobody", async () => {
    stage.put({ ...personItem('o1', 'member', 'u1'), organizationId: 'o2' });
    await stage.settleParked();
    expect(await stage.parked()).toEqual(['statistics ORG#o1/MEMBER#u1']);
    expect(told()).toEqual([]);
    expect([await of('plan'), await of('plan', 'o2')]).toEqual([undefined, undefined]);
  });
});
