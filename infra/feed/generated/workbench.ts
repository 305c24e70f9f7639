import { DAY_MS } from '../../../shared/model/retention.ts';
import { HOUR_MS, isoUtc } from '../../../shared/model/time.ts';
import type { Chance } from './chance.ts';
import { type HistoryWrite, type LifeGenerator, put, remove } from './lives.ts';

const MINUTE_MS = 60_000;
/** Of the table's TTL. */
const EVENT_DAYS = 30;
const HELD_DAYS = 90;

const ARTEFACTS = ['status', 'plan', 'risks', 'brief'];
const EVENTS = ['cycle.finished', 'sync.finished', 'artefact.written', 'check.failed', 'limit.near'];
const ACTIONS = ['jira.comment', 'jira.transition', 'mail.send', 'pr.open'];
const INTEGRATIONS = ['github', 'jira', 'outlook'];
const SEVERITIES = [
  ['info', 80],
  ['warning', 14],
  ['error', 5],
  ['critical', 1],
] as const;

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** What a project's life is written with. */
interface Project {
  readonly projectId: string;
  readonly pk: string;
  readonly chance: Chance;
  readonly from: number;
  readonly until: number;
}

/** A project is begun, agents work on it in cycles, people decide what they are asked; some are deleted or put aside. */
export const workbenchLives: LifeGenerator = {
  of: 'projects',
  days: 60,
  writesOf: ({ number, chance, at, until }) => {
    const projectId = `${chance.id(8)}-${number}`;
    const project = { projectId, pk: `PROJECT#${projectId}`, chance, from: at, until };
    const writes = [
      ...metadata(project),
      ...cycles(project),
      ...escalations(project),
      ...heldActions(project),
      ...graduations(project),
    ];
    return writes.sort((a, b) => a.at - b.at);
  },
};

/** Moments at random, so long apart as a rule. */
function* moments({ chance, from, until }: Project, mean: number): Iterable<number> {
  for (let at = from + chance.wait(mean); at < until; at += chance.wait(mean)) yield at;
}

function metadata({ projectId, pk, chance, from, until }: Project): HistoryWrite[] {
  const about = { PK: pk, SK: 'METADATA', projectId, name: `Project ${projectId}`, createdAt: isoUtc(from) };
  const as = (at: number, status: string): HistoryWrite =>
    put(at, { ...about, status, updatedAt: isoUtc(at), GSI1PK: `STATUS#${status}`, GSI1SK: isoUtc(at) });
  const writes = [as(from, 'active')];
  if (chance.happens(0.2)) writes.push(as(chance.between(from, until), 'paused'));
  if (chance.happens(0.05)) writes.push(remove(until - chance.wait(DAY_MS), { PK: pk, SK: 'METADATA' }));
  return writes;
}

/** Each cycle tells what happened, spends money, reads on and now and then rewrites a document. */
function cycles(project: Project): HistoryWrite[] {
  const { projectId, pk, chance } = project;
  const versions = new Map<string, { version: number; content: string; updatedAt: string }>();
  const writes: HistoryWrite[] = [];
  for (const at of moments(project, 9 * HOUR_MS)) {
    writes.push(happened(at, pk, projectId, chance), spent(at + MINUTE_MS, chance));
    if (chance.happens(0.5)) {
      const [integration, key] = [chance.skewed(INTEGRATIONS), chance.pick(['issues', 'mail'])];
      const about = { projectId, integration, key, cursor: chance.id(8), updatedAt: isoUtc(at) };
      writes.push(put(at, { PK: pk, SK: `CHECKPOINT#${integration}#${key}`, ...about }));
    }
    if (chance.happens(0.35)) writes.push(rewritten(at + 2 * MINUTE_MS, project, versions));
    if (chance.happens(0.03)) writes.push(happened(at, 'GLOBAL', undefined, chance));
  }
  return writes;
}

function happened(at: number, pk: string, projectId: string | undefined, chance: Chance): HistoryWrite {
  const [timestamp, eventId] = [isoUtc(at), chance.id(12)];
  return put(at, {
    PK: pk,
    SK: `EVENT#${timestamp}#${eventId}`,
    ...(projectId !== undefined && { projectId }),
    timestamp,
    eventId,
    type: chance.skewed(EVENTS),
    severity: chance.weighted(SEVERITIES),
    expiresAt: seconds(at + EVENT_DAYS * DAY_MS),
    GSI1PK: `EVENT#${timestamp.slice(0, 10)}`,
    GSI1SK: `${timestamp}#${eventId}`,
  });
}

/** Most calls are cheap, and now and then one is dear: budgets are reached. */
function spent(at: number, chance: Chance): HistoryWrite {
  const [timestamp, spendId] = [isoUtc(at), chance.id(12)];
  const amountMicroUsd = chance.wait(chance.happens(0.05) ? 900_000 : 60_000);
  return put(at, { PK: 'AGENT', SK: `SPEND#${timestamp}#${spendId}`, timestamp, spendId, amountMicroUsd });
}

function rewritten(
  at: number,
  { projectId, pk, chance }: Project,
  versions: Map<string, { version: number; content: string; updatedAt: string }>,
): HistoryWrite {
  const type = chance.skewed(ARTEFACTS);
  const previousVersion = versions.get(type);
  const next = {
    version: (previousVersion?.version ?? 0) + 1,
    content: `# ${type} ${chance.id(40)}`,
    updatedAt: isoUtc(at),
  };
  versions.set(type, next);
  const updatedBy = chance.happens(0.8) ? 'agent' : 'owner';
  return put(at, {
    PK: pk,
    SK: `ARTEFACT#${type}`,
    projectId,
    type,
    ...next,
    updatedBy,
    ...(previousVersion && { previousVersion }),
  });
}

/** Some are decided within hours, some late, some never; now and then a decision is edited. */
function escalations(project: Project): HistoryWrite[] {
  const { projectId, pk, chance } = project;
  return [...moments(project, 6 * DAY_MS)].flatMap((at) => {
    const escalationId = chance.id(12);
    const about = { PK: pk, SK: `ESCALATION#${escalationId}`, projectId, escalationId, createdAt: isoUtc(at) };
    const asked = { ...about, question: `May ${chance.id(4)} slip?` };
    const raised = put(at, { ...asked, status: 'pending', GSI1PK: 'ESCALATION#pending', GSI1SK: isoUtc(at) });
    if (chance.happens(0.25)) return [raised];
    const decidedAt = at + chance.wait(10 * HOUR_MS);
    const decide = (when: number, decision: string): HistoryWrite =>
      put(when, {
        ...asked,
        status: 'decided',
        ...{ decision, decidedBy: 'owner', decidedAt: isoUtc(decidedAt) },
        ...{ GSI1PK: 'ESCALATION#decided', GSI1SK: isoUtc(decidedAt) },
      });
    const decided = decide(decidedAt, chance.pick(['yes', 'no']));
    return chance.happens(0.1) ? [raised, decided, decide(decidedAt + HOUR_MS, 'later')] : [raised, decided];
  });
}

/** Held for a while; approved, cancelled, or left until their time has come. */
function heldActions(project: Project): HistoryWrite[] {
  const { projectId, pk, chance } = project;
  return [...moments(project, 4 * DAY_MS)].flatMap((at) => {
    const actionId = chance.id(12);
    const heldUntil = isoUtc(at + chance.between(1, 24) * HOUR_MS);
    const about = { projectId, actionId, actionType: chance.skewed(ACTIONS), heldUntil, createdAt: isoUtc(at) };
    const as = (when: number, status: string): HistoryWrite =>
      put(when, {
        ...{ PK: pk, SK: `HELD#${actionId}`, ...about, status, updatedAt: isoUtc(when) },
        ...(status !== 'PENDING' && { decidedBy: 'owner', expiresAt: seconds(when + HELD_DAYS * DAY_MS) }),
        ...{ GSI1PK: `HELD#${status}`, GSI1SK: status === 'PENDING' ? heldUntil : isoUtc(when) },
      });
    const decidedAt = at + chance.wait(5 * HOUR_MS);
    const fate = chance.weighted([
      ['left', 3],
      ['CANCELLED', 1],
      ['APPROVED', 6],
    ] as const);
    const pending = as(at, 'PENDING');
    if (fate === 'left') return [pending];
    if (fate === 'CANCELLED') return [pending, as(decidedAt, fate)];
    return [pending, as(decidedAt, fate), as(decidedAt + MINUTE_MS, 'EXECUTED')];
  });
}

/** Trust grows with approvals, and is lost at once by a cancellation. */
function graduations(project: Project): HistoryWrite[] {
  const { projectId, pk, chance } = project;
  const states = new Map<string, { approvals: number; cancellations: number; tier: number }>();
  return [...moments(project, 3 * DAY_MS)].map((at) => {
    const actionType = chance.skewed(ACTIONS);
    const state = states.get(actionType) ?? { approvals: 0, cancellations: 0, tier: 0 };
    const next = chance.happens(0.85)
      ? { ...state, approvals: state.approvals + 1, tier: Math.min(3, Math.floor((state.approvals + 1) / 3)) }
      : { ...state, cancellations: state.cancellations + 1, tier: 0 };
    states.set(actionType, next);
    return put(at, { PK: pk, SK: `GRADUATION#${actionType}`, projectId, actionType, ...next, updatedAt: isoUtc(at) });
  });
}
