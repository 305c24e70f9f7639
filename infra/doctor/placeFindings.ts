import { turnOnStream } from '../../shared/aws/tableMends.ts';
import type { TableDeclaration } from '../../shared/model/system.ts';
import type { TableFacts } from '../../shared/ports/surroundings.ts';
import { type Finding, finding } from './finding.ts';

const BOTH_IMAGES = 'NEW_AND_OLD_IMAGES';
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-dynamodb-streams */
const MOST_READERS = 2;
/** Milliseconds. A second is the service's own grain, and an answer takes a while. */
const MOST_SKEW = 5_000;

/** What of a table is not as declared. @param facts undefined: there is no such table */
export function tableFindings(name: string, table: TableDeclaration, facts: TableFacts | undefined): Finding[] {
  if (!facts) return [finding('TABLE_MISSING', name, 'there is no such table')];
  if (facts.partitionKey !== table.partitionKey || facts.sortKey !== table.sortKey)
    return [
      finding(
        'TABLE_KEYS',
        name,
        `its key is ${facts.partitionKey} / ${facts.sortKey ?? 'none'}, not ${table.partitionKey} / ${table.sortKey ?? 'none'}`,
      ),
    ];
  const [other] = facts.keysNotText ?? [];
  if (other !== undefined) return [finding('TABLE_KEY_TYPE', name, `its key '${other}' is no text`)];
  return [...streamFindings(name, facts), ...ttlFindings(name, table, facts), ...indexFindings(name, table, facts)];
}

function streamFindings(name: string, { stream }: TableFacts): Finding[] {
  if (stream === undefined) {
    const off = finding('STREAM_OFF', name, 'its stream is off');
    return [{ ...off, mend: `${turnOnStream(name)}; and count what is there with 'afterwrite attach'` }];
  }
  return stream === BOTH_IMAGES ? [] : [finding('STREAM_IMAGES', name, `its stream holds ${stream}`)];
}

function ttlFindings(name: string, { ttl }: TableDeclaration, facts: TableFacts): Finding[] {
  if (facts.ttl === ttl) return [];
  if (facts.ttl === undefined) return [finding('TTL_OFF', name, `TTL is off; items say it by '${ttl}'`)];
  return [finding('TTL_ELSEWHERE', name, `TTL reads '${facts.ttl}', and ${ttl ? `'${ttl}'` : 'none'} is declared`)];
}

function indexFindings(name: string, { indexes = [] }: TableDeclaration, facts: TableFacts): Finding[] {
  return indexes.flatMap((wanted) => {
    const there = facts.indexes.find((index) => index.name === wanted.name);
    const where = `${name}, index ${wanted.name}`;
    if (!there) return [finding('INDEX_MISSING', where, 'the table has no such index')];
    const isSame = there.partition === wanted.partition && there.sort === wanted.sort;
    if (isSame && (there.sortType ?? 'S') === (wanted.sortType ?? 'S')) return [];
    const keys = (one: Partial<TableFacts['indexes'][number]>): string =>
      `${one.partition} / ${one.sort === undefined ? 'none' : `${one.sort} (${one.sortType ?? 'S'})`}`;
    return [finding('INDEX_KEYS', where, `its key is ${keys(there)}, not ${keys(wanted)}`)];
  });
}

export const readersFindings = (name: string, readers: readonly string[] | undefined): Finding[] =>
  readers && readers.length > MOST_READERS
    ? [finding('STREAM_READERS', name, `${readers.length} read its stream: ${readers.join(', ')}`)]
    : [];

/** @param service its time; undefined where it is not known. Both epoch milliseconds */
export function clockFindings(service: number | undefined, here: number): Finding[] {
  const ahead = service === undefined ? 0 : here - service;
  if (Math.abs(ahead) <= MOST_SKEW) return [];
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return [finding('CLOCK_SKEW', 'this machine', `its clock is ${seconds} s ${ahead > 0 ? 'ahead' : 'behind'}`)];
}
