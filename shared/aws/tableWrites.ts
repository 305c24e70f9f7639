import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Attribute, Attributes } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/checks.ts';
import type { Key } from '../model/keys.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { Marking, Replacement } from '../ports/tableStore.ts';
import { calling, nameOf } from './errors.ts';
import type { ConditionalWrite } from './statements.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Condition {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values?: Attributes;
}

/** The conditional writes of a table: each tells whether its condition held. */
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

  replace(replacement: Replacement): ConditionalWrite {
    const { item, revision } = replacement;
    const put = (): Promise<boolean> =>
      this.#put(item, {
        expression: '#own.#revision = :revision',
        names: { '#own': RESERVED_ATTRIBUTE, '#revision': 'revision' },
        values: { ':revision': { N: String(revision) } },
      });
    return { statement: this.#statement(replacement), alone: revision === 0 ? () => this.insert(item) : put };
  }

  /**
   * The same replacement as a statement. Not where the item is in an index: such statements took twice as long as puts
   * (DynamoDB Local). Not where it is not known which attributes must go.
   */
  #statement({ key, item, revision, dropped }: Replacement): ConditionalWrite['statement'] {
    if (this.#table.indexes?.some(({ partition }) => item[partition] !== undefined)) return undefined;
    const names = Object.keys(item);
    if (revision === 0) {
      const members = names.map((name) => `'${name.replaceAll("'", "''")}': ?`);
      return {
        text: `INSERT INTO ${quoted(this.#name)} VALUE {${members.join(', ')}}`,
        parameters: Object.values(item),
      };
    }
    if (!dropped) return undefined;
    const keys = this.keyAttributes(key);
    const set = names.filter((name) => keys[name] === undefined);
    const changes = [
      ...set.map((name) => `SET ${quoted(name)} = ?`),
      ...dropped.map((name) => `REMOVE ${quoted(name)}`),
    ];
    const where = [...Object.keys(keys).map(quoted), `${quoted(RESERVED_ATTRIBUTE)}."revision"`].map(
      (name) => `${name} = ?`,
    );
    return {
      text: `UPDATE ${quoted(this.#name)} ${changes.join(' ')} WHERE ${where.join(' AND ')}`,
      parameters: [...set.map((name) => item[name] as Attribute), ...Object.values(keys), { N: String(revision) }],
    };
  }

  mark({ key, leaving, head }: Marking): Promise<boolean> {
    const mark = { M: { leaving: { S: leaving }, head: { BOOL: head } } };
    return this.#setMark(key, mark, {
      expression: 'attribute_exists(#pk)',
      names: { '#pk': this.#table.partitionKey },
    });
  }

  removeMarked(key: Key, bundle: string): Promise<boolean> {
    return this.#delete(key, {
      expression: '#own.#leaving = :bundle',
      names: { '#own': RESERVED_ATTRIBUTE, '#leaving': 'leaving' },
      values: { ':bundle': { S: bundle } },
    });
  }

  /** Marked first, so that its record tells the end of its time from a user's delete. @param now epoch milliseconds */
  async removeExpired(key: Key, now: number): Promise<boolean> {
    const seconds = { N: String(Math.floor(now / 1000)) };
    const over = {
      expression: '#ttl <= :now',
      names: { '#ttl': this.#table.ttl ?? '' },
      values: { ':now': seconds },
    };
    if (!(await this.#setMark(key, { M: { expired: seconds } }, over))) return false;
    return this.#delete(key, over);
  }

  #setMark(key: Key, mark: Attribute, { expression, names, values }: Condition): Promise<boolean> {
    return this.#held('UpdateItem', () =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#name,
          Key: this.keyAttributes(key) as never,
          UpdateExpression: 'SET #mark = :mark',
          ConditionExpression: expression,
          ExpressionAttributeNames: { ...names, '#mark': RESERVED_ATTRIBUTE },
          ExpressionAttributeValues: { ...values, ':mark': mark } as never,
        }),
      ),
    );
  }

  #put(item: Attributes, { expression, names, values }: Condition): Promise<boolean> {
    return this.#held('PutItem', () =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#name,
          Item: item as never,
          ConditionExpression: expression,
          ExpressionAttributeNames: names,
          ...(values && { ExpressionAttributeValues: values as never }),
        }),
      ),
    );
  }

  #delete(key: Key, { expression, names, values }: Condition): Promise<boolean> {
    return this.#held('DeleteItem', () =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#name,
          Key: this.keyAttributes(key) as never,
          ConditionExpression: expression,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values as never,
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
