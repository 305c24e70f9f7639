import { Pipeline } from '../../pipeline/pipeline.ts';
import { openDeployed } from '../functions/opened.ts';

/** The poller as a service, in place of both mappings and the schedules: any number of them share the work by leases. Until SIGTERM. */
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());

const { place, options } = openDeployed(process.env);
options.log.info({ table: place.names.table }, 'the worker begins');
await place.check();
await new Pipeline(place, options).run(stop.signal);
place.clients.close();
options.log.info({}, 'the worker has stopped; it goes on from its checkpoints');
