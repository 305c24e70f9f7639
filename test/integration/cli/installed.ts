import { join } from 'node:path';
import { type Built, build } from './build.ts';
import { endAll } from './command.ts';
import { type Endpoints, startEndpoints } from './endpoints.ts';

/** The command as it is shipped, and a stack that runs for all tests of one file. */
export interface Installed extends Endpoints {
  readonly built: Built;
  readonly home: string;
  /** Ends the stack, and starts another one on its data. */
  restart(signal: NodeJS.Signals): Promise<void>;
}

/** Starts both before the file's tests, and ends and removes them afterwards; what it gives can be used within tests alone. */
export function installed(): Installed {
  let built: Built | undefined;
  let endpoints: Endpoints | undefined;
  const homeOf = ({ folder }: Built): string => join(folder, 'home');
  beforeAll(async () => {
    built = await build();
    endpoints = await startEndpoints(built, homeOf(built));
  });
  afterAll(async () => {
    await endpoints?.process.signal('SIGTERM');
    endAll();
    built?.remove();
  });
  return {
    async restart(signal) {
      await started(endpoints).process.signal(signal);
      endpoints = await startEndpoints(started(built), homeOf(started(built)));
    },
    get built() {
      return started(built);
    },
    get home() {
      return homeOf(started(built));
    },
    get process() {
      return started(endpoints).process;
    },
    get environment() {
      return started(endpoints).environment;
    },
    get shell() {
      return started(endpoints).shell;
    },
  };
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('only tests can use what is started before them');
  return part;
}
