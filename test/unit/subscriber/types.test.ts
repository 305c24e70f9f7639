import { type Handlers, subscribe } from '../../../events/subscriber/subscribe.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';

/**
 * What must not compile: `npm run types` fails where a line below `@ts-expect-error` compiles. The handlers are only declared here,
 * and typed from the system as `subscribe` types them.
 */
type OfReviewer = Handlers<(typeof reviewer)['events'][number]>;

const text = (value: string): string => value;
const number = (value: number): number => value;

const right: OfReviewer = {
  ReviewFailed: ({ data, metadata }) => {
    text(data.reviewId);
    number(data.version);
    text(data.error ?? 'no reason');
    text(metadata.type satisfies 'ReviewFailed');
    text(metadata.origin.stage);
    number(metadata.version);
  },
  FixApplied: async ({ data }) =>
    data.fixed.map((one) => text(one.severity satisfies 'critical' | 'high' | 'medium' | 'low' | 'info')),
  StackRiskRaised: ({ data }) => number(data.mean ?? 0),
};

const wrong: OfReviewer[] = [
  // @ts-expect-error: no field of that name
  { ReviewFailed: ({ data }) => data.reviewID },
  // @ts-expect-error: a field of another event
  { ReviewFailed: ({ data }) => data.riskScore },
  // @ts-expect-error: it may be null
  { ReviewFailed: ({ data }) => text(data.error) },
  // @ts-expect-error: a number is no text
  { ReviewFailed: ({ data }) => text(data.version) },
  // @ts-expect-error: no event of that name
  { ReviewFaild: () => undefined },
  // @ts-expect-error: no metadata of that name
  { ReviewFailed: ({ metadata }) => metadata.stage },
  // @ts-expect-error: not of this type
  { ReviewFailed: ({ metadata }) => metadata.type satisfies 'ReviewCompleted' },
  // @ts-expect-error: a handler is a function
  { ReviewFailed: 'log it' },
];

test('what compiles runs, and gets the declared data', async () => {
  const seen: string[] = [];
  const { handle } = subscribe(
    reviewer,
    { ...right, ReviewFailed: ({ data }) => void seen.push(`${data.reviewId} ${data.error}`) },
    { log: silentLog },
  );
  const failed = {
    reviewId: 'r1',
    version: 1,
    stackId: 'network',
    error: null,
    requestedAt: '2026-02-01T09:00:00.000Z',
    failedAt: '2026-02-01T10:00:00.000Z',
  };
  expect(await handle(envelopeOf(failed))).toMatchObject({ outcome: 'handled' });
  expect(seen).toEqual(['r1 null']);
  expect(wrong).toHaveLength(8);
});

const wrongCalls = [
  // @ts-expect-error: no event of that name
  () => subscribe(reviewer, { ReviewFaild: () => undefined }),
  // @ts-expect-error: no event of that name, among steps
  () => subscribe(reviewer, { ReviewFailed: () => undefined }, { upcasts: { ReviewFaild: {} } }),
];

test.each(wrongCalls)('an event that is not declared fails at load, where no compiler has looked', (call) => {
  expect(call).toThrow(
    expect.objectContaining({ code: 'DECLARATION_WRONG', message: 'reviewer has no events ReviewFaild' }),
  );
});

test('what subscribe itself types', () => {
  // @ts-expect-error: no field of that name
  const subscriber = subscribe(reviewer, { ReviewFailed: ({ data }) => text(data.reviewID) });
  expect(subscriber).toHaveProperty('handle');
});
