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
import { MemoryArchive } from '../memory/memoryArchive.ts';

/*
 * Writes the sample of a new version of the archive's format, and what was given beside it. A sample is never made again
 * and never edited: what is there stays. `npm run sample` runs it.
 */

const FIXTURES = join(process.cwd(), 'test/fixtures/archive');
const VERSION = 'v1';

if (existsSync(join(FIXTURES, VERSION))) throw new Error(`${VERSION} is there, and is never made again`);
const archive = new MemoryArchive();
await writeSample(archive);
for await (const { key } of archive.list(`${VERSION}/`)) {
  mkdirSync(dirname(join(FIXTURES, key)), { recursive: true });
  writeFileSync(join(FIXTURES, key), await archive.get(key));
}
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
  join(FIXTURES, `${VERSION}.expected.json`),
  `${JSON.stringify(JSON.parse(attributesToJson(expected)), null, 2)}\n`,
);
