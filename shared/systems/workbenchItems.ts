import * as z from 'zod';
import { entity } from '../model/entity.ts';
import { secret } from '../model/secrets.ts';
import { dayOf, timestamp } from '../model/time.ts';

export const ARTEFACT_TYPES = ['brief', 'plan', 'risks', 'status'] as const;
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
const HELD_STATES = ['PENDING', 'APPROVED', 'CANCELLED', 'EXECUTED'] as const;
/** How far an agent is trusted with an action: from asking always to acting alone. */
export const TIERS = [0, 1, 2, 3] as const;

const id = z.string().min(1);
const projectId = id;
const whole = z.number().int().min(0);

const at = '2026-02-01T10:00:00.000Z';
const earlier = '2026-01-31T09:00:00.000Z';
const exampleProject = '0f0e7c3a-6d2b-4c58-9a31-5c8d7e1f2a34';
const ulid = '01JJZ3NDEKTSV4RRFFQ69G5FAV';

export const project = entity('project', {
  key: 'PROJECT#{projectId} / METADATA',
  schema: z.object({
    projectId,
    name: z.string().min(1),
    status: z.enum(['active', 'paused', 'done']),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  }),
  time: (p) => p.updatedAt,
  correlate: (p) => p.projectId,
  indexes: (p) => ({ GSI1PK: `STATUS#${p.status}`, GSI1SK: p.updatedAt }),
  example: { projectId: exampleProject, name: 'Atlas', status: 'active', createdAt: earlier, updatedAt: at },
});

const Version = z.number().int().min(1);

/** One document of a project. The table holds one step of undo; the journal holds every version. */
export const artefact = entity('artefact', {
  key: 'PROJECT#{projectId} / ARTEFACT#{type}',
  schema: z.object({
    projectId,
    type: z.enum(ARTEFACT_TYPES),
    version: Version,
    content: z.string(),
    updatedAt: timestamp(),
    updatedBy: id,
    previousVersion: z.object({ version: Version, content: z.string(), updatedAt: timestamp() }).optional(),
  }),
  time: (a) => a.updatedAt,
  correlate: (a) => a.projectId,
  actor: (a) => a.updatedBy,
  example: {
    projectId: exampleProject,
    type: 'plan',
    version: 2,
    content: '# Plan',
    updatedAt: at,
    updatedBy: 'agent',
    previousVersion: { version: 1, content: '', updatedAt: earlier },
  },
});

const WorkEvent = z.object({
  timestamp: timestamp(),
  eventId: id,
  type: z.string().min(1),
  severity: z.enum(SEVERITIES),
  message: z.string().optional(),
});
const eventIndexes = (e: { timestamp: string; eventId: string }) => ({
  GSI1PK: `EVENT#${dayOf(e.timestamp)}`,
  GSI1SK: `${e.timestamp}#${e.eventId}`,
});
const exampleEvent = { timestamp: at, eventId: ulid, type: 'sync.finished', severity: 'info' as const };

/** What happened in a project. Two grammars hold events: those of no project lie under `GLOBAL`. */
export const projectEvent = entity('projectEvent', {
  key: 'PROJECT#{projectId} / EVENT#{timestamp}#{eventId}',
  schema: WorkEvent.extend({ projectId }),
  time: (e) => e.timestamp,
  correlate: (e) => e.projectId,
  indexes: eventIndexes,
  example: { ...exampleEvent, projectId: exampleProject },
});

export const globalEvent = entity('globalEvent', {
  key: 'GLOBAL / EVENT#{timestamp}#{eventId}',
  schema: WorkEvent,
  time: (e) => e.timestamp,
  indexes: eventIndexes,
  example: exampleEvent,
});

export const escalation = entity('escalation', {
  key: 'PROJECT#{projectId} / ESCALATION#{escalationId}',
  schema: z.object({
    projectId,
    escalationId: id,
    status: z.enum(['pending', 'decided']),
    question: z.string().min(1),
    createdAt: timestamp(),
    decidedAt: timestamp().optional(),
    decision: z.string().optional(),
    decidedBy: id.optional(),
  }),
  time: (e) => e.decidedAt ?? e.createdAt,
  correlate: (e) => e.projectId,
  actor: (e) => e.decidedBy,
  indexes: (e) => ({ GSI1PK: `ESCALATION#${e.status}`, GSI1SK: e.decidedAt ?? e.createdAt }),
  example: {
    projectId: exampleProject,
    escalationId: ulid,
    status: 'decided',
    question: 'May the release slip by a week?',
    createdAt: earlier,
    decidedAt: at,
    decision: 'yes',
    decidedBy: 'owner',
  },
});

/** How far an integration has read. Never expires. */
export const checkpoint = entity('checkpoint', {
  key: 'PROJECT#{projectId} / CHECKPOINT#{integration}#{key}',
  schema: z.object({ projectId, integration: id, key: id, cursor: z.string(), updatedAt: timestamp() }),
  time: (c) => c.updatedAt,
  correlate: (c) => c.projectId,
  example: { projectId: exampleProject, integration: 'github', key: 'issues', cursor: 'abc', updatedAt: at },
});

export const agentConfig = entity('agentConfig', {
  key: 'AGENT / CONFIG#{key}',
  schema: z.object({ key: id, value: z.unknown(), updatedAt: timestamp() }),
  time: (c) => c.updatedAt,
  example: { key: 'cycleMinutes', value: 15, updatedAt: at },
});

/** An action that waits for a person, or for its time: from `heldUntil` on it may go ahead unless it was cancelled. */
export const heldAction = entity('heldAction', {
  key: 'PROJECT#{projectId} / HELD#{actionId}',
  schema: z.object({
    projectId,
    actionId: id,
    actionType: id,
    status: z.enum(HELD_STATES),
    heldUntil: timestamp(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    decidedBy: id.optional(),
    dueAt: timestamp().optional(),
  }),
  deadlines: { dueAt: (h) => (h.status === 'PENDING' ? Date.parse(h.heldUntil) : undefined) },
  time: (h) => h.updatedAt,
  correlate: (h) => h.projectId,
  actor: (h) => h.decidedBy,
  indexes: (h) => ({ GSI1PK: `HELD#${h.status}`, GSI1SK: h.status === 'PENDING' ? h.heldUntil : h.updatedAt }),
  example: {
    projectId: exampleProject,
    actionId: ulid,
    actionType: 'jira.comment',
    status: 'PENDING',
    heldUntil: at,
    createdAt: earlier,
    updatedAt: earlier,
  },
});

export const graduation = entity('graduation', {
  key: 'PROJECT#{projectId} / GRADUATION#{actionType}',
  schema: z.object({
    projectId,
    actionType: id,
    tier: z.number().int().min(0).max(3),
    approvals: whole,
    cancellations: whole,
    updatedAt: timestamp(),
  }),
  time: (g) => g.updatedAt,
  correlate: (g) => g.projectId,
  example: {
    projectId: exampleProject,
    actionType: 'jira.comment',
    tier: 1,
    approvals: 5,
    cancellations: 0,
    updatedAt: at,
  },
});

export const integrationConfig = entity('integrationConfig', {
  key: 'INTEGRATION#{service} / CONFIG',
  schema: z.object({ service: id, enabled: z.boolean(), updatedAt: timestamp(), credential: secret() }),
  time: (c) => c.updatedAt,
  example: { service: 'github', enabled: true, updatedAt: at },
});

/** One call of a model. Written once each, so that nothing is lost as it is where a total is read and written back. */
export const spend = entity('spend', {
  key: 'AGENT / SPEND#{timestamp}#{spendId}',
  schema: z.object({ timestamp: timestamp(), spendId: id, amountMicroUsd: whole, purpose: z.string().optional() }),
  time: (s) => s.timestamp,
  example: { timestamp: at, spendId: ulid, amountMicroUsd: 1_250, purpose: 'summary' },
});
