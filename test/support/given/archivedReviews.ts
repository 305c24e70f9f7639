import { archiveProcessor } from '../../../processors/archive/handler.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { memoryState } from '../memory/memoryState.ts';
import { changeOf } from './changes.ts';
import { versionItem } from './reviewerItems.ts';

const START = Date.parse('2026-02-01T10:00:00.000Z');

/**
 * Archives changes of reviews, each a new version that asks for one event, as so many batches. Sequence numbers go up by one,
 * whatever was archived before with `first` below.
 * @param minutes of stream time from one batch to the next
 */
export async function archiveReviews(
  archive: ArchiveStore,
  names: Names,
  { reviews, batches, each, minutes = 20, first = 100 }: Given,
): Promise<Change[]> {
  const processor = archiveProcessor(reviewer, names, { archive, state: memoryState() });
  const all: Change[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const changes = Array.from({ length: each }, (_, i): Change => {
      const n = batch * each + i;
      const at = START + batch * minutes * 60_000;
      const item = versionItem({ reviewId: `r${(n * 7) % reviews}`, version: n + 1 });
      return changeOf({ new: item, sequence: String(first + n), at });
    });
    await processor.process(changes);
    all.push(...changes);
  }
  return all;
}

interface Given {
  readonly reviews: number;
  readonly batches: number;
  readonly each: number;
  readonly minutes?: number;
  readonly first?: number;
}
