import type { JournalLine } from '../../../shared/archive/journalLine.ts';
import type { Manifest } from '../../../shared/archive/manifest.ts';
import type { Row } from '../../../shared/archive/rows.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import type { System } from '../../../shared/model/system.ts';
import { isoUtc, startOfHour } from '../../../shared/model/time.ts';
import type { RecordCount } from '../../../shared/state/recordCounts.ts';
import { isAfter } from '../../../shared/stream/sequence.ts';
import type { Look } from './look.ts';

/** Of users' items, and of derived ones. */
interface Tally {
  user: number;
  derived: number;
}

/** What came in, and what is there. The archive parks no record and leaves none out: a record that is no line is lost. */
export interface Conserved {
  /** Records of the stream that were read, as far as it was judged whether they are there; and the others. */
  readonly records: Tally;
  readonly unjudged: number;
  /** Lines of the journal that these records are, and those that erasures have taken. */
  readonly lines: Tally;
  readonly erased: Tally;
}

interface Account {
  readonly count: RecordCount;
  readonly lines: Tally;
  readonly erased: Tally;
}

/** The law of conservation: each record that was read of a shard in an hour is a line of the journal. */
export class Conservation {
  readonly #accounts = new Map<string, Account>();
  readonly #derived: ReadonlySet<string>;
  /** Hours of which not all could be read. */
  readonly #unread: { readonly from: number; readonly to: number }[] = [];

  /** @param counts read before the archive is: what is counted by then is in the journal */
  constructor(system: System, counts: readonly RecordCount[]) {
    this.#derived = new Set(system.statistics.map(({ name }) => name));
    for (const count of counts)
      this.#accounts.set(idOf(count), { count, lines: { user: 0, derived: 0 }, erased: { user: 0, derived: 0 } });
  }

  /** A line that is seen for the first time. What was read before or since the records were counted does not count. */
  see({ kind, value }: Row): void {
    const { stream, shard, at, sequence } = value as JournalLine;
    const account = this.#accounts.get(idOf({ stream, shard, hour: startOfHour(at) }));
    if (!account || isAfter(account.count.first, sequence) || isAfter(sequence, account.count.last)) return;
    account.lines[this.#derived.has(kind) ? 'derived' : 'user']++;
  }

  /** What erasures say that they took: a line that came again and was erased again is told twice. */
  erased(manifests: readonly Manifest[]): void {
    for (const manifest of manifests)
      for (const taken of manifest.v === 2 ? manifest.erasure.shards : []) {
        const account = this.#accounts.get(idOf(taken));
        if (account) addTo(account.erased, taken);
      }
  }

  /** First and last hour, epoch milliseconds, of what could not be read. */
  missed(hours: { readonly from: number; readonly to: number }): void {
    this.#unread.push(hours);
  }

  /** Each shard and hour of which records are no lines is a finding. */
  judge(look: Look, { isOver }: Pick<Shelf, 'isOver'>): Conserved {
    const none = (): Tally => ({ user: 0, derived: 0 });
    const conserved = { records: none(), unjudged: 0, lines: none(), erased: none() };
    for (const { count, lines, erased } of this.#accounts.values()) {
      if (isOver(count.hour) || this.#unread.some(({ from, to }) => from <= count.hour && count.hour <= to)) {
        conserved.unjudged += totalOf(count);
        continue;
      }
      addTo(conserved.records, count);
      addTo(conserved.lines, lines);
      addTo(conserved.erased, erased);
      if (totalOf(lines) + totalOf(erased) < totalOf(count)) tell(look, count, { lines, erased });
    }
    return conserved;
  }
}

function tell(look: Look, count: RecordCount, { lines, erased }: Pick<Account, 'lines' | 'erased'>): void {
  const missing = totalOf(count) - totalOf(lines) - totalOf(erased);
  const beside = totalOf(erased) > 0 ? `, ${totalOf(erased)} erased` : '';
  const parts = `users' items ${lines.user} of ${count.user}, derived ${lines.derived} of ${count.derived}${beside}`;
  look.find(
    'RECORDS_MISSING',
    `journal, shard ${count.shard}, hour ${isoUtc(count.hour)}`,
    `lacks ${missing} of ${totalOf(count)} records that were read and proven (${parts}), between ${count.first} and ${count.last}`,
  );
}

const idOf = ({ stream, shard, hour }: Pick<RecordCount, 'stream' | 'shard' | 'hour'>): string =>
  `${hour} ${stream} ${shard}`;

const totalOf = ({ user, derived }: Tally): number => user + derived;

function addTo(sum: Tally, { user, derived }: Tally): void {
  sum.user += user;
  sum.derived += derived;
}
