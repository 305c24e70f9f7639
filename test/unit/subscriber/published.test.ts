import { subscribe } from '../../../events/subscriber/subscribe.ts';
import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const FIXED = 3_000;
const fix = versionItem({
  version: 2,
  status: 'completed',
  riskScore: 10,
  fixApplied: true,
  fixDetails: {
    by: 'r9',
    riskBefore: 80,
    fixed: [...Array(FIXED).keys()].map((n) => ({
      hash: `hash-${n}`,
      findings: 1,
      severity: 'high',
      category: 'a-category-with-quite-a-long-name',
    })),
  },
});

test('what fan-out claims in the archive, a subscriber gets as if it had come over the bus', async () => {
  const [bus, archive] = [new MemoryBus(), new MemoryArchive()];
  const ports = { bus, claims: claimsIn(archive), state: memoryState(), log: silentLog };
  await fanoutProcessor(reviewer, { stage: 'test', table: 'reviews' }, ports).process([changeOf({ new: fix })]);
  const [{ detail } = { detail: '' }] = bus.taken;
  const envelope = JSON.parse(detail);
  expect(envelope).toMatchObject({ data: null, metadata: { claim: { bucket: 'bucket' } } });
  const got: number[] = [];
  const claims = { get: ({ key }: { readonly key: string }) => archive.get(key) };
  const { handle } = subscribe(
    reviewer,
    { FixApplied: ({ data }) => void got.push(data.fixed.length) },
    { claims, log: silentLog },
  );
  expect(await handle(envelope)).toMatchObject({ outcome: 'handled' });
  expect(await handle(envelope)).toMatchObject({ outcome: 'duplicate' });
  expect(got).toEqual([FIXED]);
});
