import { DAY_MS } from '../../../shared/model/retention.ts';
import { isoUtc } from '../../../shared/model/time.ts';

type Item = Record<string, unknown>;

export const T0 = '2026-02-01T09:00:00.000Z';
export const later = (minutes: number): string => isoUtc(Date.parse(T0) + minutes * 60_000);
/** Epoch seconds. */
export const expiry = (days: number): number => (Date.parse(T0) + days * DAY_MS) / 1000;

export const artefactItem = (fields: Item = {}): Item => {
  const { projectId = 'p1', type = 'plan' } = fields;
  return {
    PK: `PROJECT#${projectId}`,
    SK: `ARTEFACT#${type}`,
    ...{ projectId, type, version: 1, content: 'first', updatedAt: T0, updatedBy: 'agent' },
    ...fields,
  };
};

export const eventItem = (fields: Item = {}): Item => {
  const { projectId, timestamp = T0, eventId = 'e1' } = fields;
  return {
    PK: projectId === undefined ? 'GLOBAL' : `PROJECT#${projectId}`,
    SK: `EVENT#${timestamp}#${eventId}`,
    ...{ timestamp, eventId, type: 'sync.finished', severity: 'info', expiresAt: expiry(30) },
    ...fields,
  };
};

export const escalationItem = (fields: Item = {}): Item => {
  const { projectId = 'p1', escalationId = 'x1', status = 'pending' } = fields;
  return {
    PK: `PROJECT#${projectId}`,
    SK: `ESCALATION#${escalationId}`,
    GSI1PK: `ESCALATION#${status}`,
    GSI1SK: T0,
    ...{ projectId, escalationId, status, question: 'May it slip?', createdAt: T0 },
    ...fields,
  };
};

export const heldItem = (fields: Item = {}): Item => {
  const { projectId = 'p1', actionId = 'h1', status = 'PENDING' } = fields;
  return {
    PK: `PROJECT#${projectId}`,
    SK: `HELD#${actionId}`,
    GSI1PK: `HELD#${status}`,
    GSI1SK: later(60),
    ...{ projectId, actionId, status, actionType: 'jira.comment', heldUntil: later(60), createdAt: T0, updatedAt: T0 },
    ...fields,
  };
};

export const spendItem = (spendId: string, amountMicroUsd: number, timestamp = T0): Item => ({
  PK: 'AGENT',
  SK: `SPEND#${timestamp}#${spendId}`,
  ...{ timestamp, spendId, amountMicroUsd },
});

export const graduationItem = (fields: Item = {}): Item => {
  const { projectId = 'p1', actionType = 'jira.comment' } = fields;
  return {
    PK: `PROJECT#${projectId}`,
    SK: `GRADUATION#${actionType}`,
    ...{ projectId, actionType, tier: 1, approvals: 5, cancellations: 0, updatedAt: T0 },
    ...fields,
  };
};

export const checkpointItem = (projectId: string, integration: string, key: string, updatedAt = T0): Item => ({
  PK: `PROJECT#${projectId}`,
  SK: `CHECKPOINT#${integration}#${key}`,
  ...{ projectId, integration, key, cursor: 'c', updatedAt },
});
