import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { keepClaims, toOutgoing } from '../../events/claim.ts';
import { deriveEvents } from '../../events/derive.ts';
import { type Envelope, sourceName } from '../../events/envelope.ts';
import { type Outgoing, pack } from '../../events/pack.ts';
import { publish } from '../../events/publish.ts';
import { watchedBus } from '../../processors/fanout/watchedBus.ts';
import { eventBridgeBus } from '../../shared/aws/eventBus.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { listSpills } from '../../shared/state/spill.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { type BenchStage, freshChanges, LIVE_BATCH, surroundings } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { startNullBus } from './nullBus.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

const ENTRIES_A_CALL = 10;
const PER = 1_000;

/**
 * Events a second through claims, packing and publishing, with the looks for spill and bus, against a bus that does nothing;
 * beside a plain loop over PutEvents, ten a call, from the same envelopes. And how many calls a thousand events took, beside
 * the fewest that the batches allow.
 */
export async function measurePublishing(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure[]> {
  const { system, names, claims } = stage.place;
  const batches = inBatches(freshChanges(stage, records), LIVE_BATCH).map((batch) => eventsOf(stage, batch));
  const events = batches.flat();
  const entriesOf = (batch: readonly Envelope[]): Outgoing[] =>
    batch.map((envelope) => toOutgoing(system.name, envelope, claims));
  const calls = batches.map((batch) => pack(entriesOf(batch)).length);
  const fewest = batches.map(({ length }) => Math.ceil(length / ENTRIES_A_CALL));
  const nullBus = await startNullBus();
  try {
    const state = memoryState();
    const bus = watchedBus(eventBridgeBus(nullBus.client, names.bus), surroundings.clock);
    const publishBatch = async (batch: readonly Envelope[]): Promise<void> => {
      if ((await listSpills(state)).length > 0) throw new Error('nothing was spilled');
      const outgoing = entriesOf(batch);
      await keepClaims(claims, outgoing);
      if ((await publish(bus, outgoing)).length > 0) throw new Error('a bus that takes everything refused something');
    };
    const [own, plain] = await fastestOfBoth(
      () => async () => {
        for (const batch of batches) await publishBatch(batch);
      },
      () => () => putPlainly(nullBus.client, names.bus, system.name, events),
    );
    const perThousand = (some: readonly number[]): number => (PER * sumOf(some)) / events.length;
    return [
      {
        name: 'publishing',
        unit: 'events/s',
        rate: events.length / own,
        beside: { what: 'a plain loop over PutEvents', rate: events.length / plain },
        asked: '≥ 0.9',
      },
      {
        name: 'PutEvents calls',
        unit: 'a 1,000 events',
        rate: perThousand(calls),
        beside: { what: 'the fewest for these batches', rate: perThousand(fewest) },
        asked: '≤ 1.02',
      },
    ];
  } finally {
    await nullBus.stop();
  }
}

function eventsOf({ place: { system, names } }: BenchStage, changes: readonly Change[]): Envelope[] {
  const origin = { stage: names.stage, table: names.table };
  return changes.flatMap((change) => {
    try {
      return deriveEvents(system, origin, change);
    } catch (error) {
      if (isAfterwriteError(error, 'ITEM_MALFORMED')) return [];
      throw error;
    }
  });
}

async function putPlainly(
  client: EventBridgeClient,
  bus: string,
  system: string,
  events: readonly Envelope[],
): Promise<void> {
  for (const call of inBatches(events, ENTRIES_A_CALL))
    await client.send(
      new PutEventsCommand({
        Entries: call.map((envelope) => ({
          EventBusName: bus,
          Source: sourceName(system),
          DetailType: envelope.metadata.type,
          Detail: JSON.stringify(envelope),
          Time: new Date(envelope.metadata.time),
        })),
      }),
    );
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
