import { lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { payingBytes } from '../../../shared/model/storageCost.ts';
import { US_EAST_1 } from '../../../shared/model/storagePrices.ts';
import { type ArchiveDeclaration, archiveRules } from '../../../shared/model/storageRules.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { vault } from '../../support/given/vault.ts';

const vaultWith = (archive: ArchiveDeclaration) => defineSystem({ ...vault, archive });
const rulesWith = (archive: ArchiveDeclaration) => {
  const system = vaultWith(archive);
  return lifecycleRules(system, namesOf(system, 'dev'));
};

test('what is not declared stays in Standard for ever, and is compacted by the day', () => {
  expect(archiveRules()).toEqual({
    journal: {},
    events: {},
    claims: {},
    spill: {},
    compaction: { segmentBytes: 64_000_000, patienceDays: 1 },
    prices: US_EAST_1,
  });
});

test.each([
  [{ journal: { lifeDays: 0 } }, 'archive.journal.lifeDays: 0 is no whole number from 1'],
  [{ events: { afterDays: 1.5 } }, 'archive.events.afterDays: 1.5 is no whole number from 0'],
  [{ spill: { lifeDays: 3 } }, 'archive.spill.lifeDays: 3 is no whole number from 30'],
  [{ claims: { lifeDays: 10 } }, 'archive.claims.lifeDays: events would name claims that are gone'],
  [{ events: { lifeDays: 11 }, claims: { lifeDays: 10 } }, 'archive.claims.lifeDays: events would name'],
  [{ compaction: { segmentBytes: 2 ** 31 } }, 'archive.compaction.segmentBytes: 2147483648 is no whole number'],
] satisfies [ArchiveDeclaration, string][])('refused: %j', (archive, message) => {
  expect(() => vaultWith(archive)).toThrow(message);
});

test('claims are kept as long as the events that name them', () => {
  expect(archiveRules({ events: { lifeDays: 400 } }).claims).toEqual({ lifeDays: 400 });
  expect(archiveRules({ events: { lifeDays: 400 }, claims: { lifeDays: 500 } }).claims).toEqual({ lifeDays: 500 });
});

test("a collection's class is judged by the size of its bundles", () => {
  const [account] = vault.retention;
  if (!account) throw new Error('the vault has none');
  const kept = (bundleBytes: number) => () =>
    defineSystem({
      ...vault,
      retention: [{ ...account, storageClass: 'GLACIER_IR', lifeDays: 2_500, bundleBytes }],
    });
  expect(kept(64_000)().retention[0]?.storageClass).toBe('GLACIER_IR');
  expect(kept(2_000)).toThrow('retention.account.storageClass: GLACIER_IR would cost more than it saves');
});

test('other prices judge otherwise', () => {
  const free = { ...US_EAST_1, STANDARD: { ...US_EAST_1.STANDARD, storage: 0.001 } };
  const journal = { storageClass: 'GLACIER_IR', afterDays: 1 } as const;
  expect(() => archiveRules({ journal })).not.toThrow();
  expect(() => archiveRules({ journal, prices: free })).toThrow('would cost more than it saves');
});

test('rules: segments move from the size that pays, everything ends, manifests have none', () => {
  const journal = { storageClass: 'GLACIER', afterDays: 30, lifeDays: 2_000 } as const;
  const rules = rulesWith({ journal, events: { lifeDays: 300 }, spill: { lifeDays: 90 } });
  const at = (dataset: string, more = '') => `v1/${dataset}/vault/dev/_/vault-dev/${more}`;
  expect(rules).toEqual([
    {
      id: 'afterwrite-journal-segments-move',
      prefix: at('segments', 'journal/'),
      move: { storageClass: 'GLACIER', afterDays: 30, largerThan: (payingBytes(journal) ?? 0) - 1 },
    },
    { id: 'afterwrite-journal-segments-end', prefix: at('segments', 'journal/'), expireDays: 2_000 },
    { id: 'afterwrite-journal-end', prefix: at('journal'), expireDays: 2_000 },
    { id: 'afterwrite-events-segments-end', prefix: at('segments', 'events/'), expireDays: 300 },
    { id: 'afterwrite-events-end', prefix: at('events'), expireDays: 300 },
    { id: 'afterwrite-bundles-account-end', prefix: at('bundles', 'account/'), expireDays: 1 },
    { id: 'afterwrite-claims-end', prefix: at('claims'), expireDays: 300 },
    { id: 'afterwrite-spill-end', prefix: at('spill'), expireDays: 90 },
  ]);
});

test('no rule of any system touches a manifest, nor moves a loose object', () => {
  for (const rules of [lifecycleRules(reviewer, namesOf(reviewer, 'dev')), rulesWith({ journal: { lifeDays: 9 } })])
    for (const { prefix, move } of rules) {
      expect(prefix).not.toMatch(/^v1\/(manifests\/.*)?$/);
      if (move) expect(prefix).toMatch(/^v1\/segments\//);
    }
});

test.each([
  [{ lock: { mode: 'COMPLIANCE', days: 0 } }, /archive\.lock\.days: 0 is no whole number from 1 to 36,500/],
  [{ lock: { mode: 'COMPLIANCE', days: 40_000 } }, /archive\.lock\.days/],
  [
    { lock: { mode: 'GOVERNANCE', days: 36 }, journal: { lifeDays: 35 } },
    /archive\.lock\.days: 36 days are longer than archive\.journal is kept \(35\)/,
  ],
  [{ encryption: { kmsKeyId: ' ' } }, /archive\.encryption\.kmsKeyId: it is empty/],
] as const)('%j is refused', (declared, naming) => {
  expect(() => archiveRules(declared)).toThrow(naming);
});

test('a lock is held against the lives of bundles too; as long as the shortest one it may be', () => {
  const [account] = vault.retention;
  if (!account) throw new Error('the vault has none');
  const lock = { mode: 'COMPLIANCE', days: account.lifeDays } as const;
  expect(archiveRules({ lock }, vault.retention).lock).toEqual(lock);
  expect(() => archiveRules({ lock: { ...lock, days: lock.days + 1 } }, vault.retention)).toThrow('retention.account');
});
