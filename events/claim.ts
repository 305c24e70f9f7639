import pMap from 'p-map';
import { claimKey, datasetPrefix, hashOf, NO_TENANT, tenantPart } from '../shared/archive/layout.ts';
import { writeText } from '../shared/archive/lines.ts';
import type { Names } from '../shared/model/names.ts';
import type { System } from '../shared/model/system.ts';
import type { ArchiveStore } from '../shared/ports/archiveStore.ts';
import { type Envelope, sourceName } from './envelope.ts';
import { entryBytes, type Outgoing } from './pack.ts';
import { traceHeaderOf } from './traceContext.ts';

/** An entry over this goes as a claim: EventBridge takes 256 KB, and so do its targets, which wrap what they are given. */
const CLAIM_OVER_BYTES = 200 * 1024;
const UPLOADS_AT_ONCE = 4;

/** Where the data of claimed events is kept. */
export interface ClaimStore {
  readonly archive: ArchiveStore;
  /** The archive's, as subscribers call it. */
  readonly bucket: string;
  /** Of a tenant's claims. @param tenant as the envelope names it */
  prefixOf(tenant: string | undefined): string;
}

export const claimStore = (system: System, names: Names, archive: ArchiveStore): ClaimStore => ({
  archive,
  bucket: names.bucket,
  prefixOf: (named) => {
    // An entity may name a tenant for its events where the system has none.
    const tenant = system.tenant ? tenantPart(named) : NO_TENANT;
    return datasetPrefix(system, names, 'claims', { tenant });
  },
});

/**
 * An envelope as an entry of the bus. Pure. Where it would be too large, its `data` is null and `metadata.claim` names the
 * object that holds it: gzipped JSON under a key made from its content, so that the same event has the same claim, always.
 */
export function toOutgoing(
  system: string,
  envelope: Envelope,
  claims: Pick<ClaimStore, 'bucket' | 'prefixOf'>,
): Outgoing {
  const whole = outgoingOf(system, envelope);
  if (whole.bytes <= CLAIM_OVER_BYTES) return whole;
  const claimed = JSON.stringify(envelope.data);
  const sha256 = hashOf(claimed);
  const claim = {
    bucket: claims.bucket,
    key: claimKey(claims.prefixOf(envelope.metadata.tenant), sha256),
    bytes: Buffer.byteLength(claimed),
    sha256,
  };
  const check: Envelope = { metadata: { ...envelope.metadata, claim }, data: null };
  return { ...outgoingOf(system, check), claimed };
}

/** A replay is no part of the trace that it tells of. */
function outgoingOf(system: string, envelope: Envelope): Outgoing {
  const { traceparent, replay } = envelope.metadata;
  const entry = {
    source: sourceName(system),
    detailType: envelope.metadata.type,
    detail: JSON.stringify(envelope),
    time: Date.parse(envelope.metadata.time),
    ...(traceparent !== undefined && !replay && { traceHeader: traceHeaderOf(traceparent) }),
  };
  return { envelope, entry, bytes: entryBytes(entry) };
}

/** Keeps the data of claimed events, if absent, and reads it back: nobody is told of a claim that can't be fetched. */
export async function keepClaims(
  { archive }: Pick<ClaimStore, 'archive'>,
  outgoing: readonly Outgoing[],
): Promise<void> {
  const claimed = outgoing.flatMap(({ claimed: text, envelope: { metadata } }) =>
    text === undefined || !metadata.claim ? [] : [{ text, ...metadata.claim }],
  );
  await pMap(claimed, ({ text, key, sha256 }) => writeText(archive, key, text, sha256), {
    concurrency: UPLOADS_AT_ONCE,
  });
}
