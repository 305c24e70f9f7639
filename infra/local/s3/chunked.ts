import { S3Error } from './errors.ts';

/**
 * aws-chunked bodies (SigV4 "chunked upload", with or without signatures):
 *
 *   <size in hex>[;chunk-signature=…]\r\n <bytes> \r\n … 0[;chunk-signature=…]\r\n [<trailer>:<value>\r\n]* \r\n
 *
 * States: size -> data -> after-data -> size … ; a size of 0 -> trailers -> done. A body that ends in any other state
 * than done is incomplete. Signatures are not checked; the trailing checksum is, by the caller.
 */
type State = 'size' | 'data' | 'after-data' | 'trailers' | 'done';

/** A chunk header or trailer line is short; what is longer is no aws-chunked body. In bytes. */
const LONGEST_LINE = 4096;
const HEADER = /^([0-9a-f]{1,8})(;[^;]*)?$/i;

export class ChunkedDecoder {
  readonly trailers = new Map<string, string>();
  private state: State = 'size';
  private left = 0;
  private line = '';

  /** The payload bytes within this piece of the body; they share its memory. */
  push(piece: Buffer): Buffer[] {
    const payload: Buffer[] = [];
    let at = 0;
    while (at < piece.length) {
      if (this.state === 'data') {
        const bytes = piece.subarray(at, at + this.left);
        payload.push(bytes);
        at += bytes.length;
        this.left -= bytes.length;
        if (this.left === 0) this.state = 'after-data';
      } else {
        at = this.readLine(piece, at);
      }
    }
    return payload;
  }

  /** To be called when the body has ended. */
  finish(): void {
    if (this.state !== 'done') throw new S3Error('IncompleteBody');
  }

  private readLine(piece: Buffer, from: number): number {
    if (this.state === 'done') throw malformed('bytes follow the last chunk');
    const newline = piece.indexOf(0x0a, from);
    const end = newline === -1 ? piece.length : newline + 1;
    this.line += piece.toString('latin1', from, end);
    if (this.line.length > LONGEST_LINE) throw malformed('a chunk header is too long');
    if (newline !== -1) {
      const line = this.line;
      this.line = '';
      if (!line.endsWith('\r\n')) throw malformed('a line does not end in CRLF');
      this.takeLine(line.slice(0, -2));
    }
    return end;
  }

  private takeLine(line: string): void {
    if (this.state === 'size') this.takeSize(line);
    else if (this.state === 'after-data') this.takeChunkEnd(line);
    else this.takeTrailer(line);
  }

  private takeSize(line: string): void {
    const size = HEADER.exec(line)?.[1];
    if (size === undefined) throw malformed('a chunk header is not a size');
    this.left = Number.parseInt(size, 16);
    this.state = this.left === 0 ? 'trailers' : 'data';
  }

  private takeChunkEnd(line: string): void {
    if (line !== '') throw malformed('a chunk is longer than its size');
    this.state = 'size';
  }

  private takeTrailer(line: string): void {
    if (line === '') {
      this.state = 'done';
      return;
    }
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed('a trailer has no name');
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const malformed = (why: string): S3Error => new S3Error('InvalidRequest', `The aws-chunked body is malformed: ${why}.`);
