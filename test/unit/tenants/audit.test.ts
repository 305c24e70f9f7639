import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { listDataset } from '../../../shared/archive/listing.ts';
import { listRecordCounts } from '../../../shared/state/recordCounts.ts';
import { NOTED_AT, tenancyNames as names, noted, tenancy } from '../../support/given/tenancy.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const now = NOTED_AT + 1;

async function given() {
  const [archive, state] = [new MemoryArchive(), memoryState()];
  const changes = ['a', 'b', 'a'].map((of, i) => noted(of, `n${i}`, { sequence: String(10 + i) }));
  await archiveProcessor(tenancy, names, { archive, state }).process(changes);
  const found = async (tenant?: string): Promise<string[]> =>
    (await auditArchive(tenancy, names, archive, { now, state, tenant })).findings.map(
      ({ code, where, what }) => `${code} ${where} ${what}`,
    );
  return { archive, state, found };
}

test('lines under another tenant than their keys name are a hole, told of that tenant alone', async () => {
  const { archive, found } = await given();
  for await (const { key } of listDataset(tenancy, names, archive, 'journal', 'a'))
    await archive.putIfAbsent(key.replace('/test/a/', '/test/b/'), await archive.get(key));
  const told = [
    expect.stringMatching(/^TENANT_MIXED v1\/journal\/tenancy\/test\/b\/.* holds 2 lines of other tenants$/),
  ];
  expect(await found()).toEqual(told);
  expect(await found('b')).toEqual(told);
  expect(await found('a')).toEqual([]);
});

test("records are counted over all tenants: one that is lost is told where all are audited, and one tenant's part does not tell", async () => {
  const { archive, state, found } = await given();
  expect(await listRecordCounts(state)).toMatchObject([{ user: 3 }]);
  for (const dataset of ['journal', 'events'] as const)
    for await (const { key } of listDataset(tenancy, names, archive, dataset, 'b')) await archive.remove(key);
  expect(await found()).toEqual([expect.stringMatching(/^RECORDS_MISSING .* lacks 1 of 3 records/)]);
  expect(await found('a')).toEqual([]);
});
