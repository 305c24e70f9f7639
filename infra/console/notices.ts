import type { DeclarationChange } from '../../shared/state/declared.ts';
import type { Incomplete } from '../../shared/state/incomplete.ts';
import type { Unmatched } from '../../shared/state/unmatched.ts';
import { inWords, REBUILD_CHANGED } from '../pipeline/declared.ts';
import type { MisdatedStatus, ShardStatus } from '../views/lag.ts';
import type { SpillStatus } from '../views/spill.ts';
import type { Notice } from './wire.ts';

/** What of a pipeline's state asks for a person. */
export interface Troubles {
  readonly incomplete: readonly Pick<Incomplete, 'shard' | 'reason'>[];
  readonly changed: readonly DeclarationChange[];
  readonly spilled: readonly Pick<SpillStatus, 'shard' | 'since' | 'changes'>[];
  readonly unmatched: Unmatched;
  readonly misdated: readonly MisdatedStatus[];
  /** Those that are not read to their end. */
  readonly open: readonly Pick<ShardStatus, 'owner' | 'lagSeconds'>[];
}

/** The worst first: what is lost, then what waits. */
export const noticesOf = (troubles: Troubles): Notice[] => [
  ...troubles.incomplete.map(lost),
  ...unread(troubles.open),
  ...troubles.changed.map(changed),
  ...troubles.spilled.map(spilled),
  ...unmatched(troubles.unmatched),
  ...neverExpiring(troubles.misdated),
];

const lost = ({ shard, reason }: Troubles['incomplete'][number]): Notice => ({
  level: 'bad',
  text: `Changes of ${shard === 'all' ? 'the table' : shard} were lost: ${reason}.`,
  mend: "'afterwrite rebuild' makes up for it",
});

/** Lag of a reader that works is some seconds. */
const LATE_SECONDS = 60;

function unread(open: Troubles['open']): Notice[] {
  if (!open.some(({ owner, lagSeconds }) => owner === null && lagSeconds >= LATE_SECONDS)) return [];
  return [
    {
      level: 'bad',
      text: 'Nobody reads the stream, and changes wait in it.',
      mend: "'afterwrite run' reads it; what is not read within 24 hours is lost",
    },
  ];
}

const changed = (change: DeclarationChange): Notice => ({
  level: 'warning',
  text: `The declaration changed: ${inWords(change)}.`,
  mend: REBUILD_CHANGED,
});

const spilled = ({ shard, since, changes }: Troubles['spilled'][number]): Notice => ({
  level: 'warning',
  text: `The bus was out at ${since}: events of ${changes} changes of ${shard} wait in the archive.`,
  mend: 'they are published in order as soon as the bus takes them',
});

function unmatched({ changes, sample }: Unmatched): Notice[] {
  if (changes === 0) return [];
  return [
    {
      level: 'warning',
      text: `${changes} changes are of items that no entity matches, such as ${sample}.`,
      mend: 'declare an entity for them; till then they are journalled and not processed',
    },
  ];
}

function neverExpiring(misdated: readonly MisdatedStatus[]): Notice[] {
  const [first] = misdated;
  if (!first) return [];
  const others = misdated.length > 1 ? `, and ${misdated.length - 1} more` : '';
  return [
    {
      level: 'warning',
      text: `Never expires: ${first.key}${others}. '${first.attribute}' holds milliseconds, which DynamoDB reads as seconds.`,
      mend: "let its writer divide them by 1,000; 'afterwrite doctor --repair' mends what is stored",
    },
  ];
}
