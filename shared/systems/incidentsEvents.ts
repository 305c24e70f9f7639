import * as z from 'zod';
import { event, headArchived, inserted } from '../model/event.ts';
import { timestamp } from '../model/time.ts';
import { changed } from '../model/transitions.ts';
import {
  comment,
  type Incident,
  incident,
  isOver,
  overAt,
  participant,
  SEVERITIES,
  STATUSES,
  secondsToResolve,
} from './incidentsItems.ts';

const SINCE = '0.1.0';

const Status = z.enum(STATUSES);
const Severity = z.enum(SEVERITIES);
const ofIncident = { incidentId: z.string(), service: z.string(), severity: Severity };
const exampleOf = { incidentId: 'inc-4711', service: 'checkout', severity: 'P1' as const };
const at = '2026-02-01T10:30:00.000Z';

const about = (i: Incident) => ({ incidentId: i.id, service: i.service, severity: i.severity });

export const incidentOpened = event('IncidentOpened', {
  version: 1,
  since: SINCE,
  description: 'An incident came to be.',
  when: inserted(incident, () => true),
  schema: z.object({ ...ofIncident, title: z.string(), status: Status, openedAt: timestamp() }),
  data: (i) => ({ ...about(i), title: i.title, status: i.status, openedAt: i.createdAt }),
  example: { ...exampleOf, title: 'checkout answers slowly', status: 'OPEN', openedAt: at },
});

export const incidentStatusChanged = event('IncidentStatusChanged', {
  version: 1,
  since: SINCE,
  description: 'An incident has another status than before.',
  when: changed(incident, (i) => i.status),
  schema: z.object({ ...ofIncident, from: Status, to: Status, changedAt: timestamp() }),
  data: (i, { from, to }) => ({ ...about(i), from, to, changedAt: i.updatedAt }),
  example: { ...exampleOf, from: 'OPEN', to: 'INVESTIGATING', changedAt: at },
});

export const severityChanged = event('SeverityChanged', {
  version: 1,
  since: SINCE,
  description: 'An incident is more or less severe than before.',
  when: changed(incident, (i) => i.severity),
  schema: z.object({ ...ofIncident, from: Severity, to: Severity, changedAt: timestamp() }),
  data: (i, { from, to }) => ({ ...about(i), from, to, changedAt: i.updatedAt }),
  example: { ...exampleOf, from: 'P2', to: 'P1', changedAt: at },
});

export const incidentResolved = event('IncidentResolved', {
  version: 1,
  since: SINCE,
  description: 'An incident is over: it was resolved, or closed without that.',
  when: changed(
    incident,
    (i) => i.status,
    (from, to) => !isOver(from) && isOver(to),
  ),
  schema: z.object({ ...ofIncident, status: Status, resolvedAt: timestamp(), secondsToResolve: z.number().int() }),
  data: (i) => ({
    ...about(i),
    status: i.status,
    resolvedAt: overAt(i) ?? i.updatedAt,
    secondsToResolve: secondsToResolve(i) ?? 0,
  }),
  example: { ...exampleOf, status: 'RESOLVED', resolvedAt: at, secondsToResolve: 5400 },
});

export const incidentReopened = event('IncidentReopened', {
  version: 1,
  since: SINCE,
  description: 'An incident that was over is not: it does not leave for the archive either.',
  when: changed(
    incident,
    (i) => i.status,
    (from, to) => isOver(from) && !isOver(to),
  ),
  schema: z.object({ ...ofIncident, from: Status, to: Status, reopenedAt: timestamp() }),
  data: (i, { from, to }) => ({ ...about(i), from, to, reopenedAt: i.updatedAt }),
  example: { ...exampleOf, from: 'RESOLVED', to: 'INVESTIGATING', reopenedAt: at },
});

export const commentAdded = event('CommentAdded', {
  version: 1,
  since: SINCE,
  description: 'Somebody commented on an incident.',
  when: inserted(comment, () => true),
  schema: z.object({ incidentId: z.string(), author: z.string(), text: z.string(), commentedAt: timestamp() }),
  data: (c) => ({ incidentId: c.incidentId, author: c.author, text: c.text, commentedAt: c.timestamp }),
  example: { incidentId: 'inc-4711', author: 'u-2', text: 'the database is at its limit', commentedAt: at },
});

export const participantJoined = event('ParticipantJoined', {
  version: 1,
  since: SINCE,
  description: 'Somebody takes part in an incident.',
  when: inserted(participant, () => true),
  schema: z.object({ incidentId: z.string(), userId: z.string(), role: z.string(), joinedAt: timestamp() }),
  data: (p) => ({ incidentId: p.incidentId, userId: p.userId, role: p.role, joinedAt: p.joinedAt }),
  example: { incidentId: 'inc-4711', userId: 'u-2', role: 'responder', joinedAt: at },
});

export const incidentArchived = event('IncidentArchived', {
  version: 1,
  since: SINCE,
  description: 'A closed incident left the table: all that belongs to it is proven in one bundle.',
  when: headArchived(incident),
  schema: z.object({ ...ofIncident, status: Status, bundle: z.string() }),
  data: (i, { bundle }) => ({ ...about(i), status: i.status, bundle }),
  example: { ...exampleOf, status: 'CLOSED', bundle: '0123456789abcdef01234567' },
});
