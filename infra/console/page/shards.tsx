import type { Health, ShardHealth } from '../wire.ts';
import { duration, plural } from './format.ts';
import { Card, Empty, Scroll } from './parts.tsx';

/** Who reads which shard, and how far behind. */
export function Shards({ health }: { health: Health | null }) {
  if (!health) return <Card title="Readers">{<Empty title="Reading …" />}</Card>;
  const finished = health.finishedShards > 0 ? plural(health.finishedShards, 'finished shard') : undefined;
  return (
    <Card title="Readers" aside={finished}>
      <Scroll about="Readers, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Processor</th>
              <th scope="col">Shard</th>
              <th scope="col">Read by</th>
              <th scope="col" class="number">
                Behind
              </th>
              <th scope="col" class="number">
                Until loss
              </th>
            </tr>
          </thead>
          <tbody>
            {health.shards.map((shard) => (
              <ShardRow key={`${shard.processor} ${shard.shard}`} {...shard} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Card>
  );
}

function ShardRow({ processor, shard, owner, lagSeconds, timeToLossSeconds }: ShardHealth) {
  return (
    <tr>
      <td>{processor}</td>
      <td class="mono" title={shard}>
        …{shard.slice(-8)}
      </td>
      <td class={owner === null ? 'warn' : ''}>{owner ?? 'nobody'}</td>
      <td class="number">{duration(lagSeconds)}</td>
      <td class="number">{timeToLossSeconds === null ? 'all read' : duration(timeToLossSeconds)}</td>
    </tr>
  );
}
