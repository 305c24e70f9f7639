import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deriveEvents } from '../../../events/derive.ts';
import { hashOf } from '../../../shared/archive/layout.ts';
import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import {
  sampleBundleItems,
  sampleChanges,
  sampleClaimed,
  sampleNames,
  sampleSpilled,
  writeSample,
} from '../given/archiveSample.ts';
import { eraseSample } from '../given/erasedSample.ts';
import { FIXTURES, fixtureOf } from '../given/fixtures.ts';
import { MemoryArchive } from '../memory/memoryArchive.ts';

/*
 * Writes the samples of the archive's format that are not there yet, and what was given beside them. A sample is never made
 * again and never edited: what is there stays. `npm run sample` runs it.
 */

/** What a later version adds is made of the sample before it, as it is read from its files. */
if (isNew('v1')) await writeVersion1();
if (isNew('erased')) {
  const archive = await fixtureOf('v1');
  await eraseSample(archive);
  await keep(archive, 'erased');
}

function isNew(sample: string): boolean {
  return !existsSync(join(FIXTURES, sample));
}

async function keep(archive: MemoryArchive, sample: string): Promise<void> {
  for await (const { key } of archive.list('v1/')) {
    const file = join(FIXTURES, sample, key.slice('v1/'.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await archive.get(key));
  }
}

async function writeVersion1(): Promise<void> {
  const archive = new MemoryArchive();
  await writeSample(archive);
  await keep(archive, 'v1');
  const origin = { stage: sampleNames.stage, table: sampleNames.table };
  const expected = {
    changes: sampleChanges.map(({ record, position, cause }) => ({
      ...record,
      stream: position.stream,
      shard: position.shard,
      cause,
    })),
    events: sampleChanges.flatMap((change) => deriveEvents(reviewer, origin, change)),
    bundle: sampleBundleItems,
    spilled: sampleSpilled.map(({ eventId }) => eventId),
    claimed: hashOf(sampleClaimed),
  };
  writeFileSync(
    join(FIXTURES, 'v1.expected.json'),
    `${JSON.stringify(JSON.parse(attributesToJson(expected)), null, 2)}\n`,
  );
}
