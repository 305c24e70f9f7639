import { toOutgoing } from '../../../events/claim.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { traceHeaderOf, traceparentOf } from '../../../events/traceContext.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { noteOf } from '../../support/given/envelopes.ts';

const TRACEPARENT = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
const HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

const traced = (more: Partial<Envelope['metadata']> = {}): Envelope => noteOf(1, { traceparent: TRACEPARENT, ...more });

test('X-Ray names the same trace, and whether it is sampled', () => {
  expect(traceHeaderOf(TRACEPARENT)).toBe(HEADER);
  expect(traceHeaderOf(TRACEPARENT.replace(/01$/, '00'))).toBe(HEADER.replace(/1$/, '0'));
  expect(traceHeaderOf(TRACEPARENT.replace(/01$/, '03'))).toBe(HEADER);
});

test('an event goes on in the trace of its write, on the entry and in the envelope', () => {
  const { entry } = toOutgoing('reviewer', traced(), claimsIn());
  expect(entry.traceHeader).toBe(HEADER);
  expect(JSON.parse(entry.detail).metadata.traceparent).toBe(traceparentOf(TRACEPARENT));
});

test('one without a trace, and a replayed one, go on in none', () => {
  expect(toOutgoing('reviewer', noteOf(1), claimsIn()).entry).not.toHaveProperty('traceHeader');
  expect(toOutgoing('reviewer', traced({ replay: { id: 'r' } }), claimsIn()).entry).not.toHaveProperty('traceHeader');
});
