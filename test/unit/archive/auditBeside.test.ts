import { auditArchive } from '../../../processors/archive/audit/audit.ts';
import { erase } from '../../../processors/archive/erase/erase.ts';
import type { Subject } from '../../../processors/archive/erase/subject.ts';
import { survey } from '../../../processors/archive/erase/survey.ts';
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

test('an erasure beside an audit is no hole, in whatever moment it comes', async () => {
  const subject: Subject = { keys: [], partitions: ['FINDING#f1'], fields: [] };
  let isOver = false;
  for (let call = 1; !isOver; call++) {
    const archive = new MemoryArchive();
    const { state } = await archivedHistory(archive, names);
    const beside = new FailingArchive(archive);
    let calls = 0;
    beside.get = async (key, range) => {
      if (++calls === call) {
        const context = { system: reviewer, names, archive, state };
        await erase(context, await survey(context, subject, { now: HISTORY_END }), { now: HISTORY_END });
      }
      return archive.get(key, range);
    };
    const { findings } = await auditArchive(reviewer, names, beside, { now: HISTORY_END, state });
    expect(findings.filter(({ level }) => level === 'hole')).toEqual([]);
    isOver = calls < call;
    if (isOver) expect(call).toBeGreaterThan(5);
  }
});
