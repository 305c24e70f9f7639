/** A way to break the code that the laws must notice: one exact text in one file, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly instead: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'conservation: what comes again is counted again',
    file: 'shared/state/recordCounts.ts',
    text: '.filter(({ position }) => isAfter(position.sequence, stored?.last))',
    instead: '',
  },
  {
    name: 'conservation: of two owners both count',
    file: 'shared/state/recordCounts.ts',
    text: 'saved = await (stored ? state.putIf(record, { last: String(stored.last) }) : state.putIfAbsent(record));',
    instead: 'saved = await state.put([record]).then(() => true);',
  },
  {
    name: 'fence condition: an aggregate is written although somebody wrote it since',
    file: 'test/support/memory/memoryTable.ts',
    text: 'const holds = revision === 0 ? stored === undefined : numberOf(reservedIn(stored)?.revision) === revision;',
    instead: 'const holds = revision >= 0;',
  },
  {
    name: 'fence condition: the loser does not read again',
    file: 'processors/statistics/handler.ts',
    text: "outcomes[i] === 'conflict'",
    instead: 'outcomes[i] === undefined',
  },
  {
    name: 'fence read: what the aggregate includes already is applied again',
    file: 'processors/statistics/fences.ts',
    text: 'if (!isAfter(sequence, fences[shard])) return false;',
    instead: '',
  },
  {
    name: 'retraction: what an item was before stays counted',
    file: 'shared/model/effects.ts',
    text: 'removed: cut(removed),',
    instead: 'removed: NONE,',
  },
  {
    name: 'newest: the lowest order wins',
    file: 'shared/model/measures/newest.ts',
    text: 'sign * compare(entry, best) > 0',
    instead: 'sign * compare(entry, best) < 0',
  },
  {
    name: 'sequence comparison: as texts, not as numbers',
    file: 'shared/stream/sequence.ts',
    text: 'if (x.length !== y.length) return x.length - y.length;',
    instead: '',
  },
  {
    name: 'lineage order: children are read beside their parents',
    file: 'shared/stream/lineage.ts',
    text: '!finished.has(id) && (parent === undefined || finished.has(parent) || !held.has(parent))',
    instead: '!finished.has(id) && (parent === undefined || held.size > 0)',
  },
  {
    name: 'gate: what comes after a poison change is not held back',
    file: 'shared/state/gates.ts',
    text: "return isAfter(sequence, gate.last) ? 'waits' : 'queued';",
    instead: "return isAfter(sequence, gate.last) ? 'free' : 'queued';",
  },
  {
    name: 'archive: what was never written counts as proven',
    file: 'shared/archive/lines.ts',
    text: 'await archive.putIfAbsent(key, body, options);',
    instead: 'return;',
  },
  {
    name: 'compaction: an object is covered though not all of its lines are in the segment',
    file: 'processors/archive/compact.ts',
    text: 'portion.keys.push(key);',
    instead: 'portion.keys.push(key); if (rows.length > 1) rows.pop();',
  },
  {
    name: "sweeper: a delete looks at its bundle's mark only, not at the item",
    file: 'test/support/memory/memoryTable.ts',
    text: '=== bundle && isAs(copy, item)',
    instead: '=== bundle',
  },
  {
    name: 'sweeper: a delete looks at the item only, not at the mark',
    file: 'test/support/memory/memoryTable.ts',
    text: 'textOf(reservedIn(item)?.leaving) === bundle && isAs(copy, item)',
    instead: 'isAs(copy, item)',
  },
  {
    name: 'sweeper: it marks whatever is there, not what it has proven',
    file: 'test/support/memory/memoryTable.ts',
    text: 'head }) => {\n      const stored = this.item(copy.key);\n      if (!stored || !isAs(copy, stored)) return false;',
    instead: 'head }) => {\n      const stored = this.item(copy.key);\n      if (!stored) return false;',
  },
  {
    name: "causes: what was archived reads as a user's delete",
    file: 'shared/stream/change.ts',
    text: '[record.old, stored].some((image) => image && isAsCopied(mark, image))',
    instead: 'false',
  },
  {
    name: 'causes: what was written on under a mark reads as archived',
    file: 'shared/stream/change.ts',
    text: 'copy === undefined || copy === imageHash(withoutMark(image))',
    instead: 'true',
  },
  {
    name: 'checkpoint: it moves before the batch is processed',
    file: 'shared/stream/shardReader.ts',
    text: 'await processor.process(ahead);\n    const { sequence } = last.position;',
    instead:
      'const { sequence } = last.position;\n    this.#done.set(processor.name, sequence);\n    await processor.process(ahead);',
  },
  {
    name: 'losses: a trimmed position is not told',
    file: 'shared/stream/shardReader.ts',
    text: 'await this.#noteLoss(error);',
    instead: '',
  },
  {
    name: 'spread: what comes again may go to another part',
    file: 'processors/statistics/storedAt.ts',
    text: 'partOf(statistic.spread, shard)',
    instead: 'partOf(statistic.spread, shard + Math.random())',
  },
  {
    name: 'spread: the least of parts is that of one part',
    file: 'shared/model/measures/extreme.ts',
    text: 'for (const [value, n] of b.kept) put(next, value, n, better);',
    instead: '',
  },
  {
    name: 'secrets: records come in with them',
    file: 'shared/stream/change.ts',
    text: 'const record = redact(this.source, given);',
    instead: 'const record = given;',
  },
  {
    name: 'secrets: bundles hold them',
    file: 'shared/archive/bundle.ts',
    text: 'withoutSecrets(system.sourceOf(key)?.secrets, item)',
    instead: 'item',
  },
  {
    name: 'spill: live publishing goes on although events of the shard wait',
    file: 'processors/fanout/spilling.ts',
    text: 'if (spills.some(({ shard }) => shard === own.shard)) return true;',
    instead: '',
  },
  {
    name: 'spill: a child shard does not wait for what its parent has spilled',
    file: 'shared/stream/ancestry.ts',
    text: 'if (at === ancestor) return true;',
    instead: '',
  },
  {
    name: 'spill: a child shard is drained beside its parent',
    file: 'processors/fanout/drain.ts',
    text: '.filter((one) => !spills.some((spill) => comesBefore(ancestry, spill, one)))',
    instead: '',
  },
  {
    name: 'spill: an object is removed before it is published',
    file: 'processors/fanout/drain.ts',
    text: 'await inner.process(changes);\n  await archive.remove(spilled.key);',
    instead: 'await archive.remove(spilled.key);\n  await inner.process(changes);',
  },
  {
    name: 'spill: what an append left behind that died is never looked for',
    file: 'processors/fanout/drain.ts',
    text: 'if (!known || isAfter(known.first, spilled.first)) waiting',
    instead: 'if (known && isAfter(known.first, spilled.first)) waiting',
  },
  {
    name: 'publishing: a later event of a key does not wait for the earlier one',
    file: 'events/publish.ts',
    text: 'const before = keys.flatMap((key) => ends.get(key) ?? []);',
    instead: 'const before: Promise<unknown>[] = [];',
  },
];
