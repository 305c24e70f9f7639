import { defineSystem } from '../model/system.ts';
import * as events from './workbenchEvents.ts';
import * as items from './workbenchItems.ts';
import {
  checkpoints,
  eventsOfDay,
  openWork,
  openWorkOverall,
  spendOfDay,
  spendOfMonth,
  trust,
} from './workbenchStatistics.ts';

/**
 * Agentic project management of a single user, for 15 dollars a month. What it archives is its journal: every version of an
 * artefact, and events and actions that expired, for good. Small as it is it stays in Standard: moving it would cost more.
 */
export const workbench = defineSystem({
  name: 'workbench',
  table: {
    name: (stage) => `workbench-${stage}`,
    partitionKey: 'PK',
    sortKey: 'SK',
    ttl: 'expiresAt',
    indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' }],
  },
  entities: [
    items.project,
    items.artefact,
    items.projectEvent,
    items.globalEvent,
    items.escalation,
    items.checkpoint,
    items.agentConfig,
    items.heldAction,
    items.graduation,
    items.integrationConfig,
    items.spend,
  ],
  statistics: [spendOfDay, spendOfMonth, openWork, openWorkOverall, eventsOfDay, trust, checkpoints],
  events: Object.values(events),
  retention: [],
  // Every loose object costs two requests: a single user can wait until there are enough of them.
  archive: { compaction: { patienceDays: 7 } },
  // One person's work: 26,000 writes a month. Nearly all of the dollars are alarms, metrics and the dashboard.
  load: { changesPerSecond: 0.01, itemBytes: 1_024, monthlyDollars: 15 },
});
