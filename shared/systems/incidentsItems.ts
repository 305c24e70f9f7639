import * as z from 'zod';
import { entity } from '../model/entity.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { dayOf, timestamp } from '../model/time.ts';

export const STATUSES = ['OPEN', 'INVESTIGATING', 'MITIGATED', 'RESOLVED', 'CLOSED'] as const;
export const SEVERITIES = ['P0', 'P1', 'P2', 'P3', 'P4'] as const;
const OVER: readonly string[] = ['RESOLVED', 'CLOSED'];

/** What is too long for an item lies in S3. */
const Stored = z.object({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1).exactOptional(),
});
/** Epoch seconds. */
const ExpiresAt = z.number().int().min(0).optional();
const Id = z.string().min(1);

const Incident = z.object({
  id: Id,
  title: z.string(),
  service: Id,
  status: z.enum(STATUSES),
  severity: z.enum(SEVERITIES),
  createdAt: timestamp(),
  updatedAt: timestamp(),
  updatedBy: Id,
  resolvedAt: timestamp().optional(),
  closedAt: timestamp().optional(),
  postMortem: Stored.optional(),
});
export type Incident = z.output<typeof Incident>;

const TimelineEvent = z.object({
  incidentId: Id,
  timestamp: timestamp(),
  eventId: Id,
  type: Id,
  actor: Id,
  details: z.string().optional(),
  /** Kept until the incident leaves. */
  keyEvent: z.boolean().optional(),
  expiresAt: ExpiresAt,
});

const Comment = z.object({
  incidentId: Id,
  timestamp: timestamp(),
  author: Id,
  text: z.string(),
  editedAt: timestamp().optional(),
  expiresAt: ExpiresAt,
});

const Participant = z.object({ incidentId: Id, userId: Id, role: Id, joinedAt: timestamp() });

const Summary = z.object({
  incidentId: Id,
  timestamp: timestamp(),
  model: Id,
  text: z.string().optional(),
  content: Stored.optional(),
  expiresAt: ExpiresAt,
});

export const incident = entity('incident', {
  key: 'INCIDENT#{id} / METADATA',
  schema: Incident,
  time: (i) => i.updatedAt,
  correlate: (i) => i.id,
  actor: (i) => i.updatedBy,
  refersTo: (i) => referred(i.postMortem),
  indexes: ({ id, status, severity, service, createdAt }) => ({
    GSI1PK: `STATUS#${status}`,
    GSI1SK: `SEVERITY#${severity}#INCIDENT#${id}`,
    GSI2PK: `SERVICE#${service}`,
    GSI2SK: createdAt,
    GSI3PK: `DATE#${dayOf(createdAt)}`,
    GSI3SK: `TIME#${createdAt}`,
  }),
  example: {
    id: 'inc-4711',
    title: 'checkout answers slowly',
    service: 'checkout',
    status: 'RESOLVED',
    severity: 'P1',
    createdAt: '2026-02-01T09:00:00.000Z',
    updatedAt: '2026-02-01T10:30:00.000Z',
    updatedBy: 'u-1',
    resolvedAt: '2026-02-01T10:30:00.000Z',
  },
});

const about = { incidentId: 'inc-4711', timestamp: '2026-02-01T09:10:00.000Z' };

export const timelineEvent = entity('timelineEvent', {
  key: 'INCIDENT#{incidentId} / EVENT#{timestamp}#{eventId}',
  schema: TimelineEvent,
  time: (e) => e.timestamp,
  correlate: (e) => e.incidentId,
  actor: (e) => e.actor,
  example: { ...about, eventId: 'e-1', type: 'deployment', actor: 'u-1', keyEvent: true },
});

export const comment = entity('comment', {
  key: 'INCIDENT#{incidentId} / COMMENT#{timestamp}',
  schema: Comment,
  time: (c) => c.editedAt ?? c.timestamp,
  correlate: (c) => c.incidentId,
  actor: (c) => c.author,
  example: { ...about, author: 'u-2', text: 'the database is at its limit' },
});

export const participant = entity('participant', {
  key: 'INCIDENT#{incidentId} / USER#{userId}',
  schema: Participant,
  time: (p) => p.joinedAt,
  correlate: (p) => p.incidentId,
  actor: (p) => p.userId,
  indexes: (p) => ({ GSI2PK: `USER#${p.userId}`, GSI2SK: `INCIDENT#${p.incidentId}` }),
  example: { incidentId: 'inc-4711', userId: 'u-2', role: 'responder', joinedAt: '2026-02-01T09:05:00.000Z' },
});

export const summary = entity('summary', {
  key: 'INCIDENT#{incidentId} / SUMMARY#{timestamp}',
  schema: Summary,
  time: (s) => s.timestamp,
  correlate: (s) => s.incidentId,
  refersTo: (s) => referred(s.content),
  example: { ...about, model: 'model-3', text: 'a deployment used up the connections' },
});

export const isOver = (status: string): boolean => OVER.includes(status);

/** When it was resolved, or closed without that; undefined while it is not over. */
export const overAt = ({ status, resolvedAt, closedAt, updatedAt }: Incident): string | undefined =>
  isOver(status) ? (resolvedAt ?? closedAt ?? updatedAt) : undefined;

/** Seconds from its beginning, whole; clocks of several writers may differ, so never below 0. */
export const secondsToResolve = (i: Incident): number | undefined => {
  const over = overAt(i);
  return over === undefined ? undefined : Math.max(0, Math.round((Date.parse(over) - Date.parse(i.createdAt)) / 1000));
};

const referred = (object: ObjectRef | undefined): ObjectRef[] => (object ? [object] : []);
