import type { Key } from '../../../shared/model/keys.ts';

type Item = Record<string, unknown>;

const T0 = '2026-02-01T09:00:00.000Z';

export const incidentItem = (fields: Item = {}): Item => {
  const id = fields.id ?? 'i1';
  const item = {
    id,
    title: 'checkout answers slowly',
    service: 'checkout',
    status: 'OPEN',
    severity: 'P2',
    createdAt: T0,
    updatedAt: T0,
    updatedBy: 'u-1',
    ...fields,
  };
  return {
    PK: `INCIDENT#${id}`,
    SK: 'METADATA',
    ...item,
    GSI1PK: `STATUS#${item.status}`,
    GSI1SK: `SEVERITY#${item.severity}#INCIDENT#${id}`,
    GSI2PK: `SERVICE#${item.service}`,
    GSI2SK: item.createdAt,
    GSI3PK: `DATE#${item.createdAt.slice(0, 10)}`,
    GSI3SK: `TIME#${item.createdAt}`,
  };
};

export const METADATA: Key = { pk: 'INCIDENT#i1', sk: 'METADATA' };

const child = (sk: string, fields: Item): Item => ({ PK: 'INCIDENT#i1', SK: sk, incidentId: 'i1', ...fields });

export const commentItem = (timestamp: string, fields: Item = {}): Item =>
  child(`COMMENT#${timestamp}`, { timestamp, author: 'u-2', text: 'look at the database', ...fields });

export const timelineItem = (timestamp: string, eventId: string, fields: Item = {}): Item =>
  child(`EVENT#${timestamp}#${eventId}`, { timestamp, eventId, type: 'note', actor: 'u-1', ...fields });

export const participantItem = (userId: string, joinedAt = T0, fields: Item = {}): Item =>
  child(`USER#${userId}`, {
    userId,
    role: 'responder',
    joinedAt,
    GSI2PK: `USER#${userId}`,
    GSI2SK: 'INCIDENT#i1',
    ...fields,
  });

export const summaryItem = (timestamp: string, fields: Item = {}): Item =>
  child(`SUMMARY#${timestamp}`, { timestamp, model: 'model-3', text: 'the database was full', ...fields });
