import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { Stack } from './stack.ts';

/**
 * The note that a stack leaves in its folder, so that commands in other terminals find it, and so that two never open
 * the same data. States: none -> held (by a process that lives) -> none; a holder that died leaves a stale note, which
 * the next one takes over.
 */
const Note = z.object({
  pid: z.number(),
  dynamoPid: z.number().optional(),
  endpoints: z.record(z.string(), z.string()),
});
type Note = z.infer<typeof Note>;

const fileOf = (home: string): string => join(home, 'stack.json');

/** The stack that runs on this folder now, if any. */
export function findRunning(home: string): Note | undefined {
  const note = read(home);
  return note && note.pid !== process.pid && isAlive(note.pid) ? note : undefined;
}

/** Claims the folder for this process; ends a DynamoDB Local that a killed process left behind. */
export function claim(home: string): void {
  const note = read(home);
  if (note && note.pid !== process.pid && isAlive(note.pid))
    throw new AfterwriteError('PORT_TAKEN', `another stack (process ${note.pid}) runs on ${home}`, {
      mend: 'use that one, stop it, or set AFTERWRITE_HOME to another folder',
    });
  if (note?.dynamoPid !== undefined && isDynamo(note.dynamoPid)) process.kill(note.dynamoPid, 'SIGKILL');
  mkdirSync(home, { recursive: true });
  write(home, { pid: process.pid, endpoints: {} });
}

export function announce(home: string, stack: Stack): void {
  const endpoints = Object.fromEntries(Object.entries(stack.endpoints).map(([service, url]) => [service, String(url)]));
  write(home, { pid: process.pid, endpoints, ...(stack.dynamoPid !== undefined && { dynamoPid: stack.dynamoPid }) });
}

export const release = (home: string): void => rmSync(fileOf(home), { force: true });

function read(home: string): Note | undefined {
  try {
    return Note.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    return undefined;
  }
}

function write(home: string, note: Note): void {
  const file = fileOf(home);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(note));
  renameSync(`${file}.${process.pid}`, file);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process id may have gone to somebody else since: only one that is DynamoDB Local is ended. */
function isDynamo(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('DynamoDBLocal.jar');
  } catch {
    return false;
  }
}
