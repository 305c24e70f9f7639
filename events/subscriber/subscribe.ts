import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AfterwriteError, isAfterwriteError } from '../../shared/model/errors.ts';
import type { ClaimSource } from '../../shared/ports/claimSource.ts';
import { type Clock, systemClock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import { type Attempt, busy, type SeenStore } from '../../shared/ports/seenStore.ts';
import type { Envelope } from '../envelope.ts';
import { handleBatch, type SqsAnswer, sqsRecords } from './batch.ts';
import { dataOf } from './claimed.ts';
import { memorySeenStore } from './memorySeenStore.ts';
import { once } from './once.ts';
import { type Metadata, open } from './open.ts';
import { type Declared, type DeclaredEvent, recognise, type Upcasts } from './recognise.ts';
import { isOver, logResult, type Opened, type Result } from './result.ts';
import { stderrLog } from './stderrLog.ts';
import { unreadable } from './upcast.ts';

/** What a handler is given. */
export interface Received<Type extends string = string, Data = unknown> {
  readonly metadata: Metadata & { readonly type: Type };
  /** As the event's declared schema says; fields that it does not know are stripped. */
  readonly data: Data;
  /** This try, for a store that writes its mark in one transaction with the effect. */
  readonly once: Attempt;
}

/** The declared data of an event type; of all its versions that are declared. */
type DataOf<Rule extends DeclaredEvent, Type> = z.output<Extract<Rule, { readonly type: Type }>['schema']>;

/** A function a type. What it throws, or rejects with, brings the event again. */
export type Handlers<Rule extends DeclaredEvent> = {
  readonly [Type in Rule['type']]?: (event: Received<Type, DataOf<Rule, Type>>) => unknown;
};

export interface SubscribeOptions<Type extends string = string> {
  /** What has been seen; absent: 10,000 events in this process's memory, which another process does not know. */
  readonly seen?: SeenStore;
  /** Drop an event where a later change of its item was handled: for those who want the newest state only. */
  readonly dropStale?: boolean;
  /** Where data lies that was too large for the bus; absent: such an event fails. */
  readonly claims?: ClaimSource;
  /** Steps from older versions: `{ ReviewFailed: { 1: upcast(V1, (v1) => …) } }`. */
  readonly upcasts?: Upcasts<Type>;
  /** Called once for each delivery: for metrics, and for a log of your own with the handler's error. */
  readonly onResult?: (result: Result) => void;
  /** Absent: lines of JSON to standard error. */
  readonly log?: Log;
  /** Milliseconds after which a try is taken for dead, where Lambda's context does not tell. */
  readonly leaseMs?: number;
  readonly clock?: Clock;
  readonly newId?: () => string;
}

interface LambdaContext {
  getRemainingTimeInMillis?(): number;
}

/** A Lambda handler: of an SQS batch, or of a rule's direct target, whose failure it throws. */
export interface Subscriber {
  (event: unknown, context?: LambdaContext): Promise<SqsAnswer | undefined>;
  /** Of one event by hand: EventBridge's, or its detail. Throws what the handler throws, EVENT_BUSY, EVENT_UNREADABLE, CLAIM_BROKEN. */
  handle(message: unknown): Promise<Result>;
}

const LEASE_MS = 60_000;

/**
 * Handles a system's events as they are delivered: at least once, in no order, also those of other types. Each is validated,
 * brought up to the declared version, and handled once, as far as `seen` remembers. Two processes never handle an event at the
 * same time, unless one is slower than its time. EventBridge orders no deliveries: an event may be handled before an earlier
 * one of the same item; with `dropStale` the earlier one is then dropped. Throws DECLARATION_WRONG.
 */
export function subscribe<const Rule extends DeclaredEvent>(
  system: Declared<Rule>,
  handlers: Handlers<Rule>,
  options: SubscribeOptions<Rule['type']> = {},
): Subscriber {
  checkTypes(system, [...Object.keys(handlers), ...Object.keys(options.upcasts ?? {})]);
  const settle = settling(system, handlers as UntypedHandlers, options);
  const { leaseMs = LEASE_MS } = options;
  const lambda = async (event: unknown, context?: LambdaContext): Promise<SqsAnswer | undefined> => {
    const lease = (): number => context?.getRemainingTimeInMillis?.() ?? leaseMs;
    const records = sqsRecords(event);
    if (records)
      return handleBatch(
        records,
        (body) => opened(system.name, () => JSON.parse(body)),
        (one) => settle(one, lease),
      );
    throwFailure(
      await settle(
        opened(system.name, () => event),
        lease,
      ),
    );
    return undefined;
  };
  const handle = async (message: unknown): Promise<Result> =>
    throwFailure(
      await settle(
        opened(system.name, () => message),
        () => leaseMs,
      ),
    );
  return Object.assign(lambda, { handle });
}

type UntypedHandlers = Readonly<Record<string, ((event: Received) => unknown) | undefined>>;

function settling(declared: Declared, handlers: UntypedHandlers, options: SubscribeOptions) {
  const { claims, dropStale = false, upcasts = {}, onResult, log = stderrLog } = options;
  const { clock = systemClock, newId = randomUUID } = options;
  const seen = options.seen ?? memorySeenStore({ clock });

  const consume = async (envelope: Envelope, lease: () => number): Promise<Result> => {
    const { metadata } = envelope;
    const handler = Object.hasOwn(handlers, metadata.type) ? handlers[metadata.type] : undefined;
    const read = recognise(declared, upcasts, metadata);
    if (typeof read === 'string') return { outcome: 'ignored', reason: read, metadata };
    if (!handler) return { outcome: 'ignored', reason: 'no-handler', metadata };
    const attempt = attemptAt(metadata, { ordered: dropStale, by: newId(), until: clock.now() + lease() });
    const outcome = await once(seen, attempt, async () => {
      await handler({ metadata, data: read(await dataOf(envelope, claims)), once: attempt });
    });
    if (outcome === 'busy') throw busy(attempt, 'it, or its item, is being handled elsewhere');
    return { outcome, metadata };
  };

  return async ({ envelope, result }: Opened, lease: () => number): Promise<Result> => {
    const settled =
      result ?? (await consume(envelope, lease).catch((error: unknown) => failure(envelope.metadata, error)));
    logResult(log, settled);
    tell(onResult, settled, log);
    return settled;
  };
}

const failure = (metadata: Metadata, error: unknown): Result => ({
  outcome: isAfterwriteError(error, 'EVENT_BUSY') ? 'busy' : 'failed',
  metadata,
  error,
});

/** What counts deliveries must not decide about them. */
function tell(onResult: SubscribeOptions['onResult'], result: Result, log: Log): void {
  try {
    onResult?.(result);
  } catch (error) {
    log.error(
      { error: error instanceof Error ? error.name : typeof error },
      'onResult throws; the event is what it was',
    );
  }
}

/** A replay is history of its own: it is handled once for each replay id, and is not stale beside what is live. */
function attemptAt(
  { id, replay, origin, partitionKey, sequence }: Metadata,
  rest: Pick<Attempt, 'ordered' | 'by' | 'until'>,
): Attempt {
  const of = replay === undefined ? [] : [replay.id];
  return { event: [id, ...of].join('#'), item: JSON.stringify([origin.table, partitionKey, ...of]), sequence, ...rest };
}

function opened(system: string, read: () => unknown): Opened {
  try {
    const envelope = open(system, read());
    return envelope ? { envelope } : { result: { outcome: 'ignored', reason: 'other-system' } };
  } catch (error) {
    const told =
      error instanceof SyntaxError ? unreadable('the message is no JSON', 'look at who sent it', error) : error;
    return { result: { outcome: 'failed', error: told } };
  }
}

function throwFailure(result: Result): Result {
  if (!isOver(result)) throw result.error;
  return result;
}

function checkTypes(declared: Declared, types: readonly string[]): void {
  const unknown = types.filter((type) => declared.events.every((rule) => rule.type !== type));
  if (unknown.length > 0)
    throw new AfterwriteError('DECLARATION_WRONG', `${declared.name} has no events ${unknown.join(', ')}`, {
      mend: `it has ${[...new Set(declared.events.map((rule) => rule.type))].join(', ')}`,
    });
}
