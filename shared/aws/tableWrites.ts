import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Attribute, Attributes } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/checks.ts';
import type { Key } from '../model/keys.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { Marking, Replacement } from '../ports/tableStore.ts';
import { calling, nameOf } from './errors.ts';
import type { ConditionalWrite } from './statements.ts';

/** Names and values for one call's expressions. */
interface Expression {
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values?: Attributes;
}

/** The conditional writes of a table, each as a PartiQL statement and as a single call. */
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

  insert(item: Attributes): ConditionalWrite {
    const names = Object.keys(item);
    return {
      statement: `INSERT INTO ${quote(this.#name)} VALUE {${names.map((name) => `'${name.replaceAll("'", "''")}': ?`).join(', ')}}`,
      parameters: Object.values(item),
      alone: () =>
        this.#put(item, { condition: 'attribute_not_exists(#pk)', names: { '#pk': this.#table.partitionKey } }),
    };
  }

  replace({ key, item, revision, dropped }: Replacement): ConditionalWrite {
    if (revision === 0) return this.insert(item);
    const set = Object.keys(item).filter((name) => name !== this.#table.partitionKey && name !== this.#table.sortKey);
    const changes = [...set.map((name) => `SET ${quote(name)} = ?`), ...dropped.map((name) => `REMOVE ${quote(name)}`)];
    const expected: Attribute = { N: String(revision) };
    return {
      statement: `UPDATE ${quote(this.#name)} ${changes.join(' ')} WHERE ${this.#whereKey()} AND ${quote(RESERVED_ATTRIBUTE)}."revision" = ?`,
      parameters: [...set.map((name) => item[name] as Attribute), ...Object.values(this.keyAttributes(key)), expected],
      alone: () =>
        this.#put(item, {
          condition: '#own.#revision = :revision',
          names: { '#own': RESERVED_ATTRIBUTE, '#revision': 'revision' },
          values: { ':revision': expected },
        }),
    };
  }

  mark({ key, leaving, head }: Marking): ConditionalWrite {
    const mark: Attribute = { M: { leaving: { S: leaving }, head: { BOOL: head } } };
    return {
      statement: `UPDATE ${quote(this.#name)} SET ${quote(RESERVED_ATTRIBUTE)} = ? WHERE ${this.#whereKey()}`,
      parameters: [mark, ...Object.values(this.keyAttributes(key))],
      alone: () =>
        this.#held('UpdateItem', () =>
          this.#client.send(
            new UpdateItemCommand({
              TableName: this.#name,
              Key: this.keyAttributes(key) as never,
              UpdateExpression: 'SET #own = :mark',
              ConditionExpression: 'attribute_exists(#pk)',
              ExpressionAttributeNames: { '#own': RESERVED_ATTRIBUTE, '#pk': this.#table.partitionKey },
              ExpressionAttributeValues: { ':mark': mark } as never,
            }),
          ),
        ),
    };
  }

  removeMarked(key: Key, bundle: string): ConditionalWrite {
    return {
      statement: `DELETE FROM ${quote(this.#name)} WHERE ${this.#whereKey()} AND ${quote(RESERVED_ATTRIBUTE)}."leaving" = ?`,
      parameters: [...Object.values(this.keyAttributes(key)), { S: bundle }],
      alone: () =>
        this.#delete(key, {
          condition: '#own.#leaving = :bundle',
          names: { '#own': RESERVED_ATTRIBUTE, '#leaving': 'leaving' },
          values: { ':bundle': { S: bundle } },
        }),
    };
  }

  removeExpired(key: Key, now: number): ConditionalWrite {
    const ttl = this.#table.ttl ?? '';
    const seconds: Attribute = { N: String(Math.floor(now / 1000)) };
    return {
      statement: `DELETE FROM ${quote(this.#name)} WHERE ${this.#whereKey()} AND ${quote(ttl)} <= ?`,
      parameters: [...Object.values(this.keyAttributes(key)), seconds],
      alone: () =>
        this.#delete(key, { condition: '#ttl <= :now', names: { '#ttl': ttl }, values: { ':now': seconds } }),
    };
  }

  #whereKey(): string {
    const { partitionKey, sortKey } = this.#table;
    return sortKey === undefined
      ? `${quote(partitionKey)} = ?`
      : `${quote(partitionKey)} = ? AND ${quote(sortKey)} = ?`;
  }

  #put(item: Attributes, { condition, names, values }: Expression): Promise<boolean> {
    return this.#held('PutItem', () =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#name,
          Item: item as never,
          ConditionExpression: condition,
          ExpressionAttributeNames: names,
          ...(values && { ExpressionAttributeValues: values as never }),
        }),
      ),
    );
  }

  #delete(key: Key, { condition, names, values }: Expression): Promise<boolean> {
    return this.#held('DeleteItem', () =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#name,
          Key: this.keyAttributes(key) as never,
          ConditionExpression: condition,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values as never,
        }),
      ),
    );
  }

  /** Whether the call's condition held. */
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

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
