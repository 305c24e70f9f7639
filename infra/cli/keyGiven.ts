import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';

/**
 * A key as a person gives it: JSON as `["PK","SK"]`, which reads as one key alone; or `PK/SK`, as messages and lists show
 * it. Where the parts hold a `/` themselves, the split that an entity or a statistic knows is meant. Throws USAGE where
 * there is no such split, or several.
 */
export function readKey(system: System, text: string): Key {
  if (text.startsWith('[')) return keyFromJson(system, text);
  const candidates = [...new Map(readings(system, text).map((key) => [keyId(key), key])).values()];
  const known = candidates.filter((key) => system.sourceOf(key) !== undefined);
  const [only, second] = known.length > 0 ? known : candidates;
  if (only && !second) return only;
  const mend = candidates.length > 0 ? `give it as JSON: ${candidates.map(keyId).join(' or ')}` : formOf(system);
  throw wrongKey(text, only ? 'can be read as several keys' : 'is no key of this table', mend);
}

/** Every way in which the text may stand for a key: as it is, and with what lists escape in a partition key. */
function readings({ table }: System, text: string): Key[] {
  if (table.sortKey === undefined) return text === '' ? [] : [{ pk: text }, { pk: unescaped(text) }];
  const splits = [...text.matchAll(/\//g)].map(({ index }) => ({
    pk: text.slice(0, index),
    sk: text.slice(index + 1),
  }));
  const escaped = splits.slice(0, 1).map(({ pk, sk }) => ({ pk: unescaped(pk), sk }));
  return [...splits, ...escaped].filter(({ pk, sk }) => pk !== '' && sk !== '');
}

const unescaped = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%');

function keyFromJson(system: System, text: string): Key {
  const parts = partsOf(text);
  const [pk, sk] = parts;
  const wanted = system.table.sortKey === undefined ? 1 : 2;
  if (parts.length !== wanted || parts.includes('')) throw wrongKey(text, 'is no key of this table', formOf(system));
  return sk === undefined ? { pk: pk as string } : { pk: pk as string, sk };
}

function partsOf(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((part) => typeof part === 'string') ? parsed : [];
  } catch {
    return [];
  }
}

const formOf = ({ table }: System): string =>
  table.sortKey === undefined
    ? `give ${table.partitionKey}, or ["${table.partitionKey}"]`
    : `give ${table.partitionKey}/${table.sortKey}, or ["${table.partitionKey}","${table.sortKey}"]`;

const wrongKey = (text: string, what: string, mend: string): AfterwriteError =>
  new AfterwriteError('USAGE', `'${text}' ${what}`, { mend });
