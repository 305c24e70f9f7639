import { systemClock } from '../../../shared/ports/clock.ts';
import '../../simulation/syncZlib.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import type { System } from '../../../shared/model/system.ts';
import type { Log } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { listParked } from '../../../shared/state/parked.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';
import { randomFrom } from '../../simulation/random.ts';
import type { Cast } from '../../simulation/systems/cast.ts';
import { parcels } from '../../simulation/systems/parcelSystem.ts';
import { Trace } from '../../simulation/trace.ts';
import { World } from '../../simulation/world.ts';
import { asText, exampleItem, holdsSecret, planted } from '../../support/given/canaries.ts';
import { CLOSED, UNLUCKY, vault } from '../../support/given/vault.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';

const OWN = Object.values(SYSTEMS);
const FORMS = 5;

/** A world of the whole pipeline, and all that leaves it, as it left: a text each. */
function watchedWorld(system: System) {
  const left: string[] = [];
  const say = (...all: unknown[]): void => void left.push(`log ${asText(all)}`);
  const log: Log = { info: say, warn: say, error: say };
  // Nobody acts by chance here: things are written by hand below.
  const cast = { system } as Cast;
  const world = new World(cast, new Trace(), { firstSequence: 95n, now: Date.parse('2026-02-01T10:00:00.000Z'), log });
  watchWrites(world.state, left);
  return { world, left };
}

function watchWrites(state: StateStore, left: string[]): void {
  const watched =
    <Args extends unknown[], Result>(write: (...args: Args) => Result) =>
    (...args: Args): Result => {
      left.push(`state ${asText(args)}`);
      return write(...args);
    };
  const { put, putIf, putIfAbsent } = state;
  Object.assign(state, { put: watched(put), putIf: watched(putIf), putIfAbsent: watched(putIfAbsent) });
}

/** Each item comes, changes in nothing but its secrets, becomes malformed in every way a type can be wrong, and goes. */
function live({ table }: World, system: System): void {
  for (const entity of system.entities) {
    const { key, item } = exampleItem(system, entity);
    const broken = Object.keys(item).filter(
      (name) => entity.fields.includes(name) && !entity.key.placeholders.includes(name),
    );
    for (let form = 0; form < FORMS; form++) table.put(planted(entity.secrets, item, form));
    table.remove(key);
    table.put(planted(entity.secrets, item, 0));
    for (const name of broken)
      table.put({ ...planted(entity.secrets, item, 1), [name]: planted(entity.secrets, {}, 0)[name] ?? { S: 'x' } });
  }
}

async function everythingThatLeft(world: World, left: readonly string[]): Promise<string[]> {
  const all = [...left, ...world.bus.taken.map((entry) => `bus ${asText(entry)}`)];
  for await (const { key } of world.archive.store.list('v1/'))
    for (const line of await readLines(world.archive.store, key)) all.push(`${key} ${line}`);
  for (const processor of ['statistics', 'fanout'])
    for await (const parked of listParked(world.state, processor)) all.push(`parked ${asText(parked)}`);
  for await (const envelope of archivedEvents(world.system, world.names, world.archive.store, {}))
    all.push(`replay ${asText(envelope)}`);
  const derived = (item: Attributes): boolean =>
    decodeChange(world.system, { ...RECORD, keys: item, new: item }, 's', 's').source?.derived === true;
  return [...all, ...world.table.items.filter(derived).map((item) => `statistic ${asText(item)}`)];
}

const RECORD = { eventId: 'e', sequence: '1', at: 0, old: undefined, byTtl: false };

async function drifts({ system, names, archive, state, table }: World): Promise<unknown[]> {
  const ports = { archive: archive.store, state, table };
  const stream = async () => memoryStreamSource(table.stream);
  const verified = await verify(
    { system, names, ...ports, stream },
    { clock: systemClock, pause: async () => {}, signal: new AbortController().signal },
  );
  return [...verified.drifts, ...(await compareShadow(system, names, ports)).drifts];
}

test.each([vault, parcels, ...OWN].map((system) => [system.name, system] as const))(
  '%s: no secret leaves the table, whatever happens to its items',
  async (_, system) => {
    const { world, left } = watchedWorld(system);
    live(world, system);
    await world.readToTheEnd(randomFrom(1));
    expect(world.failures).toEqual([]);
    const all = await everythingThatLeft(world, left);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(holdsSecret)).toEqual([]);
  },
);

/** Accounts that live, throw, are malformed, leave for the archive. */
async function vaultStory(form: number) {
  const { world, left } = watchedWorld(vault);
  const [account] = vault.entities;
  if (!account) throw new Error('the vault has no entity');
  const { item } = exampleItem(vault, account);
  const put = (accountId: string, more: Attributes = {}): void =>
    world.table.put(
      planted(
        account.secrets,
        { ...item, ...more, accountId: { S: accountId }, PK: { S: `ACCOUNT#${accountId}` } },
        form,
      ),
    );
  for (const accountId of ['a1', 'a2', 'a3']) put(accountId);
  world.table.put({ ...planted(account.secrets, item, form + 1), PK: { S: 'ACCOUNT#a2' }, accountId: { S: 'a2' } });
  world.table.remove({ pk: 'ACCOUNT#a3', sk: 'ITEM' });
  put('closed', { amount: { N: String(CLOSED) } });
  put('unlucky', { amount: { N: String(UNLUCKY) } });
  put('negative', { amount: { N: '-1' } });
  put('mistyped', { owner: { S: 'canary-instead-of-the-owner' } });
  await world.readToTheEnd(randomFrom(form));
  // What was due is known by now, and leaves.
  await world.readToTheEnd(randomFrom(form));
  return { world, left };
}

test.each(Array.from({ length: FORMS }, (_, form) => form))(
  'secrets of form %p: events, archive, parked changes and statistics go on as without them, and hold none',
  async (form) => {
    const { world, left } = await vaultStory(form);
    expect(world.failures).toEqual([]);
    const types = new Set(world.bus.taken.map(({ detailType }) => detailType));
    expect([...types].sort()).toEqual(['AccountArchived', 'AccountChanged', 'AccountOpened', 'ShopGrown']);
    const parked: (string | undefined)[] = [];
    for await (const { key, reason } of listParked(world.state, 'fanout')) parked.push(`${key.pk}: ${reason}`);
    expect(parked.map((line) => line?.split(':')[0]).sort()).toEqual([
      'ACCOUNT#mistyped',
      'ACCOUNT#negative',
      'ACCOUNT#unlucky',
    ]);
    expect(world.table.item({ pk: 'ACCOUNT#closed', sk: 'ITEM' })).toBeUndefined();
    const all = await everythingThatLeft(world, left);
    for (const what of [
      'log',
      'state',
      'bus',
      'v1/journal',
      'v1/events',
      'v1/bundles',
      'parked',
      'replay',
      'statistic',
    ])
      expect([what, all.some((text) => text.startsWith(what))]).toEqual([what, true]);
    expect(all.filter(holdsSecret)).toEqual([]);
    expect(await drifts(world)).toEqual([]);
  },
);

test('the search finds secrets of every form where they are: in the table itself', async () => {
  for (let form = 0; form < FORMS; form++) {
    const { world } = await vaultStory(form);
    const own = world.table.items.filter((item) => item.token !== undefined);
    expect(own.length).toBeGreaterThan(0);
    for (const item of own) expect(holdsSecret(asText(item))).toBe(true);
  }
});

test('every system that is declared is looked at', () => {
  const folder = join(__dirname, '../../../shared/systems');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const declared = files.flatMap((name) =>
    Object.values(jest.requireActual<Record<string, unknown>>(join(folder, name))),
  );
  const systems = declared.filter((one) => typeof (one as Partial<System> | null)?.sourceOf === 'function');
  expect(systems.length).toBeGreaterThan(0);
  for (const system of systems) expect(OWN).toContain(system);
});
