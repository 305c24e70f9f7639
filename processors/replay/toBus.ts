import { type ClaimStore, keepClaims, toOutgoing } from '../../events/claim.ts';
import type { Envelope } from '../../events/envelope.ts';
import { publish } from '../../events/publish.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { Pause } from '../../shared/ports/pause.ts';

export interface ReplayTarget {
  readonly bus: EventBus;
  readonly claims: ClaimStore;
  readonly system: string;
  /** Marks every event of this replay, so that a subscriber can tell replays apart. */
  readonly replayId: string;
  /** Events a second; undefined: as fast as the bus takes them. */
  readonly rate: number | undefined;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

const EVENTS_AT_ONCE = 100;

/** Sends envelopes as they were, marked as a replay, in order per item. Returns how many. Stops where the signal says so. */
export async function replayToBus(
  envelopes: AsyncIterable<Envelope>,
  target: ReplayTarget,
  onSent?: (count: number) => void,
): Promise<number> {
  const portion =
    target.rate === undefined ? EVENTS_AT_ONCE : Math.max(1, Math.min(EVENTS_AT_ONCE, Math.floor(target.rate / 10)));
  let sent = 0;
  let waiting: Envelope[] = [];
  const send = async (): Promise<void> => {
    await sendPortion(target, waiting);
    sent += waiting.length;
    onSent?.(sent);
    if (target.rate !== undefined) await target.pause((1000 * waiting.length) / target.rate, target.signal);
    waiting = [];
  };
  for await (const envelope of envelopes) {
    if (target.signal.aborted) break;
    waiting.push({ ...envelope, metadata: { ...envelope.metadata, replay: { id: target.replayId } } });
    if (waiting.length >= portion) await send();
  }
  if (waiting.length > 0 && !target.signal.aborted) await send();
  return sent;
}

async function sendPortion({ bus, claims, system }: ReplayTarget, envelopes: readonly Envelope[]): Promise<void> {
  const outgoing = envelopes.map((envelope) => toOutgoing(system, envelope, claims));
  await keepClaims(claims, outgoing);
  const [refusal] = await publish(bus, outgoing);
  if (!refusal) return;
  const { id, type } = refusal.outgoing.envelope.metadata;
  throw new AfterwriteError('PUBLISH_REFUSED', `the bus '${bus.name}' refused ${type} ${id}: ${refusal.code}`, {
    mend: 'look at the event with `afterwrite archive cat`; start the replay again with a selection that leaves it out',
  });
}
