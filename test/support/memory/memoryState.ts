import { type Attributes, decodeAttributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import type { Expected, StateRecord, StateStore } from '../../../shared/ports/stateStore.ts';

interface Stored {
  readonly pk: string;
  readonly sk: string;
  readonly item: Attributes;
}

/** Keeps records in DynamoDB's typed form, so that what does not survive there does not survive here. */
export function memoryState(): StateStore {
  const stored = new Map<string, Stored>();
  const idOf = (pk: string, sk: string): string => JSON.stringify([pk, sk]);
  const store = ({ pk, sk, ...fields }: StateRecord): void => {
    stored.set(idOf(pk, sk), { pk, sk, item: encodeAttributes(fields) });
  };
  const load = ({ pk, sk, item }: Stored): StateRecord => ({ ...decodeAttributes(item), pk, sk });
  const find = (pk: string, sk: string): StateRecord[] => {
    const found = stored.get(idOf(pk, sk));
    return found ? [load(found)] : [];
  };
  return {
    get: async (pk, sk) => find(pk, sk)[0],
    getMany: async (keys) => keys.flatMap(({ pk, sk }) => find(pk, sk)),
    put: async (records) => records.forEach(store),
    putIfAbsent: async (record) => {
      if (stored.has(idOf(record.pk, record.sk))) return false;
      store(record);
      return true;
    },
    putIf: async (record, expected) => {
      const holds = matches(find(record.pk, record.sk)[0], expected);
      if (holds) store(record);
      return holds;
    },
    removeIf: async (pk, sk, expected) => matches(find(pk, sk)[0], expected) && stored.delete(idOf(pk, sk)),
    remove: async (pk, sk) => void stored.delete(idOf(pk, sk)),
    query: async function* (pk, range) {
      const held = [...stored.values()].filter((one) => one.pk === pk && isWithin(one.sk, range?.from, range?.to));
      yield* held.sort((a, b) => bytesOrder(a.sk, b.sk)).map(load);
    },
  };
}

const matches = (record: StateRecord | undefined, expected: Expected): boolean =>
  record !== undefined && Object.entries(expected).every(([name, value]) => record[name] === value);

const bytesOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const isWithin = (sk: string, from: string | undefined, to: string | undefined): boolean =>
  (from === undefined || bytesOrder(sk, from) >= 0) && (to === undefined || bytesOrder(sk, to) <= 0);
