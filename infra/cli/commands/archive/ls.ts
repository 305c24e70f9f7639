import { Command, Option } from 'commander';
import { DATASETS, type Dataset } from '../../../../shared/archive/layout.ts';
import { listDataset } from '../../../../shared/archive/listing.ts';
import type { StorageClass } from '../../../../shared/model/retention.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { note, say, sayJson, table, thousands } from '../../output.ts';
import { withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';
import { STATES_HELP, stateColumn, withState } from './states.ts';

interface ListOptions extends CommonOptions {
  readonly dataset?: Dataset;
  readonly states?: boolean;
  readonly tenant?: string;
}

interface Total {
  readonly dataset: Dataset;
  readonly storageClass: StorageClass;
  objects: number;
  bytes: number;
}

export function lsCommand(): Command {
  return withCommonOptions(new Command('ls'))
    .description('objects with their size and storage class, and totals of both')
    .addOption(new Option('--dataset <dataset>', 'only one of them').choices(DATASETS))
    .option('--states', STATES_HELP)
    .option('--tenant <tenant>', TENANT_HELP)
    .action((options: ListOptions) => {
      checkTenant(options);
      return list(options);
    });
}

function list(options: ListOptions): Promise<void> {
  return withSession(options, {}, async ({ place, signal }) => {
    const { system, names, archive } = place;
    const totals = new Map<string, Total>();
    for (const dataset of options.dataset ? [options.dataset] : DATASETS)
      for await (const object of listDataset(system, names, archive, dataset, options.tenant)) {
        if (signal.aborted) return;
        const { bytes, storageClass } = object;
        const name = `${dataset} ${storageClass}`;
        const total = totals.get(name) ?? { dataset, storageClass, objects: 0, bytes: 0 };
        totals.set(name, { ...total, objects: total.objects + 1, bytes: total.bytes + bytes });
        const shown = options.states ? await withState(archive, object) : object;
        if (options.json) sayJson(shown);
        else say(`${String(bytes).padStart(9)}  ${storageClass.padEnd(12)}  ${stateColumn(shown)}${object.key}`);
      }
    if (!options.json) noteTotals([...totals.values()]);
  });
}

function noteTotals(totals: readonly Total[]): void {
  const sum = (of: 'objects' | 'bytes'): number => totals.reduce((all, total) => all + total[of], 0);
  if (totals.length > 1) {
    const rows = totals.map(({ dataset, storageClass, objects, bytes }) => [
      dataset,
      storageClass,
      thousands(objects),
      thousands(bytes),
    ]);
    note(`${table(['DATASET', 'CLASS', 'OBJECTS', 'BYTES'], rows)}\n`);
  }
  note(`${thousands(sum('objects'))} objects, ${thousands(sum('bytes'))} bytes`);
}
