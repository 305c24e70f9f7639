import { readDeployedConfig } from '../../../shared/config.ts';
import { READER_BATCHES } from '../../../shared/model/readerBatches.ts';
import { Pipeline } from '../../pipeline/pipeline.ts';
import { systemNamed } from '../../pipeline/systemFiles.ts';
import { openDeployed } from '../functions/opened.ts';
import { tellParked } from '../functions/tellParked.ts';

/** The poller as a service, in place of both mappings and the schedules: any number of them share the work by leases. Until SIGTERM. */
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());

/** Each request to the stream and each object is paid for: it collects as long as functions do. */
const { live, archive } = READER_BATCHES;
const WAITS = { pollMs: 1_000, liveWaitMs: live.windowSeconds * 1_000, archiveWaitMs: archive.windowSeconds * 1_000 };

const { system, declaration } = readDeployedConfig(process.env);
const opened = openDeployed(await systemNamed(declaration ?? system), process.env);
const { place, options } = opened;
options.log.info({ table: place.names.table }, 'the worker begins');
await place.check();
const telling = tellParked(opened, stop.signal);
try {
  await new Pipeline(place, { ...options, ...WAITS }).run(stop.signal);
} finally {
  stop.abort();
  await telling;
  place.clients.close();
}
options.log.info({}, 'the worker has stopped; it goes on from its checkpoints');
