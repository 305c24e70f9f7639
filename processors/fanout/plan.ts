import { type ClaimStore, toOutgoing } from '../../events/claim.ts';
import { deriveEvents, type Origin } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { MAX_ENTRY_BYTES, type Outgoing } from '../../events/pack.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { System } from '../../shared/model/system.ts';
import type { Change } from '../../shared/stream/change.ts';

/** The entries that a change asks for. Throws ITEM_MALFORMED, or PUBLISH_REFUSED for one that no bus would take. */
export const decideEvents = (
  system: System,
  origin: Origin,
  claims: Pick<ClaimStore, 'bucket' | 'prefixOf'>,
  change: Change,
): Outgoing[] =>
  deriveEvents(system, origin, change).map((envelope) => fitting(toOutgoing(system.name, envelope, claims)));

/** What is too large goes as a claim: what is too large even so has metadata that no bus would take. */
function fitting(outgoing: Outgoing): Outgoing {
  const { bytes, envelope } = outgoing;
  if (bytes > MAX_ENTRY_BYTES)
    throw refused(envelope, `it takes ${bytes} bytes without its data, an entry may take ${MAX_ENTRY_BYTES}`);
  return outgoing;
}

export const refused = ({ metadata }: Envelope, why: string): AfterwriteError =>
  new AfterwriteError('PUBLISH_REFUSED', `${metadata.type} of ${metadata.subject} can't be published: ${why}`, {
    mend: 'correct the declaration of the event; its change is parked, and waits for redrive',
  });
