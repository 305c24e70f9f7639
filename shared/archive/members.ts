import pMap from 'p-map';
import { AfterwriteError } from '../model/errors.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { pack } from './compress.ts';
import { hashOf } from './layout.ts';
import { linesOf, unzip } from './lines.ts';
import type { Row } from './rows.ts';

/** Uncompressed. One is read and unpacked to find one item. */
const MEMBER_BYTES = 1_000_000;
const AT_ONCE = 4;

/**
 * A part of a segment that can be read alone: gzip files one after another are a gzip file (RFC 1952, 2.2), so a segment
 * is both one file for any tool and a row of members for us.
 */
export interface Member {
  /** Of its first byte in the object. */
  readonly offset: number;
  /** Compressed. */
  readonly bytes: number;
  readonly lines: number;
  /** The items of its first and last line. */
  readonly first: string;
  readonly last: string;
  /** Hex, of its lines before compression. */
  readonly sha256: string;
}

/** @param rows sorted */
export async function packMembers(rows: readonly Row[]): Promise<{ body: Buffer; members: Member[] }> {
  const packed = await pMap(cut(rows), packMember, { concurrency: AT_ONCE });
  const members: Member[] = [];
  let offset = 0;
  for (const { body, ...about } of packed) {
    members.push({ offset, bytes: body.length, ...about });
    offset += body.length;
  }
  return { body: Buffer.concat(packed.map(({ body }) => body)), members };
}

async function packMember(rows: readonly Row[]) {
  const content = Buffer.from(rows.map(({ line }) => `${line}\n`).join(''));
  const [first, last] = [rows[0]?.item ?? '', rows[rows.length - 1]?.item ?? ''];
  return { body: await pack(content), lines: rows.length, first, last, sha256: hashOf(content) };
}

function cut(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  let bytes = MEMBER_BYTES;
  for (const row of rows) {
    if (bytes >= MEMBER_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts[parts.length - 1]?.push(row);
    bytes += Buffer.byteLength(row.line) + 1;
  }
  return parts;
}

/** The lines of one member, proven. Throws ARCHIVE_BROKEN, ARCHIVE_COLD, NOT_FOUND. */
export async function readMember(archive: ArchiveStore, key: string, member: Member): Promise<string[]> {
  const { offset, bytes, sha256 } = member;
  const where = `${key} at byte ${offset}`;
  const content = await unzip(where, await archive.get(key, { offset, bytes }));
  if (hashOf(content) !== sha256)
    throw new AfterwriteError('ARCHIVE_BROKEN', `${where} does not hold what its manifest says`, {
      mend: 'restore the object from a copy or an older version of it',
    });
  return linesOf(content);
}
