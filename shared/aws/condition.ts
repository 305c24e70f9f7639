import type { Attributes } from '../model/attribute.ts';

/** On what a write relies, with the names and values that its expressions use. */
export interface Condition {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values?: Attributes;
}

export const inRequest = (condition: Condition | undefined) =>
  condition && {
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: condition.names,
    ...(condition.values && { ExpressionAttributeValues: condition.values as never }),
  };
