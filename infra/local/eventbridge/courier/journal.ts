import { join } from 'node:path';
import * as z from 'zod';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import { LineFile, linesIn } from '../lineFile.ts';
import { type Parcel, parcelSchema } from './parcel.ts';

/** What is on its way, so that a restart can go on with it. */
export interface Journal {
  /** Oldest first. */
  pending(): Parcel[];
  /** Resolves when they are written down. */
  taken(parcels: readonly Parcel[]): Promise<void>;
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Forgets all at the end of the process. */
export const NO_JOURNAL: Journal = {
  pending: () => [],
  taken: async () => undefined,
  settled: async () => undefined,
  close: async () => undefined,
};

const lineSchema = z.union([z.object({ taken: parcelSchema }), z.object({ settled: z.string() })]);

/** Lines that only say that something is over are kept up to so many, or as many as there are parcels. */
const COMPACT_AFTER = 1_000;

/**
 * A file `deliveries.ndjson`: a line for each parcel taken, one for each settled. It is written anew, with what is pending,
 * when most of it is over, and removed when nothing is. Not synced to disk: it outlives the process, not a power cut.
 */
export const journalIn = (dir: string): Journal => {
  const path = join(dir, 'deliveries.ndjson');
  const pending = pendingIn(path);
  const file = new LineFile(path);
  let over = 0;
  const compact = (): Promise<void> => {
    over = 0;
    return file.replace(() => [...pending.values()].map(takenLine).join(''));
  };
  return {
    pending: () => [...pending.values()],
    async taken(parcels) {
      for (const parcel of parcels) pending.set(parcel.id, parcel);
      await file.append(parcels.map(takenLine).join(''));
    },
    async settled(id) {
      if (!pending.delete(id)) return;
      over++;
      const most = over > Math.max(COMPACT_AFTER, pending.size);
      await (most ? compact() : file.append(`${JSON.stringify({ settled: id })}\n`));
    },
    async close() {
      if (over > 0) await compact();
      await file.close();
    },
  };
};

const takenLine = (parcel: Parcel): string => `${JSON.stringify({ taken: parcel })}\n`;

const pendingIn = (path: string): Map<string, Parcel> => {
  const pending = new Map<string, Parcel>();
  for (const text of linesIn(path)) {
    const line = parsed(path, text);
    if ('taken' in line) pending.set(line.taken.id, line.taken);
    else pending.delete(line.settled);
  }
  return pending;
};

const parsed = (path: string, text: string): z.infer<typeof lineSchema> => {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AfterwriteError('USAGE', `${path} holds a line that is no delivery of an EventBridge endpoint`, {
      mend: 'remove the file: what it holds for HTTP, SQS and function targets will then not be delivered',
      cause,
    });
  }
};
