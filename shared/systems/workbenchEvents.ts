import * as z from 'zod';
import { event, passes } from '../model/event.ts';
import { timestamp } from '../model/time.ts';
import { became, changed, deadlinePassed } from '../model/transitions.ts';
import { ARTEFACT_TYPES, artefact, escalation, graduation, heldAction } from './workbenchItems.ts';
import { MONTHLY_BUDGET, spendOfMonth } from './workbenchStatistics.ts';

const SINCE = '0.1.0';
/** Of the month's budget. */
const PERCENTS = [50, 80, 100];

const projectId = '0f0e7c3a-6d2b-4c58-9a31-5c8d7e1f2a34';
const ulid = '01JJZ3NDEKTSV4RRFFQ69G5FAV';
const at = '2026-02-01T10:00:00.000Z';
const earlier = '2026-01-31T09:00:00.000Z';

const ofEscalation = { projectId: z.string(), escalationId: z.string(), question: z.string() };
const exampleEscalation = { projectId, escalationId: ulid, question: 'May the release slip by a week?' };

export const escalationRaised = event('EscalationRaised', {
  version: 1,
  since: SINCE,
  description: 'An agent asks a person to decide.',
  when: became(escalation, (e) => e.status === 'pending'),
  schema: z.object({ ...ofEscalation, createdAt: timestamp() }),
  data: (e) => ({
    projectId: e.projectId,
    escalationId: e.escalationId,
    question: e.question,
    createdAt: e.createdAt,
  }),
  example: { ...exampleEscalation, createdAt: earlier },
});

export const escalationDecided = event('EscalationDecided', {
  version: 1,
  since: SINCE,
  description: 'A person has decided what an agent asked.',
  when: became(escalation, (e) => e.status === 'decided'),
  schema: z.object({
    ...ofEscalation,
    decision: z.string().nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: timestamp().nullable(),
  }),
  data: (e) => ({
    projectId: e.projectId,
    escalationId: e.escalationId,
    question: e.question,
    decision: e.decision ?? null,
    decidedBy: e.decidedBy ?? null,
    decidedAt: e.decidedAt ?? null,
  }),
  example: { ...exampleEscalation, decision: 'yes', decidedBy: 'owner', decidedAt: at },
});

type HeldAction = typeof heldAction.example;

const HeldData = z.object({
  projectId: z.string(),
  actionId: z.string(),
  actionType: z.string(),
  heldUntil: timestamp(),
});
const Decided = HeldData.extend({ decidedBy: z.string().nullable() });

const held = (h: HeldAction) => ({
  projectId: h.projectId,
  actionId: h.actionId,
  actionType: h.actionType,
  heldUntil: h.heldUntil,
});
const ofDecision = {
  version: 1,
  since: SINCE,
  schema: Decided,
  data: (h: HeldAction) => ({ ...held(h), decidedBy: h.decidedBy ?? null }),
} as const;
const exampleAction = { projectId, actionId: ulid, actionType: 'jira.comment', heldUntil: at };
const ofHeld = { version: 1, since: SINCE, schema: HeldData, data: held, example: exampleAction } as const;

export const actionHeld = event('ActionHeld', {
  ...ofHeld,
  description: 'An action waits for a person, or for its time.',
  when: became(heldAction, (h) => h.status === 'PENDING'),
});

export const actionApproved = event('ActionApproved', {
  ...ofDecision,
  description: 'A held action may go ahead.',
  when: became(heldAction, (h) => h.status === 'APPROVED'),
  example: { ...exampleAction, decidedBy: 'owner' },
});

export const actionCancelled = event('ActionCancelled', {
  ...ofDecision,
  description: 'A held action was called off.',
  when: became(heldAction, (h) => h.status === 'CANCELLED'),
  example: { ...exampleAction, decidedBy: 'owner' },
});

export const actionExecuted = event('ActionExecuted', {
  ...ofDecision,
  description: 'A held action was carried out.',
  when: became(heldAction, (h) => h.status === 'EXECUTED'),
  example: { ...exampleAction, decidedBy: null },
});

export const heldActionDue = event('HeldActionDue', {
  ...ofHeld,
  description: 'The time that an action was held until has come, and nobody has decided.',
  when: deadlinePassed(heldAction, 'dueAt'),
});

const Reference = z.object({ key: z.string(), version: z.number().int(), updatedAt: timestamp() });

export const artefactChanged = event('ArtefactChanged', {
  version: 1,
  since: SINCE,
  description:
    "An artefact has a new version. The old one is in the journal, under this key as of this time ('afterwrite archive get').",
  when: changed(artefact, (a) => ({ version: a.version, content: a.content, updatedAt: a.updatedAt })),
  schema: z.object({
    projectId: z.string(),
    type: z.enum(ARTEFACT_TYPES),
    version: z.number().int(),
    updatedBy: z.string(),
    old: Reference,
  }),
  data: (a, { from }) => {
    const { pk, sk } = artefact.key.build({ projectId: a.projectId, type: a.type });
    return {
      projectId: a.projectId,
      type: a.type,
      version: a.version,
      updatedBy: a.updatedBy,
      old: { key: `${pk}/${sk}`, version: from.version, updatedAt: from.updatedAt },
    };
  },
  example: {
    projectId,
    type: 'plan',
    version: 2,
    updatedBy: 'agent',
    old: { key: `PROJECT#${projectId}/ARTEFACT#plan`, version: 1, updatedAt: earlier },
  },
});

export const graduationChanged = event('GraduationChanged', {
  version: 1,
  since: SINCE,
  description: 'Agents are trusted more, or less, with an action.',
  when: changed(graduation, (g) => g.tier),
  schema: z.object({
    projectId: z.string(),
    actionType: z.string(),
    from: z.number().int(),
    to: z.number().int(),
    approvals: z.number().int(),
    cancellations: z.number().int(),
  }),
  data: (g, { from, to }) => ({
    projectId: g.projectId,
    actionType: g.actionType,
    from,
    to,
    approvals: g.approvals,
    cancellations: g.cancellations,
  }),
  example: { projectId, actionType: 'jira.comment', from: 1, to: 2, approvals: 10, cancellations: 0 },
});

/** In micro-dollars, which are whole: a percentage might miss a threshold by a rounding. */
const thresholds = PERCENTS.map((percent) => (percent * MONTHLY_BUDGET) / 100);

export const budgetThresholdReached = event('BudgetThresholdReached', {
  version: 1,
  since: SINCE,
  description: "A month's spend reached 50, 80 or 100 % of the budget: one event for each.",
  when: passes(spendOfMonth, (s) => Number(s.amount), thresholds),
  schema: z.object({
    month: z.string(),
    percent: z.number().int(),
    amountMicroUsd: z.number(),
    budgetMicroUsd: z.number(),
  }),
  data: (s, threshold) => ({
    month: s.month,
    percent: Math.round((100 * threshold) / MONTHLY_BUDGET),
    amountMicroUsd: Number(s.amount),
    budgetMicroUsd: MONTHLY_BUDGET,
  }),
  example: { month: '2026-02', percent: 80, amountMicroUsd: 12_000_400, budgetMicroUsd: MONTHLY_BUDGET },
});
