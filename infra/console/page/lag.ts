import type { Health } from '../wire.ts';
import { duration, plural } from './format.ts';

/** How the flow reads of what is unread. */

/** Seconds, of the slowest processor. */
export const mostBehind = ({ shards }: Health): number => Math.max(0, ...shards.map(({ lagSeconds }) => lagSeconds));

export function lagOf(health: Health | null, processor: string): string {
  if (!health) return '…';
  const rows = health.shards.filter((shard) => shard.processor === processor);
  if (rows.every(({ timeToLossSeconds }) => timeToLossSeconds === null)) return 'all read';
  return `${duration(Math.max(...rows.map(({ lagSeconds }) => lagSeconds)))} behind`;
}

/** Of the change that is lost first. */
export function lossOf(health: Health | null): string {
  if (!health) return '…';
  const losses = health.shards.flatMap(({ timeToLossSeconds }) => timeToLossSeconds ?? []);
  const open = new Set(health.shards.map(({ shard }) => shard)).size;
  const loss = losses.length === 0 ? 'nothing unread' : `${duration(Math.min(...losses))} until loss`;
  return `${plural(open, 'open shard')}, ${loss}`;
}
