import { collection, DAY_MS, life } from '../model/retention.ts';
import { defineSystem } from '../model/system.ts';
import * as events from './incidentsEvents.ts';
import { comment, incident, isOver, participant, summary, timelineEvent } from './incidentsItems.ts';
import * as statistics from './incidentsStatistics.ts';

/** A closed incident leaves the table so long after it was closed, and comments so long after they were made. */
const CLOSED_DAYS = 90;
const COMMENT_DAYS = 90;
const TIMELINE_DAYS = 180;
const SUMMARY_DAYS = 365;
/** How long the archive keeps what left, and the history: ours. */
const LIFE_DAYS = 7 * 366;

const daysAfter = (timestamp: string, days: number): number => Date.parse(timestamp) + days * DAY_MS;

/**
 * One that is resolved and never closed counts as closed. While it is open, or open again, it is not due. Its bundle is
 * small: no cold class pays for it.
 */
const closedIncident = collection('incident', {
  of: incident,
  due: (i) => (isOver(i.status) ? daysAfter(i.closedAt ?? i.resolvedAt ?? i.updatedAt, CLOSED_DAYS) : undefined),
  entities: [incident, timelineEvent, comment, participant, summary],
  partition: (i) => `INCIDENT#${i.id}`,
  head: (i) => incident.key.build({ id: i.id }),
  storageClass: 'STANDARD',
  lifeDays: LIFE_DAYS,
});

/** Where the writer has set `expiresAt`, the table's TTL takes it. */
const ownLife = (item: { expiresAt?: number | undefined; timestamp: string }, days: number): number | undefined =>
  item.expiresAt === undefined ? daysAfter(item.timestamp, days) : undefined;

/** Incident management. */
export const incidents = defineSystem({
  name: 'incidents',
  table: {
    name: (stage) => `aegis-incidents-${stage}`,
    partitionKey: 'PK',
    sortKey: 'SK',
    ttl: 'expiresAt',
    indexes: [
      { name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' },
      { name: 'GSI2', partition: 'GSI2PK', sort: 'GSI2SK' },
      {
        name: 'GSI3',
        partition: 'GSI3PK',
        sort: 'GSI3SK',
        include: ['id', 'title', 'status', 'severity', 'service'],
      },
    ],
  },
  entities: [incident, timelineEvent, comment, participant, summary],
  statistics: Object.values(statistics),
  events: Object.values(events),
  retention: [
    closedIncident,
    life('comment', { of: comment, due: (c) => ownLife(c, COMMENT_DAYS), lifeDays: LIFE_DAYS }),
    life('timeline', {
      of: timelineEvent,
      due: (e) => (e.keyEvent ? undefined : ownLife(e, TIMELINE_DAYS)),
      lifeDays: LIFE_DAYS,
    }),
    life('summary', { of: summary, due: (s) => ownLife(s, SUMMARY_DAYS), lifeDays: LIFE_DAYS }),
  ],
  archive: { journal: { lifeDays: LIFE_DAYS }, events: { lifeDays: LIFE_DAYS } },
});
