import { positionsOf } from '../../../processors/statistics/positions.ts';
import { Tally } from '../../../processors/statistics/tally.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

test('the version that a scan met is found in a stream whose images lack its empty maps and lists', async () => {
  const tally = new Tally(reviewer, new Map());
  tally.scanned({ ...versionItem(), extra: { M: { empty: { M: {} }, list: { L: [] } } } });
  const positions = positionsOf('stream', [{ id: 'shard-1', parent: undefined }], []);
  const change = changeOf({ new: versionItem(), sequence: '1', shard: 'shard-1' });
  await tally.changed([change], positions, { gates: new Map(), passed: new Map(), waiting: async () => [] });
  expect([...tally.result().unsure]).toEqual([]);
  expect(tally.result().expected.size).toBe(0);
});
