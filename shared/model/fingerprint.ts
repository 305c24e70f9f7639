import { createHash } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { Statistic } from './statistic.ts';
import type { System } from './system.ts';

/**
 * What decides how a statistic counts, as far as it can be seen. The text of a function does not show the helpers that
 * it calls, what it closes over, an entity's schema, or the code of a measure: where such a thing changes what is
 * counted, the author raises the declaration's `revision`. The same function compiled in another way (minified for
 * Lambda, say) has another text: the readers of one stage, and who rebuilds, run one build.
 */
export interface Fingerprint {
  readonly key: string;
  readonly revision: number;
  /** By name: the kind, a space, and what else can be seen of it. */
  readonly measures: Readonly<Record<string, string>>;
  /** The sources with their keys. */
  readonly feeds: readonly string[];
  /** Hashes, by what the function does. */
  readonly functions: Readonly<Record<string, string>>;
}

export function fingerprintOf(statistic: Statistic<unknown>): Fingerprint {
  const { key, revision, spread, measures, feeds, texts } = statistic;
  const functions: Record<string, string> = { shape: hashOf(texts.shape), indexes: hashOf(texts.indexes) };
  for (const { name } of feeds.map(({ of }) => of)) {
    const own = feeds.filter(({ of }) => of.name === name);
    functions[`feed from '${name}'`] = hashOf(own.map(({ contribute }) => String(contribute)).join('\n'));
  }
  return {
    key: spread ? `${key.text}, in ${spread.parts} parts` : key.text,
    revision,
    measures: Object.fromEntries(
      Object.entries(measures).map(([name, { kind, empty, parameters, view }]) => [
        name,
        `${kind} ${canonical({ parameters, empty, view: view(empty) })}`,
      ]),
    ),
    feeds: [...new Set(feeds.map(({ of }) => `'${of.name}' (${of.key.text})`))].sort(),
    functions,
  };
}

/** How text is set out says nothing. */
const hashOf = (text: string): string =>
  createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('base64url').slice(0, 16);

/** What differs, in words; empty where nothing does. */
export function differencesOf(before: Fingerprint, now: Fingerprint): string[] {
  const found: string[] = [];
  if (before.key !== now.key) found.push(`its key was '${before.key}' and is '${now.key}'`);
  for (const name of namesOf(before.measures, now.measures)) {
    const [a, b] = [before.measures[name], now.measures[name]];
    if (a === undefined) found.push(`measure '${name}' is new`);
    else if (b === undefined) found.push(`measure '${name}' is gone`);
    else if (a !== b) found.push(`measure '${name}' was ${a} and is ${b}`);
  }
  for (const source of now.feeds) if (!before.feeds.includes(source)) found.push(`it is fed from ${source} now`);
  for (const source of before.feeds)
    if (!now.feeds.includes(source)) found.push(`it is not fed from ${source} any more`);
  for (const name of namesOf(before.functions, now.functions)) {
    const [a, b] = [before.functions[name], now.functions[name]];
    // A feed that came or went has been named.
    if (a !== undefined && b !== undefined && a !== b) found.push(`the function of its ${name} changed`);
  }
  if (before.revision !== now.revision) found.push(`its revision was ${before.revision} and is ${now.revision}`);
  return found;
}

/** Measures that hold another kind of state under the same name: what is stored for them can't be read any more. */
export function unreadableMeasures(before: Fingerprint, now: Fingerprint): string[] {
  return Object.keys(now.measures).filter((name) => {
    const stored = before.measures[name];
    return stored !== undefined && kindIn(stored) !== kindIn(now.measures[name] ?? '');
  });
}

const kindIn = (measure: string): string => measure.split(' ', 1)[0] ?? '';

const namesOf = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

/**
 * Statistics with all that they feed, directly or over others; sources first. What a statistic feeds must be counted anew
 * with it: the stream takes back an old image by what the NEW code makes of it, which is not what the old code had added.
 */
export function withDownstream(system: System, names: readonly string[]): Statistic<unknown>[] {
  const chosen = new Set(names);
  return system.statistics.filter(({ name, feeds }) => {
    if (feeds.some(({ of }) => chosen.has(of.name))) chosen.add(name);
    return chosen.has(name);
  });
}
