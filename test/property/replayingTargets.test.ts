import type { Envelope } from '../../events/envelope.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { functionTarget } from '../../processors/replay/targets/function.ts';
import { httpTarget } from '../../processors/replay/targets/http.ts';
import { queueTarget } from '../../processors/replay/targets/queue.ts';
import { type HttpTarget, httpTarget as startHook } from '../integration/eventbridge/httpTarget.ts';
import { Killer } from '../support/faults/killer.ts';
import { claimsIn } from '../support/given/claims.ts';
import { MemoryFunction } from '../support/memory/memoryFunction.ts';
import { MemoryQueue } from '../support/memory/memoryQueue.ts';
import { callsOf, World } from './world/replayWorld.ts';

/*
 * Whatever a replay goes to, one that is killed at any outside call and goes on has lost nothing, has kept the order of each
 * item, and has repeated at most the portion at hand, under the same ids.
 */

const PORTION = 5;
const ONCE = { retries: 0, minTimeout: 1, maxTimeout: 1 };
const common = { claims: claimsIn(), system: 'reviewer', retry: ONCE };
const parse = (text: string): Envelope => JSON.parse(text) as Envelope;

/** Somewhere to send to. */
interface Receiver {
  /** As one process reaches it. */
  target(killer: Killer): ReplayTarget;
  /** All that has arrived, repeated or not, in order. */
  arrived(): Envelope[];
}

function aQueue(): Receiver {
  const queue = new MemoryQueue();
  return {
    target: (killer) => queueTarget({ queue: killer.through(queue), ...common }),
    arrived: () => queue.calls.flat().map(({ body }) => parse(body)),
  };
}

function aFunction(): Receiver {
  const arrived: Envelope[] = [];
  const remote = new MemoryFunction((event) => {
    for (const { body } of (event as { Records: { body: string }[] }).Records) arrived.push(parse(body));
  });
  return { target: (killer) => functionTarget({ remote: killer.through(remote), ...common }), arrived: () => arrived };
}

let hook: HttpTarget;
beforeAll(async () => {
  hook = await startHook();
});
afterAll(() => hook.stop());

/** Its calls are no port's: it is killed before or behind a portion. */
function anEndpoint(): Receiver {
  const before = hook.received.length;
  return {
    target: (killer) => killer.through(httpTarget({ url: hook.url, headers: {}, retry: ONCE })),
    arrived: () => hook.received.slice(before).map(({ body }) => parse(body)),
  };
}

describe.each([
  ['a queue', aQueue],
  ['a function', aFunction],
  ['an endpoint', anEndpoint],
])('to %s', (_, receiver) => {
  const small = (target: ReplayTarget): ReplayTarget =>
    new Proxy(target, {
      get: (inner, name) => (name === 'portion' ? PORTION : Reflect.get(inner, name)),
    });

  test.each(['unsent', 'unanswered'] as const)('killed at each call in turn, %s', async (failure) => {
    const clean = await new World().fill();
    const to = receiver();
    const calls = await callsOf((killer) => clean.life(killer, small(to.target(killer))));
    expect(calls).toBeGreaterThan(20);
    for (let at = 0; at < calls; at++) {
      const [world, target] = [await new World().fill(), receiver()];
      const killer = new Killer(at, failure);
      expect(await world.life(killer, small(target.target(killer)))).toBe(false);
      await world.finish(small(target.target(new Killer())));
      world.check(target.arrived(), PORTION);
      expect(await world.isDone()).toBe(true);
    }
  });
});
