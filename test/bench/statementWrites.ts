import type { Attribute, Attributes } from '../../shared/model/attribute.ts';
import type { SentWrite } from './requests.ts';

export interface Batch {
  readonly Statements?: readonly { readonly Statement?: string; readonly Parameters?: readonly Attribute[] }[];
}
export interface Answer {
  readonly Responses?: readonly { readonly Error?: { readonly Code?: string } }[];
}

/** A batch of statements as the puts of whole items that they stand for: one that was refused costs as much. */
export function statementWrites(batch: Batch, answer: Answer): SentWrite[] {
  return (batch.Statements ?? []).map(({ Statement: text = '', Parameters: parameters = [] }, i) => ({
    operation: 'PutItem',
    input: { TableName: /"([^"]+)"/.exec(text)?.[1] ?? '', Item: itemOf(text, parameters) },
    refused: answer.Responses?.[i]?.Error !== undefined,
  }));
}

/** Only the two statements that the product writes: every attribute of the item is a parameter, the revision comes last. */
function itemOf(text: string, parameters: readonly Attribute[]): Attributes {
  const inserts = text.startsWith('INSERT');
  if (!inserts && !text.startsWith('UPDATE')) throw new Error(`the bench can't price '${text.slice(0, 40)}'`);
  const names = [...text.matchAll(inserts ? /'([^']+)': \?/g : /"([^"]+)" = \?/g)].map(([, name = '']) => name);
  const own = inserts ? names : names.slice(0, -1);
  return Object.fromEntries(own.map((name, i) => [name, parameters[i] as Attribute]));
}
