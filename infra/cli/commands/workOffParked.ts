import { AfterwriteError } from '../../../shared/model/errors.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { persist } from '../../../shared/stream/persist.ts';
import type { WorkedOff, WorkOffHow } from '../../../shared/stream/workOff.ts';
import { newWorker, type ParkedItem, type ParkingName, parkedItems, workOffItem } from '../../pipeline/parkedItems.ts';
import type { CommonOptions } from '../options.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { notParked } from './notParked.ts';

export interface WorkOptions extends CommonOptions {
  readonly processor?: ParkingName;
  readonly all?: boolean;
  readonly takeOver?: boolean;
}

/** Redrives or drops one item, or all; ends with 1 where anything still waits. */
export function workOffParked(how: WorkOffHow, key: string | undefined, options: WorkOptions): Promise<void> {
  if ((key === undefined) !== (options.all === true))
    throw new AfterwriteError('USAGE', `'parked ${how}' works on one item or on all`, {
      mend: "give a key as 'afterwrite parked ls' prints it, or --all",
    });
  return withSession(options, {}, async (session) => {
    const { place, signal } = session;
    await place.check();
    const items: ParkedItem[] = [];
    for await (const item of parkedItems(place, { key, processor: options.processor })) items.push(item);
    if (items.length === 0 && key !== undefined) throw notParked(key);
    if (items.length === 0 && !options.json) say('Nothing is parked.');
    const by = newWorker();
    for (const item of items) {
      if (signal.aborted) break;
      tell(how, item, await workOffOne(session, item, { how, by, takeOver: options.takeOver === true }), options.json);
    }
    if (signal.aborted) process.exitCode = 1;
  });
}

/** What fails in passing is tried again, until Ctrl-C. */
async function workOffOne(
  { place, pipelineOptions, signal }: Session,
  item: ParkedItem,
  work: { how: WorkOffHow; by: string; takeOver: boolean },
): Promise<WorkedOff> {
  const worked = await persist(pipelineOptions, { key: keyText(item.key) }, signal, () =>
    workOffItem(place, item, { ...work, signal }),
  );
  return worked ?? { ended: 'stopped', changes: 0 };
}

function tell(how: WorkOffHow, { key, processor }: ParkedItem, worked: WorkedOff, json: boolean | undefined): void {
  const problem = problemOf(keyText(key), worked);
  const { ended, changes } = worked;
  if (json)
    sayJson({
      processor,
      key: keyText(key),
      ended,
      changes,
      code: problem?.code ?? null,
      reason: problem?.message ?? null,
    });
  else {
    say(
      `${keyText(key)} (${processor}): ${thousands(changes)} ${how === 'drop' ? 'dropped' : 'redriven'}, ${SAID[ended]}`,
    );
    if (problem) note(`afterwrite: ${problem.message} -> ${problem.mend} [${problem.code}]`);
  }
  if (ended !== 'opened' && ended !== 'open') process.exitCode = 1;
}

const SAID: Readonly<Record<WorkedOff['ended'], string>> = {
  opened: 'nothing waits any more',
  poison: 'the rest waits on',
  stopped: 'stopped; the rest waits on',
  open: 'nothing waited any more',
  held: 'somebody else works on it',
  lost: 'somebody else took it over',
};

function problemOf(key: string, { ended, poison }: WorkedOff): AfterwriteError | undefined {
  if (ended === 'held')
    return new AfterwriteError('PARKED_HELD', `another redrive or drop works on ${key}`, {
      mend: 'let it end; where it died, use --take-over',
    });
  return poison;
}
