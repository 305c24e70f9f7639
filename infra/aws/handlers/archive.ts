import { realPause } from '../../../shared/ports/pause.ts';
import { archiveProcessors } from '../../pipeline/readers.ts';
import { mappingHandler } from '../functions/mappingHandler.ts';
import { openReader } from '../functions/readers.ts';
import { declared } from './declared.ts';

const SLICE = 4_000;

/** Reader 'archive': journal, events and due entries, behind an event source mapping with a tumbling window. */
export const handler = mappingHandler(
  openReader({
    system: declared,
    name: 'archive',
    slice: SLICE,
    processors: async (place) => archiveProcessors(place),
  }),
  realPause,
);
