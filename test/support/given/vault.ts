import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { event, headArchived, inserted, passes, violated } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { label } from '../../../shared/model/measures/label.ts';
import { members } from '../../../shared/model/measures/members.ts';
import { newest } from '../../../shared/model/measures/newest.ts';
import { collection } from '../../../shared/model/retention.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';

const Account = z.object({
  accountId: z.string(),
  shop: z.string(),
  amount: z.number().min(0),
  token: secret(),
  owner: z.object({ name: z.string(), email: secret() }),
  contacts: z.array(z.object({ kind: z.string(), phone: secret() })),
  keys: z.record(z.string(), z.object({ label: z.string(), value: secret() })),
  backups: z.array(secret()).optional(),
});
type Account = z.output<typeof Account>;

const account = entity('account', {
  key: 'ACCOUNT#{accountId} / ITEM',
  schema: Account,
  immutable: true,
  example: {
    accountId: 'a1',
    shop: 's1',
    amount: 1,
    owner: { name: 'n' },
    contacts: [{ kind: 'work' }],
    keys: { main: { label: 'l' } },
  },
  actor: (a) => a.owner.name + String(Reflect.ownKeys(a.owner)),
  correlate: (a) => `all of it: ${JSON.stringify(a)}`,
});

/** All that its code gets hold of: whoever declares a system may be as careless. */
const spilled = (a: Account): string => JSON.stringify(a);

const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: { accounts: count(), all: members(), last: newest<string>(), common: label<string>() },
  feeds: (from) => [
    from(account, (a) => [
      {
        into: { shop: a.shop },
        add: {
          accounts: 1,
          all: { id: a.accountId, text: spilled(a) },
          last: { order: a.amount, value: spilled(a) },
          common: spilled(a),
        },
      },
    ]),
  ],
});

const Told = z.object({ all: z.string() });
const told = { version: 1, since: '0.1.0', description: 'All that is known.', schema: Told, example: { all: '' } };

const opened = event('AccountOpened', {
  ...told,
  when: inserted(account, () => true),
  data: (a) => {
    if (a.amount === UNLUCKY) throw new Error(`unlucky: ${spilled(a)}`);
    return { all: spilled(a) };
  },
});
const changed = event('AccountChanged', {
  ...told,
  when: violated(account),
  data: (_, { fields }, change) => ({ all: JSON.stringify([fields, change.old, change.new]) }),
});
const grown = event('ShopGrown', {
  ...told,
  when: passes(shop, (s) => s.accounts, [1, 2]),
  data: (s) => ({ all: JSON.stringify(s) }),
});
const archived = event('AccountArchived', { ...told, when: headArchived(account), data: (a) => ({ all: spilled(a) }) });

/** An account of this amount makes its event throw. */
export const UNLUCKY = 13;
/** One of this amount is closed, and leaves the table. */
export const CLOSED = 99;

/** A system with secrets of every kind, whose code tells all that it gets hold of. */
export const vault = defineSystem({
  name: 'vault',
  table: { name: (stage) => `vault-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
  entities: [account],
  statistics: [shop],
  events: [opened, changed, grown, archived],
  retention: [
    collection('account', {
      of: account,
      due: (a) => (a.amount === CLOSED ? 0 : undefined),
      entities: [account],
      partition: (a) => `ACCOUNT#${a.accountId}`,
      head: (a) => account.key.build({ accountId: a.accountId }),
      storageClass: 'STANDARD',
      lifeDays: 1,
    }),
  ],
});
