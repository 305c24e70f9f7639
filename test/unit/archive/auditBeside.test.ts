import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archivedHistory, HISTORY_END } from '../../support/given/archivedHistory.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { FailingArchive } from '../../support/memory/failingArchive.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';

const names = namesOf(reviewer, 'test');

test.each(['journal', 'events'] as const)(
  'what is archived just before an audit lists %s is no hole',
  async (dataset) => {
    const archive = new MemoryArchive();
    const history = await archivedHistory(archive, names);
    const at = Date.parse('2026-02-02T10:30:00.000Z');
    const item = versionItem({ reviewId: 'r9', version: 1, status: 'completed', riskScore: 60 });
    const beside = new FailingArchive(archive);
    let written = false;
    beside.list = async function* (prefix) {
      if (prefix === history[dataset].objects && !written) {
        written = true;
        await history.write([changeOf({ new: item, sequence: '2000', at })]);
      }
      yield* archive.list(prefix);
    };
    const { findings } = await auditArchive(reviewer, names, beside, { now: HISTORY_END, state: history.state });
    expect(written).toBe(true);
    expect(findings).toEqual([]);
  },
);
