import { feed } from '../../infra/feed/feed.ts';
import { type BenchStage, surroundings } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { seconds } from './timing.ts';

/** Items written a second, without a pipeline beside it. */
export async function measureFeed({ place, signal }: BenchStage, file: string, lines: number): Promise<Figure> {
  let written = 0;
  const took = await seconds(async () => {
    const fed = await feed(place, { file, limit: lines, rate: undefined, signal, ...surroundings });
    written = fed.written;
  });
  return { name: 'feed', unit: 'items/s', rate: written / took };
}
