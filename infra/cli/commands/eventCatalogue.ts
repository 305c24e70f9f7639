import { Command } from 'commander';
import { type CatalogueEntry, catalogue } from '../../../events/catalogue.ts';
import { fieldsOf, typeOf } from '../../../events/fields.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson, table } from '../output.ts';

interface ShowOptions extends CommonOptions {
  readonly version?: number;
}

export const listEvents = (): Command =>
  withCommonOptions(new Command('ls'))
    .description('every event that the system publishes: when, of what, since when')
    .action((options: CommonOptions) => list(options));

export const showEvent = (): Command =>
  withCommonOptions(new Command('show'))
    .description('one event: its fields, its JSON Schema (with --json), an example')
    .argument('<type>', "as 'events ls' prints it")
    .option('--version <n>', 'one version of it; the newest where absent', wholeNumber)
    .action((type: string, options: ShowOptions) => show(type, options));

function list({ system, json }: CommonOptions): void {
  const entries = catalogue(system);
  if (json) for (const entry of entries) sayJson(rowOf(entry));
  else
    say(
      table(
        ['event', 'version', 'of', 'since', 'when'],
        entries.map(({ type, version, source, since, until, description }) => [
          type,
          version,
          source.name,
          until === undefined ? since : `${since} (until ${until})`,
          description,
        ]),
      ),
    );
}

const rowOf = ({ type, version, description, source, since, until }: CatalogueEntry) => ({
  type,
  version,
  description,
  source,
  since,
  until: until ?? null,
});

function show(type: string, { system, json, version }: ShowOptions): void {
  const entries = catalogue(system).filter((entry) => entry.type.toLowerCase() === type.toLowerCase());
  const newest = Math.max(...entries.map((entry) => entry.version));
  const entry = entries.find((one) => one.version === (version ?? newest));
  if (!entry) throw unknown(type, entries, version);
  const others = entries.filter((one) => one !== entry).map((one) => one.version);
  if (json)
    sayJson({
      ...rowOf(entry),
      dataSchema: entry.dataSchema,
      eventSchema: entry.eventSchema,
      example: entry.example,
    });
  else say(pageOf(entry, others));
}

function pageOf(entry: CatalogueEntry, others: readonly number[]): string {
  const { type, version, since, until, source, description, dataSchema, example } = entry;
  const fields = fieldsOf(dataSchema);
  const beside = others.length === 0 ? '' : `; published beside it: version ${others.join(', ')}`;
  return [
    `${type}, version ${version} (since ${since}${until === undefined ? '' : `, until ${until} at least`}${beside})`,
    description,
    `Told by a change of the ${source.kind} '${source.name}' (${source.key}).`,
    '',
    fields.length === 0
      ? `data: ${typeOf(dataSchema)}`
      : table(
          ['data', 'type', 'always', ''],
          fields.map((field) => [field.path, field.type, field.isRequired ? 'yes' : 'no', field.description]),
        ),
    '',
    'Example, the detail of the EventBridge event:',
    JSON.stringify(example, null, 2),
  ].join('\n');
}

function unknown(type: string, known: readonly CatalogueEntry[], version: number | undefined): AfterwriteError {
  return known.length === 0
    ? new AfterwriteError('NOT_FOUND', `the system has no event '${type}'`, {
        mend: "list them with 'afterwrite events ls'",
      })
    : new AfterwriteError('NOT_FOUND', `${type} has no version ${version}`, {
        mend: `there is ${known.map((entry) => entry.version).join(', ')}`,
      });
}
