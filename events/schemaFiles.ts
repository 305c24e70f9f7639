import type { System } from '../shared/model/system.ts';
import { asyncApi } from './asyncApi.ts';
import { catalogue } from './catalogue.ts';
import { registrySchemas } from './registry.ts';

/** Where the generated files are, from the root of the package. */
export const SCHEMA_FOLDER = 'events/schemas';

/** All that is generated of the systems' events, by path. @param version of the package */
export function schemaFiles(systems: readonly System[], version: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const system of systems) {
    const folder = `${SCHEMA_FOLDER}/${system.name}`;
    const registry = registrySchemas(system);
    for (const [i, { type, version: of, dataSchema, eventSchema }] of catalogue(system).entries()) {
      files.set(`${folder}/${type}.${of}.data.json`, jsonFile(dataSchema));
      files.set(`${folder}/${type}.${of}.event.json`, jsonFile(eventSchema));
      files.set(`${folder}/registry/${type}.${of}.json`, jsonFile(registry[i]));
    }
    files.set(`${folder}/asyncapi.json`, jsonFile(asyncApi(system, version)));
  }
  return files;
}

export const jsonFile = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
