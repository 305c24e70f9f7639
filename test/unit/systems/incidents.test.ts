import { DAY_MS } from '../../../shared/model/retention.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import { incidents } from '../../../shared/systems/incidents.ts';
import {
  commentItem,
  incidentItem,
  METADATA,
  participantItem,
  summaryItem,
  timelineItem,
} from '../../support/given/incidents.ts';
import { Stage } from '../../support/given/stage.ts';

/* SYSTEMS.md, section 2, line by line. */

const T0 = '2026-02-01T09:00:00.000Z';
const later = (minutes: number): string => isoUtc(Date.parse(T0) + minutes * 60_000);
const epochSeconds = (days: number): number => (Date.parse(T0) + days * DAY_MS) / 1000;

const RESOLVED = { status: 'RESOLVED', resolvedAt: later(90), updatedAt: later(90) };
const CLOSED = { ...RESOLVED, status: 'CLOSED', closedAt: later(120), updatedAt: later(120) };

let stage: Stage;
beforeEach(() => {
  stage = new Stage(incidents, T0);
});
afterEach(async () => {
  expect(await stage.drifts()).toEqual([]);
});

const inStatus = (status: string, severity: string) => stage.statistic('status', { status, severity });

describe('statistics', () => {
  test('status and severity: given incidents, when one moves on, then it counts where it is now, and nowhere else', async () => {
    stage.put(incidentItem({ id: 'i1' }), incidentItem({ id: 'i2' }), incidentItem({ id: 'i3', severity: 'P0' }));
    await stage.settle();
    expect(await inStatus('OPEN', 'P2')).toMatchObject({ status: 'OPEN', severity: 'P2', incidents: 2 });
    stage.put(incidentItem({ id: 'i2', status: 'MITIGATED', updatedAt: later(5) }));
    await stage.settle();
    expect(await inStatus('OPEN', 'P2')).toMatchObject({ incidents: 1 });
    expect(await inStatus('MITIGATED', 'P2')).toMatchObject({ incidents: 1 });
    expect(await inStatus('OPEN', 'P0')).toMatchObject({ incidents: 1 });
  });

  test('busy status groups are spread over parts, each an item beside the others', async () => {
    stage.put(incidentItem());
    await stage.settle();
    expect(stage.has({ pk: 'AFTERWRITE#STATUS#OPEN#SEVERITY#P2', sk: 'STATS' })).toBe(false);
    const parts = [0, 1, 2, 3].map((part) => `STATS#PART#4#${part}`);
    expect(parts.filter((sk) => stage.has({ pk: 'AFTERWRITE#STATUS#OPEN#SEVERITY#P2', sk }))).toHaveLength(1);
  });

  test('service: opened, open and resolved; time to resolve with its mean and p90', async () => {
    stage.put(incidentItem({ id: 'i1' }), incidentItem({ id: 'i2', severity: 'P0' }), incidentItem({ id: 'i3' }));
    stage.put(incidentItem({ id: 'i1', ...RESOLVED }));
    stage.put(incidentItem({ id: 'i2', severity: 'P0', ...RESOLVED, resolvedAt: later(30) }));
    await stage.settle();
    expect(await stage.statistic('service', { service: 'checkout' })).toEqual({
      service: 'checkout',
      opened: 3,
      open: 1,
      resolved: 2,
      bySeverity: { P0: 1, P1: 0, P2: 2, P3: 0, P4: 0 },
      timeToResolve: { count: 2, mean: 3600, p50: 1800, p90: 5400 },
    });
  });

  test('service: given a resolved incident, when it is reopened, then its time to resolve is taken back', async () => {
    stage.put(incidentItem(), incidentItem(RESOLVED));
    stage.put(incidentItem({ status: 'INVESTIGATING', updatedAt: later(95) }));
    await stage.settle();
    expect(await stage.statistic('service', { service: 'checkout' })).toMatchObject({
      open: 1,
      resolved: 0,
      timeToResolve: { count: 0, mean: null, p50: null, p90: null },
    });
  });

  test('service: an incident of half a year is exact in the mean, and in the last bucket of the percentiles', async () => {
    stage.put(incidentItem(), incidentItem({ ...RESOLVED, resolvedAt: isoUtc(Date.parse(T0) + 180 * DAY_MS) }));
    await stage.settle();
    const service = await stage.statistic('service', { service: 'checkout' });
    expect(service).toMatchObject({ timeToResolve: { mean: 180 * 86_400, p90: 60 * 86_400 - 600 } });
  });

  test('user: incidents taken part in; a user who is taken off does not count', async () => {
    stage.put(participantItem('u-2'), participantItem('u-3', later(10)));
    stage.put({ ...participantItem('u-2', later(20)), PK: 'INCIDENT#i2', incidentId: 'i2', GSI2SK: 'INCIDENT#i2' });
    await stage.settle();
    expect(await stage.statistic('user', { userId: 'u-2' })).toEqual({
      userId: 'u-2',
      incidents: 2,
      lastJoinedAt: later(20),
    });
    stage.delete({ pk: 'INCIDENT#i1', sk: 'USER#u-2' });
    await stage.settle();
    expect(await stage.statistic('user', { userId: 'u-2' })).toMatchObject({ incidents: 1 });
  });

  test('day: opened by when it was opened, resolved by when that was', async () => {
    stage.put(incidentItem(), commentItem(later(1)), commentItem(later(2)));
    stage.put(incidentItem({ ...RESOLVED, resolvedAt: later(24 * 60) }));
    await stage.settle();
    expect(await stage.statistic('day', { day: '2026-02-01' })).toMatchObject({ opened: 1, resolved: 0, comments: 2 });
    expect(await stage.statistic('day', { day: '2026-02-02' })).toMatchObject({
      opened: 0,
      resolved: 1,
      timeToResolve: { mean: 86_400 },
    });
  });
});

describe('events', () => {
  const told = (...types: string[]) => stage.events(...types).map(({ data }) => data);

  test('IncidentOpened: given a new incident, then it is told once, whatever is written later', async () => {
    stage.put(incidentItem(), incidentItem({ title: 'checkout is down', updatedAt: later(1) }));
    await stage.settle();
    expect(told('IncidentOpened')).toEqual([
      {
        incidentId: 'i1',
        service: 'checkout',
        severity: 'P2',
        title: 'checkout answers slowly',
        status: 'OPEN',
        openedAt: T0,
      },
    ]);
  });

  test('IncidentStatusChanged: from and to, each step; a late edit of something else is none', async () => {
    stage.put(incidentItem());
    stage.put(incidentItem({ status: 'INVESTIGATING', updatedAt: later(1) }));
    stage.put(incidentItem({ status: 'INVESTIGATING', title: 'late edit', updatedAt: later(2) }));
    stage.put(incidentItem(RESOLVED));
    await stage.settle();
    expect(told('IncidentStatusChanged').map(({ from, to }) => [from, to])).toEqual([
      ['OPEN', 'INVESTIGATING'],
      ['INVESTIGATING', 'RESOLVED'],
    ]);
  });

  test('SeverityChanged: from and to', async () => {
    stage.put(incidentItem(), incidentItem({ severity: 'P0', updatedAt: later(1) }));
    await stage.settle();
    expect(told('SeverityChanged')).toMatchObject([{ incidentId: 'i1', from: 'P2', to: 'P0', changedAt: later(1) }]);
  });

  test('IncidentResolved: with the time that it took; closing it then is no second one', async () => {
    stage.put(incidentItem(), incidentItem(RESOLVED), incidentItem(CLOSED));
    await stage.settle();
    expect(told('IncidentResolved')).toMatchObject([{ resolvedAt: later(90), secondsToResolve: 5400 }]);
  });

  test('IncidentReopened: given a resolved one, when it is open again, then it is told, and may be resolved again', async () => {
    stage.put(incidentItem(), incidentItem(RESOLVED));
    stage.put(incidentItem({ status: 'INVESTIGATING', updatedAt: later(95) }), incidentItem(RESOLVED));
    await stage.settle();
    expect(told('IncidentReopened')).toMatchObject([{ from: 'RESOLVED', to: 'INVESTIGATING', reopenedAt: later(95) }]);
    expect(told('IncidentResolved')).toHaveLength(2);
  });

  test('CommentAdded and ParticipantJoined: an edit of a comment is no new one', async () => {
    stage.put(commentItem(later(1)), commentItem(later(1), { text: 'edited', editedAt: later(3) }));
    stage.put(participantItem('u-2'));
    await stage.settle();
    expect(told('CommentAdded')).toMatchObject([{ incidentId: 'i1', author: 'u-2', text: 'look at the database' }]);
    expect(told('ParticipantJoined')).toMatchObject([{ incidentId: 'i1', userId: 'u-2', role: 'responder' }]);
  });

  test('IncidentArchived: told when it left, with its bundle', async () => {
    stage.put(incidentItem(), incidentItem(CLOSED));
    await stage.pass(91);
    expect(told('IncidentArchived')).toMatchObject([{ incidentId: 'i1', status: 'CLOSED' }]);
    expect(stage.events('IncidentArchived')[0]?.metadata).toMatchObject({ correlationId: 'i1' });
  });
});

describe('archive', () => {
  const everything = () =>
    stage.put(
      incidentItem(CLOSED),
      timelineItem(later(1), 'e1'),
      timelineItem(later(2), 'e2', { keyEvent: true }),
      commentItem(later(3)),
      participantItem('u-2'),
      summaryItem(later(100)),
    );
  const ALL = [
    `COMMENT#${later(3)}`,
    `EVENT#${later(1)}#e1`,
    `EVENT#${later(2)}#e2`,
    'METADATA',
    `SUMMARY#${later(100)}`,
    'USER#u-2',
  ];

  test('a closed incident leaves 90 days after it was closed, whole, as one bundle; statistics keep it', async () => {
    everything();
    await stage.pass(89);
    expect(stage.has(METADATA)).toBe(true);
    await stage.pass(2);
    expect(stage.items).toEqual([]);
    expect(await stage.bundled('incident', METADATA)).toEqual(ALL);
    expect(await inStatus('CLOSED', 'P2')).toMatchObject({ incidents: 1 });
    expect(await stage.statistic('user', { userId: 'u-2' })).toMatchObject({ incidents: 1 });
  });

  test('RESOLVED for 90 days counts as closed', async () => {
    stage.put(incidentItem(RESOLVED));
    await stage.pass(91);
    expect(stage.has(METADATA)).toBe(false);
  });

  test('reopening before then cancels it; closed again, it leaves 90 days after that', async () => {
    everything();
    await stage.pass(80);
    stage.put(incidentItem({ status: 'OPEN', updatedAt: isoUtc(Date.parse(T0) + 80 * DAY_MS) }));
    await stage.pass(30);
    expect(stage.has(METADATA)).toBe(true);
    const closedAt = isoUtc(Date.parse(T0) + 110 * DAY_MS);
    stage.put(incidentItem({ ...CLOSED, closedAt, updatedAt: closedAt }));
    await stage.pass(89);
    expect(stage.has(METADATA)).toBe(true);
    await stage.pass(2);
    expect(stage.items).toEqual([]);
    expect(stage.events('IncidentArchived')).toHaveLength(1);
  });

  test('comments leave after 90 days, by expiresAt where the writer sets it, else by a due entry', async () => {
    const [expiring, due] = [later(3), later(4)];
    stage.put(incidentItem(), commentItem(expiring, { expiresAt: epochSeconds(90.5) }), commentItem(due));
    await stage.pass(89);
    expect(stage.items).toHaveLength(3);
    await stage.pass(2);
    expect(stage.items).toEqual([JSON.stringify(['INCIDENT#i1', 'METADATA'])]);
    expect(await stage.bundled('comment', { pk: 'INCIDENT#i1', sk: `COMMENT#${due}` })).toEqual([`COMMENT#${due}`]);
    expect(await stage.statistic('day', { day: '2026-02-01' })).toMatchObject({ comments: 2 });
  });

  test('timeline events leave after 180 days, key events stay; summaries leave after 365 days', async () => {
    stage.put(incidentItem(), timelineItem(later(1), 'e1'), timelineItem(later(2), 'e2', { keyEvent: true }));
    stage.put(summaryItem(later(100)));
    await stage.pass(181);
    expect(stage.items).toHaveLength(3);
    expect(stage.has({ pk: 'INCIDENT#i1', sk: `EVENT#${later(1)}#e1` })).toBe(false);
    await stage.pass(183);
    expect(stage.items).toHaveLength(3);
    await stage.pass(2);
    expect(stage.items).toEqual([
      JSON.stringify(['INCIDENT#i1', `EVENT#${later(2)}#e2`]),
      JSON.stringify(['INCIDENT#i1', 'METADATA']),
    ]);
  });

  test('children that left earlier, by TTL or by themselves, are in the bundle of their incident too', async () => {
    stage.put(incidentItem(), commentItem(later(3), { expiresAt: epochSeconds(90) }), commentItem(later(4)));
    await stage.pass(95);
    const closedAt = isoUtc(Date.parse(T0) + 95 * DAY_MS);
    stage.put(incidentItem({ ...CLOSED, closedAt, updatedAt: closedAt }));
    await stage.pass(91);
    expect(await stage.bundled('incident', METADATA)).toEqual([
      `COMMENT#${later(3)}`,
      `COMMENT#${later(4)}`,
      'METADATA',
    ]);
  });

  test('an incident that left can be put back as one, without its expiry, and nothing takes it again', async () => {
    everything();
    stage.put(commentItem(later(5), { expiresAt: epochSeconds(90) }));
    await stage.pass(91);
    expect(stage.items).toEqual([]);
    const back = await stage.putBack('incident', METADATA);
    expect(back).toEqual([...ALL, `COMMENT#${later(5)}`].sort().map((sk) => `${sk} written`));
    expect(stage.item({ pk: 'INCIDENT#i1', sk: `COMMENT#${later(5)}` })?.expiresAt).toBeUndefined();
    await stage.pass(400);
    expect(stage.items).toHaveLength(7);
    expect(stage.events('IncidentArchived', 'IncidentOpened')).toHaveLength(2);
    expect(await stage.putBack('incident', METADATA)).toEqual(back.map((line) => line.replace('written', 'present')));
  });

  test('what was put back and then deleted by its user stays away', async () => {
    stage.put(incidentItem(CLOSED), commentItem(later(5), { expiresAt: epochSeconds(90) }));
    await stage.pass(91);
    await stage.putBack('incident', METADATA);
    await stage.settle();
    stage.delete({ pk: 'INCIDENT#i1', sk: `COMMENT#${later(5)}` });
    await stage.settle();
    expect(await stage.putBack('incident', METADATA)).toEqual([`COMMENT#${later(5)} retracted`, 'METADATA present']);
  });
});
