import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import type { MemoryStream } from './memoryStream.ts';

const GONE = 'gone';

/** Reads a MemoryStream as the service is read. @param pageSize records a page, asked anew for each page. */
export function memoryStreamSource(stream: MemoryStream, pageSize: () => number = () => 1000): StreamSource {
  return {
    stream: stream.name,
    async shards() {
      return stream.shards.map(({ id, parent }) => ({ id, parent }));
    },
    async open(id, after) {
      const shard = stream.shards.find((one) => one.id === id);
      if (!shard && after === undefined) return GONE;
      if (!shard) throw new AfterwriteError('STREAM_TRIMMED', `${id} is gone from the stream`, { mend: 'rebuild' });
      const { records, trimmed } = shard;
      const behind = after === undefined ? -1 : records.findLastIndex((r) => BigInt(r.sequence) <= BigInt(after));
      if (after !== undefined && behind + 1 < trimmed)
        throw new AfterwriteError('STREAM_TRIMMED', `${id} no longer holds what follows ${after}`, { mend: 'rebuild' });
      return JSON.stringify([stream.epoch, id, Math.max(behind + 1, trimmed)]);
    },
    async read(iterator) {
      if (iterator === GONE) return { records: [], next: undefined };
      const [epoch, id, from] = JSON.parse(iterator) as [number, string, number];
      if (epoch !== stream.epoch)
        throw new AfterwriteError('STREAM_EXPIRED_ITERATOR', 'the iterator is old', {
          retry: true,
          mend: 'open again',
        });
      const { records, closed, trimmed } = stream.shard(id);
      if (from < trimmed)
        throw new AfterwriteError('STREAM_TRIMMED', `${id} was trimmed`, { mend: 'rebuild the statistics' });
      const page = records.slice(from, from + pageSize());
      const end = from + page.length;
      return { records: page, next: closed && end === records.length ? undefined : JSON.stringify([epoch, id, end]) };
    },
  };
}
