import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import type { Envelope } from '../../events/envelope.ts';
import { sourceName } from '../../events/envelope.ts';
import { feed } from '../../infra/feed/feed.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { onThisMachine } from '../../infra/pipeline/options.ts';
import { Pipeline } from '../../infra/pipeline/pipeline.ts';
import { type Workplace, workplace } from '../../infra/pipeline/workplace.ts';
import { spillStatus } from '../../infra/views/spill.ts';
import { provision } from '../../shared/aws/provision.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { realPause } from '../../shared/ports/pause.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { randomFrom } from '../simulation/random.ts';
import { type FaultyEndpoint, startFaultyEndpoint } from '../support/faults/faultyEndpoint.ts';
import { broken, expectedEvents } from './laws.ts';
import { type Account, type Subscribers, startSubscribers } from './subscribers.ts';
import { weather } from './weather.ts';

export interface SoakOptions {
  readonly file: string;
  readonly minutes: number;
  readonly seed: number;
  /** Table writes a second. */
  readonly rate: number;
  onStep(line: string): void;
}

export interface Soaked {
  readonly broken: readonly string[];
  readonly written: number;
  readonly expected: number;
  /** Deliveries to the log, repetitions included. */
  readonly delivered: number;
  readonly calls: FaultyEndpoint['calls'];
  readonly mostSpilled: number;
  readonly outcomes: { readonly each: Account['outcomes']; readonly newest: Account['outcomes'] };
}

const REGION = 'us-east-1';
const STAGE = 'soak';
const TELL_EVERY_MS = 30_000;
const SETTLE_MS = 500;
/** How long deliveries that failed may take to be tried again. */
const PATIENCE_MS = 600_000;

/** A history written at a steady rate into the whole pipeline, whose bus has bad weather; then fair weather, and the laws. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const random = randomFrom(options.seed);
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const began = Date.now();
  const passed = (): number => (Date.now() - began) / (options.minutes * 60_000);
  const faulty = await startFaultyEndpoint(stack.endpoints.events ?? '', { fate: weather(random, passed), random });
  const subscribers = await startSubscribers(random);
  try {
    const sound = placeAt(stack.endpoints);
    await provision(sound.clients, reviewer, sound.names, sourceName(reviewer.name), REGION);
    await target(sound, subscribers.urls);
    const { written, mostSpilled } = await live(placeAt({ ...stack.endpoints, events: faulty.url }), options, passed);
    const expected = await expectedEvents(sound);
    await settled(subscribers, new Set(expected.map(({ metadata }) => metadata.id)).size);
    const delivered = deliveredTo(stack, sound);
    return {
      broken: await broken(sound, expected, delivered, subscribers),
      written,
      expected: expected.length,
      delivered: delivered.length,
      calls: faulty.calls,
      mostSpilled,
      outcomes: { each: subscribers.each.outcomes, newest: subscribers.newest.outcomes },
    };
  } finally {
    await faulty.stop();
    await subscribers.stop();
    await stack.stop();
  }
}

const placeAt = (endpoints: Stack['endpoints']): Workplace =>
  workplace(reviewer, STAGE, {
    region: REGION,
    endpoints,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

async function target({ clients, names }: Workplace, urls: readonly string[]): Promise<void> {
  const rule = { EventBusName: names.bus, Rule: 'soak' };
  const EventPattern = JSON.stringify({ source: [sourceName(reviewer.name)] });
  await clients.events.send(new PutRuleCommand({ EventBusName: names.bus, Name: rule.Rule, EventPattern }));
  const Targets = urls.map((url, i) => ({
    Id: `subscriber-${i}`,
    Arn: `arn:aws:events:${REGION}:000000000000:api-destination/${url}`,
  }));
  await clients.events.send(new PutTargetsCommand({ ...rule, Targets }));
}

/** Writes until the time is over or the file ends, while the pipeline works; then until all is read, published and drained. */
async function live(
  place: Workplace,
  { file, rate, minutes, onStep }: SoakOptions,
  passed: () => number,
): Promise<{ written: number; mostSpilled: number }> {
  const options = onThisMachine(silentLog);
  const [over, stop] = [AbortSignal.timeout(minutes * 60_000), new AbortController()];
  const running = new Pipeline(place, options).run(stop.signal);
  let mostSpilled = 0;
  const told = setInterval(async () => {
    const waiting = (await spillStatus(place)).reduce((sum, { changes }) => sum + changes, 0);
    mostSpilled = Math.max(mostSpilled, waiting);
    onStep(`${Math.round(passed() * 100)} %: ${waiting} changes wait for the bus`);
  }, TELL_EVERY_MS);
  try {
    const fed = await feed(place, { ...options, file, limit: undefined, rate, signal: over });
    await realPause(Math.max(0, (1 - passed()) * minutes * 60_000), stop.signal);
    stop.abort();
    await running;
    await new Pipeline(place, options).runUntilIdle(new AbortController().signal);
    return { written: fed.written, mostSpilled };
  } finally {
    clearInterval(told);
    stop.abort();
  }
}

/** Until each subscriber has been at an end with all events, or nothing more comes. */
async function settled({ each, newest }: Subscribers, events: number): Promise<void> {
  const { signal } = new AbortController();
  const until = Date.now() + PATIENCE_MS;
  const isDone = (): boolean =>
    new Set(each.effects.map(({ id }) => id)).size >= events &&
    new Set([...newest.effects.map(({ id }) => id), ...newest.stale]).size >= events;
  while (!isDone() && Date.now() < until) await realPause(SETTLE_MS, signal);
}

function deliveredTo(stack: Stack, { names }: Workplace): Envelope[] {
  const lines = stack.delivered(names.logGroup) ?? [];
  return lines.map((line) => (JSON.parse(line) as { detail: Envelope }).detail);
}
