import type { JsonSchema } from '../shared/model/jsonSchema.ts';
import { namesOf } from '../shared/model/names.ts';
import type { System } from '../shared/model/system.ts';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { sourceName } from './envelope.ts';

/** Stands for the stage in the names of buses. */
const STAGE = '{stage}';

/**
 * A system's events as an AsyncAPI 3.0 document: what it sends to its bus, and, replayed, to its replay bus. Payloads are
 * the `detail` of EventBridge's events. https://www.asyncapi.com/docs/reference/specification/v3.0.0
 * @param version of the package
 */
export function asyncApi(system: System, version: string): Record<string, unknown> {
  const entries = catalogue(system);
  const names = namesOf(system, STAGE);
  const channel = (address: string, description: string) => ({
    address,
    description,
    parameters: { stage: { description: 'The stage that all names end with.', default: 'dev' } },
    messages: Object.fromEntries(entries.map((entry) => [nameOf(entry), ref(`components/messages/${nameOf(entry)}`)])),
  });
  return {
    asyncapi: '3.0.0',
    id: `urn:afterwrite:${system.name}`,
    info: {
      title: `Events of ${system.name}`,
      version,
      description: `Published over EventBridge with source '${sourceName(system.name)}' and the event's type as detail-type. Versions that break with one another are published beside each other, with the same id.`,
    },
    defaultContentType: 'application/json',
    channels: {
      events: channel(
        names.bus,
        'The event bus: at least once, with the same id; EventBridge does not order deliveries.',
      ),
      replay: channel(names.replayBus, 'The bus of replays: past events as they were, marked with metadata.replay.'),
    },
    operations: {
      publish: { action: 'send', channel: ref('channels/events'), summary: 'As changes are read from the table.' },
      replay: { action: 'send', channel: ref('channels/replay'), summary: 'When somebody replays history.' },
    },
    components: { messages: Object.fromEntries(entries.map((entry) => [nameOf(entry), messageOf(entry)])) },
  };
}

const nameOf = ({ type, version }: CatalogueEntry): string => `${type}.${version}`;

const ref = (path: string): { $ref: string } => ({ $ref: `#/${path}` });

const messageOf = (entry: CatalogueEntry) => ({
  name: entry.type,
  title: `${entry.type}, version ${entry.version}`,
  summary: entry.description,
  contentType: 'application/json',
  correlationId: { location: '$message.payload#/metadata/correlationId' },
  payload: embedded(entry.eventSchema),
  examples: [{ payload: entry.example }],
  'x-eventbridge': { source: sourceName(entry.system), 'detail-type': entry.type },
  'x-since': entry.since,
  ...(entry.until !== undefined && { 'x-until': entry.until }),
});

/** Inside of another document a schema names no dialect; what is used of ours means the same in all of them. */
function embedded({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
