import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Attribute, Attributes } from '../model/attribute.ts';
import type { Key } from '../model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { Backfilling, Copy, Filling, Marking, Replacement } from '../ports/tableStore.ts';
import { leavingMark } from '../stream/mark.ts';
import { backfillUpdate } from './backfillUpdate.ts';
import { type Condition, inRequest } from './condition.ts';
import { calling, nameOf } from './errors.ts';
import { replacementStatement } from './replacementStatement.ts';
import type { ConditionalWrite } from './statements.ts';

/** The writes of a table: each tells whether its condition held. */
export class TableWrites {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #table: TableDeclaration;

  constructor(client: DynamoDBClient, name: string, table: TableDeclaration) {
    this.#client = client;
    this.#name = name;
    this.#table = table;
  }

  keyAttributes(key: Key): Attributes {
    const { partitionKey, sortKey } = this.#table;
    return { [partitionKey]: { S: key.pk }, ...(sortKey !== undefined && { [sortKey]: { S: key.sk ?? '' } }) };
  }

  insert(item: Attributes): Promise<boolean> {
    return this.#put(item, { expression: 'attribute_not_exists(#pk)', names: { '#pk': this.#table.partitionKey } });
  }

  put(item: Attributes): Promise<boolean> {
    return this.#put(item);
  }

  remove(key: Key): Promise<boolean> {
    return this.#delete(key);
  }

  replace(replacement: Replacement): ConditionalWrite {
    const { key, item, revision } = replacement;
    const put = (): Promise<boolean> =>
      this.#put(item, {
        expression: '#own.#revision = :revision',
        names: { '#own': RESERVED_ATTRIBUTE, '#revision': 'revision' },
        values: { ':revision': { N: String(revision) } },
      });
    return {
      statement: replacementStatement(this.#name, this.#table, this.keyAttributes(key), replacement),
      alone: revision === 0 ? () => this.insert(item) : put,
    };
  }

  fill({ copy, field, value }: Filling): Promise<boolean> {
    return this.#change(copy.key, { name: field, value }, this.#unchanged(copy));
  }

  backfill(backfilling: Backfilling): Promise<boolean> {
    const { update, condition } = backfillUpdate(backfilling, this.#unchanged(backfilling));
    return this.#update(backfilling.key, update, condition);
  }

  mark({ copy, leaving, head }: Marking): Promise<boolean> {
    const value = leavingMark({ leaving, head, copy: copy.hash });
    return this.#change(copy.key, { name: RESERVED_ATTRIBUTE, value }, this.#unchanged(copy));
  }

  unmark(key: Key): Promise<boolean> {
    return this.#change(
      key,
      { name: RESERVED_ATTRIBUTE },
      {
        expression: 'attribute_exists(#own.#leaving)',
        names: { '#own': RESERVED_ATTRIBUTE, '#leaving': 'leaving' },
      },
    );
  }

  removeMarked(copy: Copy, bundle: string): Promise<boolean> {
    const { expression, names, values } = this.#unchanged(copy);
    return this.#delete(copy.key, {
      expression: `#own.#leaving = :bundle AND ${expression}`,
      names: { ...names, '#own': RESERVED_ATTRIBUTE, '#leaving': 'leaving' },
      values: { ...values, ':bundle': { S: bundle } },
    });
  }

  /** Names and values are short here: an expression may have 4 KB, and 300 operators. */
  #unchanged({ attributes, lacks }: Pick<Copy, 'attributes' | 'lacks'>): Condition {
    const { partitionKey, sortKey } = this.#table;
    const own = [partitionKey, sortKey, RESERVED_ATTRIBUTE];
    const compared = Object.entries(attributes).filter(([name]) => !own.includes(name));
    return {
      expression: [
        'attribute_exists(#pk)',
        ...compared.map((_, i) => `#a${i}=:a${i}`),
        ...lacks.map((_, i) => `attribute_not_exists(#l${i})`),
      ].join(' AND '),
      names: {
        '#pk': partitionKey,
        ...Object.fromEntries(compared.map(([name], i) => [`#a${i}`, name])),
        ...Object.fromEntries(lacks.map((name, i) => [`#l${i}`, name])),
      },
      values: Object.fromEntries(compared.map(([, value], i) => [`:a${i}`, value])),
    };
  }

  /** Marked first, so that its record tells the end of its time from a user's delete. @param now epoch milliseconds */
  async removeExpired(key: Key, now: number): Promise<boolean> {
    const seconds = { N: String(Math.floor(now / 1000)) };
    const over = {
      expression: '#ttl <= :now',
      names: { '#ttl': this.#table.ttl ?? '' },
      values: { ':now': seconds },
    };
    const mark = { name: RESERVED_ATTRIBUTE, value: { M: { expired: seconds } } };
    if (!(await this.#change(key, mark, over))) return false;
    return this.#delete(key, over);
  }

  /** Without a value it is taken off. */
  #change(
    key: Key,
    { name, value }: { readonly name: string; readonly value?: Attribute },
    { expression, names, values }: Condition,
  ): Promise<boolean> {
    return this.#update(key, value ? 'SET #set = :set' : 'REMOVE #set', {
      expression,
      names: { ...names, '#set': name },
      ...((values || value) && { values: { ...values, ...(value && { ':set': value }) } }),
    });
  }

  /** @param condition with what the expression names, too */
  #update(key: Key, expression: string, condition: Condition): Promise<boolean> {
    return this.#held('UpdateItem', () =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#name,
          Key: this.keyAttributes(key) as never,
          UpdateExpression: expression,
          ...inRequest(condition),
        }),
      ),
    );
  }

  #put(item: Attributes, condition?: Condition): Promise<boolean> {
    return this.#held('PutItem', () =>
      this.#client.send(new PutItemCommand({ TableName: this.#name, Item: item as never, ...inRequest(condition) })),
    );
  }

  #delete(key: Key, condition?: Condition): Promise<boolean> {
    return this.#held('DeleteItem', () =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#name,
          Key: this.keyAttributes(key) as never,
          ...inRequest(condition),
        }),
      ),
    );
  }

  async #held(what: string, call: () => Promise<unknown>): Promise<boolean> {
    try {
      await calling(`${what} on ${this.#name}`, call);
      return true;
    } catch (error) {
      if (nameOf((error as Error).cause) === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }
}
