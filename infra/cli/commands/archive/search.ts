import type { Envelope } from '../../../../events/envelope.ts';
import type { Extent } from '../../../../shared/archive/history.ts';
import type { JournalLine } from '../../../../shared/archive/journalLine.ts';
import { type Row, UNKNOWN_KIND } from '../../../../shared/archive/rows.ts';
import type { HourlyDataset } from '../../../../shared/archive/shelf.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import type { System } from '../../../../shared/model/system.ts';
import type { Json } from '../../../local/eventbridge/pattern/pattern.ts';
import { conditionGiven } from '../../patterns.ts';

/** What lines must be. Times are ISO 8601, UTC: from this one, and before that one. */
export interface Wish {
  readonly system: System;
  readonly entity?: string;
  readonly from?: string;
  readonly until?: string;
  /** Where the system has tenants, no other's are read at all. */
  readonly tenant?: string;
  /** Of events alone. */
  readonly type?: readonly string[];
  readonly where?: string;
}

/** How it is looked for: parts that can hold none of it are not read. */
export interface Search {
  readonly extent: Extent;
  readonly wanted: (row: Row) => boolean;
}

/** Throws USAGE for a name that is not declared, and a pattern that is none. */
export function searchFor(dataset: HourlyDataset, wish: Wish): Search {
  const { system, entity } = wish;
  const sources = [...system.entities, ...system.statistics].map(({ name }) => name);
  if (entity !== undefined && ![...sources, UNKNOWN_KIND].includes(entity))
    throw new AfterwriteError('USAGE', `there is no entity or statistic '${entity}'`, {
      mend: `give one of ${[...sources, UNKNOWN_KIND].join(', ')}`,
    });
  return dataset === 'journal' ? changeSearch(wish) : eventSearch(wish);
}

function changeSearch({ entity, from, until }: Wish): Search {
  const first = from === undefined ? 0 : Date.parse(from);
  const end = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  const kinds = (kind: string): boolean => entity === undefined || kind === entity;
  return {
    extent: { from: first, until: end, kinds },
    wanted: ({ kind, value }) => {
      const { at } = value as JournalLine;
      return kinds(kind) && at >= first && at < end;
    },
  };
}

/** An event's own time is not the stream's, by which the archive lies: no hours are left out. */
function eventSearch({ system, entity, type, from = '', until, tenant, where }: Wish): Search {
  const matches = where === undefined ? undefined : conditionGiven('--where', where);
  const ofEntity = new Set(system.events.filter((rule) => rule.of.name === entity).map((rule) => rule.type));
  // Versions and types that are declared no more are in the archive all the same.
  const kinds = (kind: string): boolean => {
    const name = kind.slice(0, kind.lastIndexOf('.'));
    return (type?.includes(name) ?? true) && (entity === undefined || ofEntity.has(name));
  };
  return {
    extent: { kinds },
    wanted: ({ kind, value }) => {
      const { metadata } = value as Envelope;
      if (!kinds(kind) || metadata.time < from || (until !== undefined && metadata.time >= until)) return false;
      return (tenant === undefined || (metadata.tenant ?? '') === tenant) && (matches?.(value as Json) ?? true);
    },
  };
}
