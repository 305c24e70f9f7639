import type { Envelope } from '../../../events/envelope.ts';
import { arriving, matchEvents } from '../../../infra/views/matchedEvents.ts';

const envelope = (n: number, type: string): Envelope => ({
  metadata: {
    id: `id-${n}`,
    type,
    version: 1,
    dataSchema: `shop/${type}/1`,
    time: `2026-01-01T00:00:0${n}.500Z`,
    subject: `ORDER#${n}`,
    partitionKey: `ORDER#${n}`,
    sequence: String(n),
    correlationId: 'c',
    causationId: 'c',
    origin: { stage: 'dev', table: 't', cause: 'write', streamEventId: String(n) },
  },
  data: { n },
});

async function* of(...envelopes: Envelope[]): AsyncIterable<Envelope> {
  yield* envelopes;
}

test('what matched is counted by type, and the first are shown', async () => {
  const all = of(
    envelope(1, 'Paid'),
    envelope(2, 'Sent'),
    envelope(3, 'Sent'),
    envelope(4, 'Sent'),
    envelope(5, 'Lost'),
  );
  const report = await matchEvents(
    all,
    ({ metadata }) => metadata.type !== 'Lost' && metadata.subject !== 'ORDER#3',
    2,
  );
  expect(report).toEqual({
    looked: 5,
    matched: 3,
    byType: [
      { type: 'Sent', looked: 3, matched: 2 },
      { type: 'Paid', looked: 1, matched: 1 },
      { type: 'Lost', looked: 1, matched: 0 },
    ],
    first: [
      { time: '2026-01-01T00:00:01.500Z', type: 'Paid', subject: 'ORDER#1', id: 'id-1' },
      { time: '2026-01-01T00:00:02.500Z', type: 'Sent', subject: 'ORDER#2', id: 'id-2' },
    ],
  });
});

test('an event arrives as a rule sees it', () => {
  const one = envelope(1, 'Paid');
  expect(arriving('shop', one, { region: 'eu-west-1', account: '1' })).toEqual({
    ...{ version: '0', id: 'id-1', 'detail-type': 'Paid', source: 'afterwrite.shop', account: '1' },
    ...{ time: '2026-01-01T00:00:01Z', region: 'eu-west-1', resources: [], detail: one },
  });
});
