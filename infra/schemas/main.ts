import { isoUtc } from '../../shared/model/time.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';
import { note } from '../cli/output.ts';
import { freeze, notFrozen, packageAt, promisesBroken, writeGenerated } from './files.ts';

/*
 * `npm run schemas`, from the root of the package: writes what is generated of the events (JSON Schemas, AsyncAPI
 * documents, the registry's input, the README's page). With `--release` it first freezes the events as they are declared,
 * and refuses where that would break what was released.
 */

const systems = Object.values(SYSTEMS);
const at = packageAt(process.cwd());
const today = isoUtc(systemClock.now()).slice(0, 'yyyy-mm-dd'.length);
const broken = promisesBroken(systems, at, today);
for (const { where, what, mend } of broken) note(`${where}: ${what} -> ${mend}`);
if (broken.length > 0) process.exitCode = 1;
else if (process.argv.includes('--release')) freeze(systems, at);
for (const { system, type, version } of notFrozen(systems, at))
  note(`${system} ${type} ${version} is not frozen -> 'npm run schemas -- --release' before it is released`);
writeGenerated(systems, at);
