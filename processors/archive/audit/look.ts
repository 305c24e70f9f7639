import { hashOf } from '../../../shared/archive/layout.ts';
import { linesOf, unzip } from '../../../shared/archive/lines.ts';
import type { ReadRow, Row } from '../../../shared/archive/rows.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';

/** Sees every line that could be read, in the order of its object. */
export type Visit = (row: Row) => void;

/** One audit: what it reads with, and what it has found so far. */
export class Look {
  readonly archive: ArchiveStore;
  readonly findings: Finding[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onObject: (() => void) | undefined;
  readonly #cold: string[] = [];

  constructor(archive: ArchiveStore, signal?: AbortSignal, onObject?: () => void) {
    this.archive = archive;
    this.#signal = signal;
    this.#onObject = onObject;
  }

  get aborted(): boolean {
    return this.#signal?.aborted === true;
  }

  find(code: FindingCode, where: string, what: string): void {
    this.findings.push(finding(code, where, what));
  }

  /** Whether something is wrong with an object under this prefix. */
  found(prefix: string): boolean {
    return this.findings.some(({ level, where }) => level === 'hole' && where.startsWith(prefix));
  }

  get sawCold(): boolean {
    return this.#cold.length > 0;
  }

  /** Undefined where it is cold, or not there. @param missing what the latter is; absent: it may go while we look */
  async read(key: string, missing?: FindingCode): Promise<Uint8Array | undefined> {
    this.#onObject?.();
    try {
      return await this.archive.get(key);
    } catch (error) {
      if (isAfterwriteError(error, 'ARCHIVE_COLD')) this.#cold.push(key);
      else if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
      else if (missing) this.find(missing, key, 'is not there');
      return undefined;
    }
  }

  /** Undefined where it is damaged, which is a finding. @param where for the finding */
  async unzip(where: string, body: Uint8Array, damaged: FindingCode): Promise<Buffer | undefined> {
    try {
      return await unzip(where, body);
    } catch (error) {
      if (!isAfterwriteError(error, 'ARCHIVE_BROKEN')) throw error;
      this.find(damaged, where, 'is no whole gzip file');
      return undefined;
    }
  }

  /** Undefined where a line is none of this dataset, which is a finding. */
  rows(where: string, content: Buffer, read: ReadRow, damaged: FindingCode): Row[] | undefined {
    try {
      return linesOf(content).map(read);
    } catch {
      this.find(damaged, where, 'holds a line that is none of its dataset');
      return undefined;
    }
  }

  /** Content of an object that is named after it: `…<hash, or its first digits>.ndjson.gz`. Undefined as above. */
  async readNamed(key: string, missing?: FindingCode): Promise<Buffer | undefined> {
    const body = await this.read(key, missing);
    const content = body && (await this.unzip(key, body, 'OBJECT_DAMAGED'));
    if (!content) return undefined;
    const [, hash] = /(?:^|[-/])([0-9a-f]{16,64})\.(?:ndjson|json)\.gz$/.exec(key) ?? [];
    if (hash === undefined) this.find('FOREIGN', key, 'is not named after its content');
    else if (!hashOf(content).startsWith(hash)) this.find('OBJECT_DAMAGED', key, 'does not hold what its name says');
    else return content;
    return undefined;
  }

  /** All that was cold, as one finding. */
  tellCold(): void {
    const [first] = this.#cold;
    if (first !== undefined) this.find('COLD', first, `and ${this.#cold.length - 1} others lie in cold storage`);
  }
}
