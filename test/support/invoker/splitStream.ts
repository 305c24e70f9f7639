import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAfter } from '../../../shared/stream/sequence.ts';

/** A shard as it is told: a part of the real one, by items and by sequence numbers. */
interface Part {
  readonly id: string;
  readonly parent?: string;
  /** The beginning of the hashes of its items, in bits. */
  readonly bits: string;
  /** Exclusive. */
  readonly after?: string;
  /** Inclusive; undefined: it is open. */
  until?: string;
}

interface RealRecord {
  readonly dynamodb: { readonly Keys: object; readonly SequenceNumber: string };
}
interface Page {
  readonly Records: RealRecord[];
  readonly NextShardIterator?: string;
}
type Call = (operation: string, body: object) => Promise<{ status: number; body: unknown }>;

export interface SplitStream {
  readonly url: string;
  /** Shards that are told, the closed ones too. */
  count(): number;
  /** Ends an open shard behind all that anybody has read, and goes on in its children. @param children 1 where it only rolls */
  split(which: number, children: 1 | 2): void;
  stop(): Promise<void>;
}

const KEPT = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
const OPERATIONS = 'DynamoDBStreams_20120810.';

/**
 * Stands before the Streams endpoint of DynamoDB Local, which keeps one shard a table, and tells of shards that split: each
 * item's changes are in one of them at a time, in order, and a child begins where its parent ends. For one stream.
 */
export async function startSplitStream(target: string): Promise<SplitStream> {
  const parts = new Parts();
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const given = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
      const headers = Object.fromEntries(KEPT.map((name) => [name, String(request.headers[name])]));
      const call: Call = async (operation, body) => {
        const sent = { ...headers, 'x-amz-target': `${OPERATIONS}${operation}` };
        const real = await fetch(target, { method: 'POST', headers: sent, body: JSON.stringify(body) });
        return { status: real.status, body: await real.json() };
      };
      const { status, body } = await parts.serve(headers['x-amz-target']?.split('.')[1] ?? '', given, call);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => parts.count,
    split: (which, children) => parts.split(which, children),
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

class Parts {
  readonly #parts: Part[] = [];
  #real = '';
  /** The last sequence number that was handed out. */
  #seen: string | undefined;

  get count(): number {
    return this.#parts.length;
  }

  split(which: number, children: 1 | 2): void {
    const open = this.#parts.filter(({ until }) => until === undefined);
    const parent = open[which % open.length];
    const seen = this.#seen;
    if (!parent || seen === undefined || !isAfter(seen, parent.after)) return;
    parent.until = seen;
    for (const bit of children === 1 ? [''] : ['0', '1']) {
      const id = `shardId-${String(this.#parts.length).padStart(20, '0')}-split`;
      this.#parts.push({ id, parent: parent.id, bits: parent.bits + bit, after: seen });
    }
  }

  async serve(operation: string, given: Record<string, unknown>, call: Call): ReturnType<Call> {
    if (operation === 'DescribeStream') return this.#describe(given, call);
    if (operation === 'GetShardIterator') return this.#open(given, call);
    if (operation === 'GetRecords') return this.#read(given, call);
    return call(operation, given);
  }

  async #describe(given: Record<string, unknown>, call: Call): ReturnType<Call> {
    const { status, body } = await call('DescribeStream', given);
    if (status !== 200) return { status, body };
    const { StreamDescription } = body as { StreamDescription: { Shards: { ShardId: string }[] } };
    this.#real ||= StreamDescription.Shards[0]?.ShardId ?? '';
    if (this.#parts.length === 0 && this.#real) this.#parts.push({ id: this.#real, bits: '' });
    const Shards = this.#parts.map(({ id, parent, after, until }) => ({
      ShardId: id,
      ...(parent !== undefined && { ParentShardId: parent }),
      SequenceNumberRange: { StartingSequenceNumber: after ?? '1', ...(until && { EndingSequenceNumber: until }) },
    }));
    return { status, body: { StreamDescription: { ...StreamDescription, Shards } } };
  }

  async #open(given: Record<string, unknown>, call: Call): ReturnType<Call> {
    const part = this.#parts.find(({ id }) => id === given.ShardId);
    if (!part) return call('GetShardIterator', given);
    const after = (given.SequenceNumber as string | undefined) ?? part.after;
    const where = after === undefined ? {} : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    const { status, body } = await call('GetShardIterator', { ...given, ShardId: this.#real, ...where });
    if (status !== 200) return { status, body };
    const { ShardIterator } = body as { ShardIterator: string };
    return { status, body: { ShardIterator: `${part.id}|${ShardIterator}` } };
  }

  /** Reads on over pages of others' records: an empty page is the end. */
  async #read(given: Record<string, unknown>, call: Call): ReturnType<Call> {
    const [, id, iterator] = /^([^|]+)\|(.*)$/s.exec(String(given.ShardIterator)) ?? [];
    const part = this.#parts.find((one) => one.id === id);
    if (!part) return call('GetRecords', given);
    for (let at = iterator; ; ) {
      const { status, body } = await call('GetRecords', { ...given, ShardIterator: at });
      if (status !== 200) return { status, body };
      const { Records, NextShardIterator } = body as Page;
      const { until } = part;
      const inside = Records.filter(({ dynamodb }) => !until || !isAfter(dynamodb.SequenceNumber, until));
      const own = inside.filter(({ dynamodb }) => hashBits(dynamodb.Keys).startsWith(part.bits));
      const isOver = until !== undefined && (Records.length === 0 || inside.length < Records.length);
      for (const { dynamodb } of own)
        if (isAfter(dynamodb.SequenceNumber, this.#seen)) this.#seen = dynamodb.SequenceNumber;
      at = NextShardIterator;
      if (own.length > 0 || isOver || Records.length === 0 || at === undefined) {
        const next = isOver || at === undefined ? {} : { NextShardIterator: `${part.id}|${at}` };
        return { status: 200, body: { Records: own, ...next } };
      }
    }
  }
}

const hashBits = (keys: object): string =>
  [
    ...createHash('md5')
      .update(JSON.stringify(Object.entries(keys).sort()))
      .digest()
      .subarray(0, 4),
  ]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
