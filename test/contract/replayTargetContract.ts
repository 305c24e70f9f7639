import type { Envelope } from '../../events/envelope.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { envelopeOf } from '../support/given/envelopes.ts';

interface Made {
  readonly target: ReplayTarget;
  /** What has arrived, in order of arrival. */
  received(): Promise<Envelope[]>;
}

const KEYS = ['REVIEW%231/VERSION%231', 'k'.repeat(2_000), 'ключ / 🗝️', 'REVIEW#2/VERSION#1'];

/** Events of several items, in turn. */
const eventsFrom = (first: number, count: number): Envelope[] =>
  Array.from({ length: count }, (_, i) =>
    envelopeOf(
      { n: first + i, text: 'é"\\ 🗝️\uFFFF\u0000' },
      {
        id: `e${first + i}`,
        partitionKey: KEYS[(first + i) % KEYS.length] as string,
        sequence: String(100 + first + i),
        replay: { id: 'replay-1' },
      },
    ),
  );

const byKey = (envelopes: readonly Envelope[]): string[][] =>
  KEYS.map((key) =>
    envelopes.filter(({ metadata }) => metadata.partitionKey === key).map(({ metadata }) => metadata.id),
  );

/** What every ReplayTarget does, whatever it stands on. */
export function replayTargetContract(make: () => Promise<Made>): void {
  let made: Made;
  beforeEach(async () => {
    made = await make();
    await made.target.check();
    await made.target.open(undefined);
  });
  afterEach(() => made.target.close());

  test('portions arrive whole and as they are, in order per key', async () => {
    const events = eventsFrom(0, 37);
    await made.target.send(events.slice(0, 30));
    await made.target.send(events.slice(30));
    const received = await made.received();
    expect(received).toHaveLength(37);
    expect(byKey(received)).toEqual(byKey(events));
    for (const event of events)
      expect(received.find(({ metadata }) => metadata.id === event.metadata.id)).toEqual(event);
  });

  test('a target that is opened again takes the rest behind its mark', async () => {
    const events = eventsFrom(0, 12);
    const mark = await made.target.send(events.slice(0, 6));
    await made.target.close();
    await made.target.open(mark ?? 0);
    await made.target.send(events.slice(6));
    const received = await made.received();
    expect(byKey(received)).toEqual(byKey(events));
  });

  test('one event alone, and a large one', async () => {
    const [event] = eventsFrom(0, 1) as [Envelope];
    const large = { ...event, metadata: { ...event.metadata, id: 'large' }, data: { text: 'x'.repeat(150_000) } };
    await made.target.send([event]);
    await made.target.send([large]);
    expect((await made.received()).map(({ metadata }) => metadata.id)).toEqual(['e0', 'large']);
  });
}
