import { comingBack, lasting, type PutBackOutcome } from '../../../shared/archive/putBack.ts';
import type { Key } from '../../../shared/model/keys.ts';
import type { TableDeclaration } from '../../../shared/model/system.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { TableStore } from '../../../shared/ports/tableStore.ts';
import { expiryOf } from '../../../shared/stream/change.ts';
import type { Departed } from '../departed.ts';
import type { ReplayTarget } from '../target.ts';

interface Ports {
  readonly table: Pick<TableStore, 'putIfAbsent'>;
  readonly declaration: TableDeclaration;
  readonly clock: Clock;
  /** Throws where the table is not there. */
  check(): Promise<void>;
  onOutcome?(key: Key, outcome: PutBackOutcome): void;
}

const PORTION = 200;

/**
 * Puts items back where they are absent: what is there stays as it is, so it is safe to repeat. Their mark says so; one
 * whose time is over comes back without its expiry, or TTL would take it again.
 */
export function tableTarget({ table, declaration, clock, check, onOutcome }: Ports): ReplayTarget<Departed> {
  return {
    name: 'the table',
    portion: PORTION,
    check,
    open: check,
    async send(departed) {
      const now = clock.now();
      const items = departed.map(({ item, from = '' }) =>
        comingBack(expiryOf(declaration, item) > now ? item : lasting(declaration, item), from),
      );
      const outcomes = await table.putIfAbsent(items);
      for (const [i, { key }] of departed.entries()) onOutcome?.(key, outcomes[i] as PutBackOutcome);
      return undefined;
    },
    close: async () => {},
  };
}
