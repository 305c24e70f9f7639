import { realPause } from '../../../shared/ports/pause.ts';
import { noteDeclared } from '../../pipeline/declared.ts';
import { lookForBus } from '../../pipeline/publishing.ts';
import { liveProcessors } from '../../pipeline/readers.ts';
import { mappingHandler } from '../functions/mappingHandler.ts';
import { openReader } from '../functions/readers.ts';
import { declared } from './declared.ts';

const SLICE = 1_000;

/** Reader 'live': statistics and fan-out, behind an event source mapping with a tumbling window. */
export const handler = mappingHandler(
  openReader({
    system: declared,
    name: 'live',
    slice: SLICE,
    processors: async (place, options, source) => {
      await lookForBus(place.bus, options.log);
      await noteDeclared(place.system, place.state, options.log);
      return liveProcessors(place, options, source).processors;
    },
  }),
  realPause,
);
