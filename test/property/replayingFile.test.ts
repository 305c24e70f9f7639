import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Envelope } from '../../events/envelope.ts';
import type { ReplayTarget } from '../../processors/replay/target.ts';
import { fileTarget } from '../../processors/replay/targets/file.ts';
import { Killer } from '../support/faults/killer.ts';
import { idsOf } from '../support/given/replaying.ts';
import { callsOf, World } from './world/replayWorld.ts';

describe.each(['events.ndjson', 'events.ndjson.gz'])('into the file %s', (name) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'afterwrite-replay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('killed at each call, with a torn end left behind: each event is there once', async () => {
    const fileFor = (at: number): string => join(folder, `${at}-${name}`);
    const small = (path: string): ReplayTarget => ({ ...fileTarget(path), portion: 5 });
    const clean = await new World().fill();
    const calls = await callsOf((killer) => clean.life(killer, killer.through(small(fileFor(-1)))));
    for (let at = 0; at < calls; at++) {
      const path = fileFor(at);
      const world = await new World().fill();
      const killer = new Killer(at, at % 2 === 0 ? 'unsent' : 'unanswered');
      const torn = small(path);
      expect(await world.life(killer, killer.through(torn))).toBe(false);
      await torn.close();
      if (existsSync(path) && !(await world.isDone())) appendFileSync(path, 'torn');
      await world.finish(small(path));
      const body = readFileSync(path);
      const text = (name.endsWith('.gz') ? gunzipSync(body) : body).toString();
      const lines = text.trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as Envelope).metadata.id)).toEqual(idsOf(world.expected));
    }
  });
});
