import type { System } from '../shared/model/system.ts';
import { catalogue } from './catalogue.ts';
import { toCloudEvent } from './cloudEvents.ts';
import { sourceName } from './envelope.ts';

/** The README's page of events, as Markdown. */
export function eventsPage(systems: readonly System[]): string {
  return systems.flatMap((system, i) => [...tableOf(system), ...(i === 0 ? examplesOf(system) : [])]).join('\n');
}

function tableOf(system: System): string[] {
  return [
    `**\`${sourceName(system.name)}\`**`,
    '',
    '| event | when it is published | data | since |',
    '|---|---|---|---|',
    ...catalogue(system).map(
      ({ type, version, until, description, dataSchema, since }) =>
        `| \`${type}\` ${version} | ${description} | ${Object.keys(dataSchema.properties ?? {}).join(', ')} | ${since}${until === undefined ? '' : `, until ${until}`} |`,
    ),
    '',
  ];
}

/** Of one event: all look alike. */
function examplesOf(system: System): string[] {
  const [shown] = catalogue(system);
  if (!shown) return [];
  return [
    `\`${shown.type}\` as EventBridge's \`detail\`:`,
    '',
    '```json',
    JSON.stringify(shown.example, null, 2),
    '```',
    '',
    'The same as a CloudEvent (`toCloudEvent`, structured JSON):',
    '',
    '```json',
    JSON.stringify(toCloudEvent(shown.example, `/afterwrite/${system.name}/dev`), null, 2),
    '```',
    '',
  ];
}
