import type { z } from 'zod';
import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { min } from '../model/measures/extreme.ts';
import { members } from '../model/measures/members.ts';
import { rate } from '../model/measures/rate.ts';
import { sum } from '../model/measures/sum.ts';
import { statistic, type Views } from '../model/statistic.ts';
import { dayOf, monthOf } from '../model/time.ts';
import {
  checkpoint,
  escalation,
  globalEvent,
  graduation,
  heldAction,
  projectEvent,
  SEVERITIES,
  spend,
  TIERS,
} from './workbenchItems.ts';

/** Micro-dollars a month: 15 dollars. */
export const MONTHLY_BUDGET = 15_000_000;

const ofSpend = { entries: count(), amount: sum() };
const spent = ({ amountMicroUsd }: { amountMicroUsd: number }) => ({ entries: 1, amount: amountMicroUsd });

export const spendOfDay = statistic('spendOfDay', {
  key: 'AFTERWRITE#SPEND_OF_DAY#{day} / STATS',
  measures: ofSpend,
  feeds: (from) => [from(spend, (s) => [{ into: { day: dayOf(s.timestamp) }, add: spent(s) }])],
  shape: (s) => ({ day: s.day, entries: s.entries, amountMicroUsd: s.amount }),
});

export const spendOfMonth = statistic('spendOfMonth', {
  key: 'AFTERWRITE#SPEND_OF_MONTH#{month} / STATS',
  measures: ofSpend,
  feeds: (from) => [from(spend, (s) => [{ into: { month: monthOf(s.timestamp) }, add: spent(s) }])],
  shape: (s) => ({
    month: s.month,
    entries: s.entries,
    amountMicroUsd: s.amount,
    budgetMicroUsd: MONTHLY_BUDGET,
    percentOfBudget: (100 * Number(s.amount)) / MONTHLY_BUDGET,
  }),
});

const ofOpenWork = {
  pendingEscalations: count(),
  decidedEscalations: count(),
  pendingActions: count(),
  /** Pending, and past the time that they were held until. */
  dueActions: count(),
  /** Of what is pending. */
  oldestEscalation: min<string>(),
  oldestAction: min<string>(),
};

type Escalation = typeof escalation.example;
type HeldAction = typeof heldAction.example;

const escalated = (e: Escalation) =>
  e.status === 'pending' ? { pendingEscalations: 1, oldestEscalation: e.createdAt } : { decidedEscalations: 1 };

const held = (h: HeldAction) =>
  h.status === 'PENDING' ? { pendingActions: 1, dueActions: h.dueAt !== undefined, oldestAction: h.createdAt } : {};

const openShape = (o: Views<typeof ofOpenWork>) => ({
  escalations: { pending: o.pendingEscalations, decided: o.decidedEscalations, oldestPending: o.oldestEscalation },
  heldActions: { pending: o.pendingActions, due: o.dueActions, oldestPending: o.oldestAction },
});

/** What waits for a person, by project. */
export const openWork = statistic('openWork', {
  key: 'AFTERWRITE#OPEN_WORK#{projectId} / STATS',
  measures: ofOpenWork,
  feeds: (from) => [
    from(escalation, (e) => [{ into: { projectId: e.projectId }, add: escalated(e) }]),
    from(heldAction, (h) => [{ into: { projectId: h.projectId }, add: held(h) }]),
  ],
  shape: (o) => ({ projectId: o.projectId, ...openShape(o) }),
});

/** The same of all projects. */
export const openWorkOverall = statistic('openWorkOverall', {
  key: 'AFTERWRITE#OPEN_WORK / STATS',
  measures: ofOpenWork,
  feeds: (from) => [
    from(escalation, (e) => [{ into: {}, add: escalated(e) }]),
    from(heldAction, (h) => [{ into: {}, add: held(h) }]),
  ],
  shape: openShape,
});

type WorkEvent = z.output<typeof globalEvent.schema>;

const happened = (e: WorkEvent) => ({
  events: 1,
  byType: e.type,
  bySeverity: e.severity,
  kinds: `${e.type}/${e.severity}`,
});

/** Events by type and severity, of a project and a UTC day; `GLOBAL` are those of no project. They count on when they expire. */
export const eventsOfDay = statistic('eventsOfDay', {
  key: 'AFTERWRITE#EVENTS_OF_DAY#{scope}#{day} / STATS',
  measures: { events: count(), byType: countBy(), bySeverity: countBy(SEVERITIES), kinds: countBy() },
  feeds: (from) => [
    from(projectEvent, (e) => [{ into: { scope: e.projectId, day: dayOf(e.timestamp) }, add: happened(e) }]),
    from(globalEvent, (e) => [{ into: { scope: 'GLOBAL', day: dayOf(e.timestamp) }, add: happened(e) }]),
  ],
  shape: (e) => ({
    scope: e.scope,
    day: e.day,
    events: e.events,
    byType: e.byType,
    bySeverity: e.bySeverity,
    byTypeAndSeverity: e.kinds,
  }),
});

/** How far agents are trusted with an action, over all projects. */
export const trust = statistic('trust', {
  key: 'AFTERWRITE#TRUST#{actionType} / STATS',
  measures: {
    projects: count(),
    byTier: countBy(TIERS.map(String)),
    approvals: count(),
    cancellations: count(),
    approvalRate: rate(),
  },
  feeds: (from) => [
    from(graduation, (g) => [
      {
        into: { actionType: g.actionType },
        add: {
          projects: 1,
          byTier: String(g.tier),
          approvals: g.approvals,
          cancellations: g.cancellations,
          approvalRate: { part: g.approvals, whole: g.approvals + g.cancellations },
        },
      },
    ]),
  ],
});

/** Where an integration stands in all projects: by project and key, when it came so far. */
export const checkpoints = statistic('checkpoints', {
  key: 'AFTERWRITE#CHECKPOINTS#{integration} / STATS',
  measures: { checkpoints: count(), oldest: min<string>(), at: members() },
  feeds: (from) => [
    from(checkpoint, (c) => [
      {
        into: { integration: c.integration },
        add: { checkpoints: 1, oldest: c.updatedAt, at: { id: `${c.projectId}/${c.key}`, text: c.updatedAt } },
      },
    ]),
  ],
});
