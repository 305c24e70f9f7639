import { HOUR_MS } from '../../../shared/model/time.ts';
import { workbench } from '../../../shared/systems/workbench.ts';
import { Stage } from '../../support/given/stage.ts';
import {
  artefactItem,
  checkpointItem,
  escalationItem,
  eventItem,
  expiry,
  graduationItem,
  heldItem,
  later,
  spendItem,
  T0,
} from '../../support/given/workbench.ts';

/* SYSTEMS.md, section 3, line by line. */

const HOUR = HOUR_MS / 86_400_000;

let stage: Stage;
beforeEach(() => {
  stage = new Stage(workbench, T0);
});
afterEach(async () => {
  expect(await stage.drifts()).toEqual([]);
});

const told = (...types: string[]): [string, unknown][] => stage.events(...types).map(({ type, data }) => [type, data]);

describe('statistics', () => {
  test('spend: given calls of a month, when one is written by two at once, then day and month hold each to the micro-dollar', async () => {
    stage.put(spendItem('s1', 1_000_001), spendItem('s2', 2), spendItem('s3', 40, '2026-02-02T00:00:00.000Z'));
    stage.put(spendItem('s4', 7, '2026-03-01T00:00:00.000Z'));
    await stage.settle();
    expect(await stage.statistic('spendOfDay', { day: '2026-02-01' })).toEqual({
      day: '2026-02-01',
      entries: 2,
      amountMicroUsd: 1_000_003,
    });
    expect(await stage.statistic('spendOfMonth', { month: '2026-02' })).toMatchObject({
      entries: 3,
      amountMicroUsd: 1_000_043,
      budgetMicroUsd: 15_000_000,
    });
  });

  test('spend: given a call, when it is corrected or deleted, then its old amount is taken back', async () => {
    stage.put(spendItem('s1', 500), spendItem('s2', 30));
    stage.put(spendItem('s1', 200));
    stage.delete({ pk: 'AGENT', sk: `SPEND#${T0}#s2` });
    await stage.settle();
    expect(await stage.statistic('spendOfDay', { day: '2026-02-01' })).toMatchObject({
      entries: 1,
      amountMicroUsd: 200,
    });
  });

  test('open work: given escalations and held actions, when they are decided, then they wait no more, by project and overall', async () => {
    stage.put(escalationItem({ escalationId: 'x1' }), escalationItem({ escalationId: 'x2', createdAt: later(3) }));
    stage.put(escalationItem({ projectId: 'p2' }), heldItem(), heldItem({ projectId: 'p2' }));
    await stage.settle();
    expect(await stage.statistic('openWork', { projectId: 'p1' })).toEqual({
      projectId: 'p1',
      escalations: { pending: 2, decided: 0, oldestPending: T0 },
      heldActions: { pending: 1, due: 0, oldestPending: T0 },
    });
    expect(await stage.statistic('openWorkOverall', {})).toMatchObject({
      escalations: { pending: 3 },
      heldActions: { pending: 2 },
    });
    stage.put(escalationItem({ status: 'decided', decidedAt: later(9) }), heldItem({ status: 'APPROVED' }));
    await stage.settle();
    expect(await stage.statistic('openWork', { projectId: 'p1' })).toMatchObject({
      escalations: { pending: 1, decided: 1, oldestPending: later(3) },
      heldActions: { pending: 0 },
    });
    expect(await stage.statistic('openWorkOverall', {})).toMatchObject({
      escalations: { pending: 2 },
      heldActions: { pending: 1 },
    });
  });

  test('events: by type and severity, of a project and of none, a day; they count on when they have expired', async () => {
    stage.put(eventItem({ projectId: 'p1' }), eventItem({ projectId: 'p1', eventId: 'e2', severity: 'error' }));
    stage.put(eventItem({ projectId: 'p1', eventId: 'e3', type: 'cycle.began' }), eventItem());
    stage.put(eventItem({ projectId: 'p1', eventId: 'e4', timestamp: '2026-02-02T00:00:00.000Z' }));
    await stage.settle();
    const day = {
      scope: 'p1',
      day: '2026-02-01',
      events: 3,
      byType: { 'sync.finished': 2, 'cycle.began': 1 },
      bySeverity: { info: 2, warning: 0, error: 1, critical: 0 },
      byTypeAndSeverity: { 'sync.finished/info': 1, 'sync.finished/error': 1, 'cycle.began/info': 1 },
    };
    expect(await stage.statistic('eventsOfDay', { scope: 'p1', day: '2026-02-01' })).toEqual(day);
    expect(await stage.statistic('eventsOfDay', { scope: 'GLOBAL', day: '2026-02-01' })).toMatchObject({ events: 1 });
    await stage.pass(32);
    expect(stage.items).toEqual([]);
    expect(await stage.statistic('eventsOfDay', { scope: 'p1', day: '2026-02-01' })).toEqual(day);
  });

  test('trust: an action type over all projects, at the tier that each has reached', async () => {
    stage.put(graduationItem(), graduationItem({ projectId: 'p2', tier: 3, approvals: 14, cancellations: 1 }));
    stage.put(graduationItem({ actionType: 'mail.send', tier: 0, approvals: 0 }));
    await stage.settle();
    expect(await stage.statistic('trust', { actionType: 'jira.comment' })).toEqual({
      actionType: 'jira.comment',
      projects: 2,
      byTier: { 0: 0, 1: 1, 2: 0, 3: 1 },
      approvals: 19,
      cancellations: 1,
      approvalRate: 0.95,
    });
  });

  test('checkpoints: where an integration stands across projects; they never expire', async () => {
    stage.put(checkpointItem('p1', 'github', 'issues', later(9)), checkpointItem('p2', 'github', 'issues'));
    stage.put(checkpointItem('p1', 'jira', 'board'));
    await stage.pass(400);
    expect(await stage.statistic('checkpoints', { integration: 'github' })).toEqual({
      integration: 'github',
      checkpoints: 2,
      oldest: T0,
      at: { 'p1/issues': later(9), 'p2/issues': T0 },
    });
    expect(stage.items).toHaveLength(3);
  });
});

describe('events', () => {
  test('escalations: raised, and decided with what was decided', async () => {
    stage.put(escalationItem());
    stage.put(escalationItem({ status: 'decided', decision: 'yes', decidedBy: 'owner', decidedAt: later(9) }));
    // Edited late: decided still.
    stage.put(escalationItem({ status: 'decided', decision: 'yes!', decidedBy: 'owner', decidedAt: later(9) }));
    await stage.settle();
    const about = { projectId: 'p1', escalationId: 'x1', question: 'May it slip?' };
    expect(told()).toEqual([
      ['EscalationRaised', { ...about, createdAt: T0 }],
      ['EscalationDecided', { ...about, decision: 'yes', decidedBy: 'owner', decidedAt: later(9) }],
    ]);
  });

  test('held actions: held, approved, executed; or cancelled', async () => {
    stage.put(heldItem());
    stage.put(heldItem({ status: 'APPROVED', decidedBy: 'owner' }));
    stage.put(heldItem({ status: 'EXECUTED' }));
    stage.put(heldItem({ actionId: 'h2' }));
    stage.put(heldItem({ actionId: 'h2', status: 'CANCELLED', decidedBy: 'owner' }));
    await stage.settle();
    const of = (actionId: string) =>
      stage.events().flatMap(({ type, data }) => (data.actionId === actionId ? [type] : []));
    expect(of('h1')).toEqual(['ActionHeld', 'ActionApproved', 'ActionExecuted']);
    expect(of('h2')).toEqual(['ActionHeld', 'ActionCancelled']);
    expect(told('ActionCancelled')).toEqual([
      [
        'ActionCancelled',
        { projectId: 'p1', actionId: 'h2', actionType: 'jira.comment', heldUntil: later(60), decidedBy: 'owner' },
      ],
    ]);
  });

  test('HeldActionDue: given actions held for an hour, when it is over, then what is pending is due, once; what was decided is not', async () => {
    stage.put(heldItem(), heldItem({ actionId: 'h2' }), heldItem({ actionId: 'h3', heldUntil: later(600) }));
    await stage.settle();
    stage.put(heldItem({ actionId: 'h2', status: 'CANCELLED' }));
    await stage.pass(HOUR / 2);
    expect(told('HeldActionDue')).toEqual([]);
    await stage.pass(3 * HOUR);
    const due = { projectId: 'p1', actionId: 'h1', actionType: 'jira.comment', heldUntil: later(60) };
    expect(told('HeldActionDue')).toEqual([['HeldActionDue', due]]);
    expect(stage.item({ pk: 'PROJECT#p1', sk: 'HELD#h1' })).toMatchObject({ dueAt: { S: later(60) } });
    expect(await stage.statistic('openWork', { projectId: 'p1' })).toMatchObject({
      heldActions: { pending: 2, due: 1 },
    });
    await stage.pass(HOUR);
    expect(told('HeldActionDue')).toHaveLength(1);
  });

  test('HeldActionDue: given a hold that was prolonged, then it is due at its new time alone', async () => {
    stage.put(heldItem());
    await stage.settle();
    stage.put(heldItem({ heldUntil: later(240) }));
    await stage.pass(3 * HOUR);
    expect(told('HeldActionDue')).toEqual([]);
    await stage.pass(3 * HOUR);
    expect(told('HeldActionDue').map(([, data]) => data)).toMatchObject([{ heldUntil: later(240) }]);
  });

  test('ArtefactChanged: with the reference of the old version; what changes nothing of it, and the first one, is no change', async () => {
    stage.put(artefactItem());
    const second = { version: 2, content: 'second', updatedAt: later(5) };
    stage.put(artefactItem(second));
    stage.put(artefactItem({ ...second, GSI1PK: 'index' }));
    await stage.settle();
    const old = { key: 'PROJECT#p1/ARTEFACT#plan', version: 1, updatedAt: T0 };
    expect(told('ArtefactChanged')).toEqual([
      ['ArtefactChanged', { projectId: 'p1', type: 'plan', version: 2, updatedBy: 'agent', old }],
    ]);
  });

  test('GraduationChanged: up and down, by tier alone', async () => {
    for (const tier of [1, 1, 2, 0]) stage.put(graduationItem({ tier, approvals: 5 + tier }));
    await stage.settle();
    const about = { projectId: 'p1', actionType: 'jira.comment', cancellations: 0 };
    expect(told('GraduationChanged')).toEqual([
      ['GraduationChanged', { ...about, from: 1, to: 2, approvals: 7 }],
      ['GraduationChanged', { ...about, from: 2, to: 0, approvals: 5 }],
    ]);
  });

  test('BudgetThresholdReached: 50, 80 and 100 % of a month, one event for each, also where one call passes two', async () => {
    stage.put(spendItem('s1', 7_499_999));
    await stage.settle();
    expect(told('BudgetThresholdReached')).toEqual([]);
    stage.put(spendItem('s2', 1));
    await stage.settle();
    stage.put(spendItem('s3', 9_000_000));
    await stage.settle();
    stage.put(spendItem('s4', 9_000_000), spendItem('s5', 7_500_000, '2026-03-01T09:00:00.000Z'));
    await stage.settle();
    const of = (month: string) =>
      stage.events('BudgetThresholdReached').flatMap(({ data }) => (data.month === month ? [data.percent] : []));
    expect(of('2026-02')).toEqual([50, 80, 100]);
    expect(of('2026-03')).toEqual([50]);
    expect(stage.events('BudgetThresholdReached')[0]?.data).toEqual({
      month: '2026-02',
      percent: 50,
      amountMicroUsd: 7_500_000,
      budgetMicroUsd: 15_000_000,
    });
  });
});

describe('archive', () => {
  test('every version of an artefact can be read, as it was, where the table holds one step of undo', async () => {
    for (let version = 1; version <= 5; version++)
      stage.put(artefactItem({ version, content: `text ${version}`, updatedAt: later(version) }));
    await stage.settle();
    const versions = await stage.history({ pk: 'PROJECT#p1', sk: 'ARTEFACT#plan' });
    expect(versions.map((item) => item?.content)).toEqual([1, 2, 3, 4, 5].map((version) => `text ${version}`));
    expect(versions.map((item) => item?.updatedAt)).toEqual([1, 2, 3, 4, 5].map(later));
  });

  test('given events and decided actions, when they expire, then the journal has them, whole, and no credential of an integration', async () => {
    stage.put(eventItem({ projectId: 'p1', message: 'kept' }), heldItem({ status: 'EXECUTED', expiresAt: expiry(90) }));
    stage.put({
      PK: 'INTEGRATION#jira',
      SK: 'CONFIG',
      service: 'jira',
      enabled: true,
      updatedAt: T0,
      credential: 'canary',
    });
    await stage.pass(31);
    expect(stage.has({ pk: 'PROJECT#p1', sk: `EVENT#${T0}#e1` })).toBe(false);
    expect(stage.has({ pk: 'PROJECT#p1', sk: 'HELD#h1' })).toBe(true);
    await stage.pass(60);
    expect(stage.has({ pk: 'PROJECT#p1', sk: 'HELD#h1' })).toBe(false);
    const event = await stage.history({ pk: 'PROJECT#p1', sk: `EVENT#${T0}#e1` });
    expect([event[0]?.message, event.at(-1)]).toEqual(['kept', undefined]);
    expect((await stage.history({ pk: 'PROJECT#p1', sk: 'HELD#h1' }))[0]?.status).toBe('EXECUTED');
    expect(JSON.stringify(await stage.history({ pk: 'INTEGRATION#jira', sk: 'CONFIG' }))).not.toContain('canary');
  });

  test('the archive keeps it for good: neither journal nor events have an end', () => {
    const { journal, events } = workbench.archive;
    expect([journal.lifeDays, events.lifeDays]).toEqual([undefined, undefined]);
  });
});
