import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type S3Endpoint, startS3 } from '../../../infra/local/s3/server.ts';
import type { Clock } from '../../../shared/ports/clock.ts';

export const BUCKET = 'archive';

/** A clock that stands still until it is turned. */
class TurnedClock implements Clock {
  constructor(private time = Date.UTC(2026, 5, 1, 12)) {}
  now(): number {
    return this.time;
  }
  turn(hours: number): void {
    this.time += hours * 3_600_000;
  }
}

/** The SDK with its default settings; only who, where and path style are told. */
export const clientOf = (url: string): S3Client =>
  new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

export class Bench {
  readonly clock = new TurnedClock();
  readonly dir: string | undefined;
  private endpoint: S3Endpoint | undefined;
  private s3: S3Client | undefined;

  constructor(keeps: 'a folder' | 'memory') {
    this.dir = keeps === 'memory' ? undefined : mkdtempSync(join(tmpdir(), 'afterwrite-s3-'));
  }

  get url(): string {
    if (this.endpoint === undefined) throw new Error('not started');
    return this.endpoint.url;
  }

  get client(): S3Client {
    if (this.s3 === undefined) throw new Error('not started');
    return this.s3;
  }

  async start(): Promise<this> {
    this.endpoint = await startS3({ clock: this.clock, ...(this.dir === undefined ? {} : { dir: this.dir }) });
    this.s3 = clientOf(this.endpoint.url);
    return this;
  }

  async startWithBucket(): Promise<this> {
    await this.start();
    await this.client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return this;
  }

  async stop(): Promise<void> {
    this.s3?.destroy();
    await this.endpoint?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.dir !== undefined) rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface RawAnswer {
  status: number;
  text: string;
}

/** What no SDK would send: the bytes of a request as they are, headers and body apart. */
export function sendRaw(url: string, head: string[], body: string | Buffer = ''): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (piece) => received.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(received).toString();
      resolve({ status: Number(text.slice(9, 12)), text });
    });
    socket.write(`${[...head, 'host: localhost', 'connection: close'].join('\r\n')}\r\n\r\n`);
    socket.write(body);
  });
}
