import { compareShadow } from '../../../processors/replay/shadow.ts';
import { portionsBehind, type Source, sourceOf } from '../../../processors/replay/source.ts';
import { lineTarget } from '../../../processors/replay/targets/lines.ts';
import type { Replay } from '../../../shared/state/replays.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import type { Session } from '../session.ts';

/** A look: envelopes as they were archived, without a mark; nothing is noted, so there is nothing to resume. */
export async function printToStdout(
  { place, signal }: Session,
  asked: Pick<Replay, 'selection' | 'rederive'>,
): Promise<void> {
  const source: Source = sourceOf(place.system, place.names, place.archive, asked);
  const target = lineTarget('stdout', process.stdout);
  for await (const { envelopes } of portionsBehind(source, undefined, target.portion)) {
    if (signal.aborted) break;
    if (envelopes.length > 0) await target.send(envelopes);
  }
  if (signal.aborted) process.exitCode = 1;
}

export async function printShadow({ place }: Session, json: boolean): Promise<void> {
  if (!json) note('Replaying the journal into a shadow of the statistics …');
  const { changes, aggregates, drifts } = await compareShadow(place.system, place.names, place);
  if (json) sayJson({ changes, aggregates, drift: drifts.length, drifts });
  else {
    for (const { key, fields } of drifts) say(`${key}: ${fields.map(({ path }) => path).join(', ')}`);
    say(
      `${thousands(changes)} changes replayed; ${drifts.length === 0 ? `all ${thousands(aggregates)} aggregates are equal` : `${drifts.length} aggregates differ`}.`,
    );
  }
  if (drifts.length > 0) process.exitCode = 1;
}
