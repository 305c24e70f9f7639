import type { JsonSchema } from '../shared/model/jsonSchema.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { compareSchemas } from './compatibility.ts';

/** A version of an event as subscribers were promised it: frozen under events/released. */
export interface ReleasedEvent {
  readonly system: string;
  readonly type: string;
  readonly version: number;
  readonly since: string;
  /** The day up to which at least it is published; absent: no end was told. */
  readonly until?: string;
  /** Of the whole detail: envelope and data. */
  readonly schema: JsonSchema;
}

type Name = Pick<ReleasedEvent, 'system' | 'type' | 'version'>;

export interface BrokenPromise {
  /** Such as `reviewer ReviewFailed 1: data.error`. */
  readonly where: string;
  readonly what: string;
  readonly mend: string;
}

export const releasedPath = ({ system, type, version }: Name): string =>
  `events/released/${system}/${type}.${version}.json`;

export const frozen = ({ system, type, version, since, until, eventSchema }: CatalogueEntry): ReleasedEvent => ({
  system,
  type,
  version,
  since,
  ...(until !== undefined && { until }),
  schema: eventSchema,
});

/**
 * Holds what is declared against what was released: what would break subscribers, and how to mend it.
 * @param today yyyy-mm-dd, UTC
 */
export const brokenPromises = (
  released: readonly ReleasedEvent[],
  declared: readonly CatalogueEntry[],
  today: string,
): BrokenPromise[] =>
  released.flatMap((promise) => {
    const now = declared.find((entry) => isSame(entry, promise));
    return now ? brokenIn(promise, now, today) : goneTooEarly(promise, today);
  });

/** What came with this version of the package, or before, and is not frozen. */
export const unfrozen = (
  released: readonly ReleasedEvent[],
  declared: readonly CatalogueEntry[],
  version: string,
): CatalogueEntry[] =>
  declared.filter((entry) => hasCome(entry, version) && !released.some((promise) => isSame(promise, entry)));

/** Whether it is part of a version of the package, three numbers. */
export function hasCome({ since }: Pick<CatalogueEntry, 'since'>, version: string): boolean {
  const [came, is] = [since, version].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const i = came.findIndex((part, at) => part !== is[at]);
  return i < 0 || (came[i] ?? 0) < (is[i] ?? 0);
}

const isSame = (a: Name, b: Name): boolean => a.system === b.system && a.type === b.type && a.version === b.version;

function brokenIn(promise: ReleasedEvent, now: CatalogueEntry, today: string): BrokenPromise[] {
  const breaches = compareSchemas(promise.schema, now.eventSchema).map(({ path, what }) => ({
    where: `${nameOf(promise)}: ${path || 'the event'}`,
    what,
    mend: `publish version ${promise.version + 1} beside it: another event('${promise.type}', …) with the same 'when'; leave version ${promise.version} as it is`,
  }));
  // What was promised without an end may be given one, but none that is over.
  const earliest = promise.until ?? today;
  if (now.until !== undefined && now.until < earliest)
    breaches.push({
      where: nameOf(promise),
      what: `it was promised until ${promise.until ?? 'further notice'}, and ends ${now.until}`,
      mend: `let its 'until' be ${earliest}, or later`,
    });
  return breaches;
}

function goneTooEarly(promise: ReleasedEvent, today: string): BrokenPromise[] {
  if (promise.until !== undefined && promise.until < today) return [];
  return [
    {
      where: nameOf(promise),
      what: promise.until === undefined ? 'it is not declared any more' : `it was promised until ${promise.until}`,
      mend: "declare it again; to end it, give it an 'until', release that, and take it out after that day",
    },
  ];
}

const nameOf = ({ system, type, version }: Name): string => `${system} ${type} ${version}`;
