import type { ClaimStore } from '../../../events/claim.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import { MemoryArchive } from '../memory/memoryArchive.ts';

/** Claims in an archive; absent: one in memory that nobody looks into. */
export const claimsIn = (archive: ArchiveStore = new MemoryArchive()): ClaimStore => ({
  archive,
  bucket: 'bucket',
  prefixOf: () => 'v1/claims/',
});
