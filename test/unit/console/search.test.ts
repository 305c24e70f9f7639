import { gzipSync } from 'node:zlib';
import { Search } from '../../../infra/console/search.ts';
import { datasetPrefix, hourlyKey } from '../../../shared/archive/layout.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { RecordingArchive } from '../../support/memory/recordingArchive.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-31T00:00:00.000Z');
const names = namesOf(reviewer, 'search');
const never = new AbortController().signal;

/** So many events, an hour and an object apart, of two types in turn; each with a text of its own. */
async function given(events: number) {
  const inner = new MemoryArchive();
  const archive = new RecordingArchive(inner);
  for (let n = 1; n <= events; n++) {
    const [hour, sequence] = [START + n * HOUR, String(n)];
    const type = n % 2 === 0 ? 'ReviewFailed' : 'ReviewRequested';
    // Of one item the archive gives a later one first: the newest is told by its time.
    const subject = `REVIEW#r${String(events - n).padStart(4, '0')}`;
    const fields = { id: `e${n}`, type, sequence, time: isoUtc(hour), subject, partitionKey: subject };
    const line = JSON.stringify(envelopeOf({ text: `Case-${n % 3}` }, fields));
    const key = hourlyKey(datasetPrefix(reviewer, names, 'events'), hour, sequence, sequence, 'a'.repeat(64));
    await inner.putIfAbsent(key, gzipSync(`${line}\n`));
  }
  const search = new Search({ system: reviewer, names, archive });
  const ids = async (text: string, selection = {}) =>
    (await search.find(text, selection, never)).rows.map(({ id }) => id);
  return { archive, search, ids };
}

test('a text is found wherever it stands, in whatever letters, the newest event first', async () => {
  const { ids } = await given(9);
  expect(await ids('case-1')).toEqual(['e7.1', 'e4.1', 'e1.1']);
  expect(await ids('REVIEW#R0002')).toEqual(['e7.1']);
  expect(await ids('nowhere')).toEqual([]);
});

test('a type narrows it', async () => {
  const { ids } = await given(6);
  expect(await ids('', { types: ['ReviewFailed'] })).toEqual(['e6.1', 'e4.1', 'e2.1']);
});

test('of very many the newest are listed, and all are counted', async () => {
  const { search } = await given(450);
  const { rows, matching } = await search.find('', {}, never);
  expect([matching, rows.length, rows[0]?.id, rows[199]?.id]).toEqual([450, 200, 'e450.1', 'e251.1']);
});

test('what was found can be read whole, until something else is searched for', async () => {
  const { search } = await given(3);
  await search.find('case-1', {}, never);
  expect(JSON.parse(search.whole('e1.1') ?? '')).toMatchObject({ data: { text: 'Case-1' } });
  await search.find('case-2', {}, never);
  expect(search.whole('e1.1')).toBeUndefined();
});

test('a page that has gone lets the reading end', async () => {
  const { archive, search } = await given(50);
  const gone = new AbortController();
  gone.abort();
  archive.asked.clear();
  const { matching } = await search.find('', {}, gone.signal);
  expect(matching).toBe(0);
});
