import { type Envelope, sourceName } from '../../events/envelope.ts';
import { isoSeconds } from '../../shared/model/time.ts';

/** Which of the past events a pattern would have caught. */
export interface MatchReport {
  readonly looked: number;
  readonly matched: number;
  /** Every type that was looked at, with how many of it matched. */
  readonly byType: readonly TypeCount[];
  /** The first that matched, oldest object first. */
  readonly first: readonly MatchedEvent[];
}

interface TypeCount {
  readonly type: string;
  readonly looked: number;
  readonly matched: number;
}

interface MatchedEvent {
  readonly time: string;
  readonly type: string;
  readonly subject: string;
  readonly id: string;
}

/** Where the bus is, as its events say. */
interface BusPlace {
  readonly region: string;
  readonly account: string;
}

export async function matchEvents(
  envelopes: AsyncIterable<Envelope>,
  isWanted: (envelope: Envelope) => boolean,
  show: number,
): Promise<MatchReport> {
  const types = new Map<string, { looked: number; matched: number }>();
  const first: MatchedEvent[] = [];
  for await (const envelope of envelopes) {
    const { time, type, subject, id } = envelope.metadata;
    const count = types.get(type) ?? { looked: 0, matched: 0 };
    types.set(type, count);
    count.looked++;
    if (!isWanted(envelope)) continue;
    count.matched++;
    if (first.length < show) first.push({ time, type, subject, id });
  }
  const byType = [...types].map(([type, count]) => ({ type, ...count })).sort((a, b) => b.matched - a.matched);
  const sum = (of: 'looked' | 'matched'): number => byType.reduce((total, count) => total + count[of], 0);
  return { looked: sum('looked'), matched: sum('matched'), byType, first };
}

/**
 * The whole event as a rule sees it, time in whole seconds. Its `id` is EventBridge's own, new for each publication: the
 * envelope's stands in its place.
 */
export const arriving = (system: string, envelope: Envelope, place: BusPlace) => ({
  version: '0',
  id: envelope.metadata.id,
  'detail-type': envelope.metadata.type,
  source: sourceName(system),
  account: place.account,
  time: isoSeconds(Date.parse(envelope.metadata.time)),
  region: place.region,
  resources: [],
  detail: envelope,
});
