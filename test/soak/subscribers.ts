import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memorySeenStore } from '../../events/subscriber/memorySeenStore.ts';
import { type Subscriber, subscribe } from '../../events/subscriber/subscribe.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { compareSequence } from '../../shared/stream/sequence.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { chance, type Random } from '../simulation/random.ts';

/** More events than a soak publishes: what is forgotten could come twice. */
const REMEMBERED = 1_000_000;
const HANDLER_FAILS = 0.03;

interface Effect {
  readonly id: string;
  readonly item: string;
  readonly sequence: string;
}

/** What a subscriber did, in order, and what became of the deliveries. */
export interface Account {
  readonly effects: Effect[];
  readonly outcomes: Record<string, number>;
  readonly stale: Set<string>;
}

export interface Subscribers {
  /** Two, on one URL each: one takes what comes, one drops what is stale. */
  readonly urls: readonly string[];
  readonly each: Account;
  readonly newest: Account;
  stop(): Promise<void>;
}

export async function startSubscribers(random: Random): Promise<Subscribers> {
  const [each, newest] = [account(), account()];
  const servers = await Promise.all([
    serve(subscriberOf(each, { dropStale: false, random })),
    serve(subscriberOf(newest, { dropStale: true, random })),
  ]);
  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    each,
    newest,
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const account = (): Account => ({ effects: [], outcomes: {}, stale: new Set() });

/** Some handlings fail before their effect: the bus brings those again. */
function subscriberOf(
  { effects, outcomes, stale }: Account,
  { dropStale, random }: { readonly dropStale: boolean; readonly random: Random },
): Subscriber {
  const handle = ({ metadata }: { metadata: { id: string; partitionKey: string; sequence: string } }): void => {
    if (chance(random, HANDLER_FAILS)) throw new Error('the handler failed');
    effects.push({ id: metadata.id, item: metadata.partitionKey, sequence: metadata.sequence });
  };
  const handlers = Object.fromEntries(reviewer.events.map(({ type }) => [type, handle]));
  return subscribe(reviewer, handlers, {
    dropStale,
    seen: memorySeenStore({ entries: REMEMBERED }),
    log: silentLog,
    onResult: (result) => {
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
      if (result.outcome === 'stale' && result.metadata) stale.add(result.metadata.id);
    },
  });
}

async function serve(subscriber: Subscriber): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      await subscriber(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200).end();
    };
    answer().catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** Effects that came after one of the same item with a greater sequence number. */
export function tooLate({ effects }: Account): Effect[] {
  const last = new Map<string, string>();
  return effects.filter(({ item, sequence }) => {
    const before = last.get(item);
    if (before !== undefined && compareSequence(sequence, before) < 0) return true;
    last.set(item, sequence);
    return false;
  });
}
