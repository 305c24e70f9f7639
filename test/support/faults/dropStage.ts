import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteEventBusCommand, DeleteRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';

const RULE = 'afterwrite-log';

/** What a stage kept is no longer needed: DynamoDB Local stays quick with few tables, and an account has a hundred buses. */
export async function dropStage({ clients: { dynamodb, events }, names }: Workplace): Promise<void> {
  for (const TableName of [names.table, names.stateTable]) await dynamodb.send(new DeleteTableCommand({ TableName }));
  for (const EventBusName of [names.bus, names.replayBus]) {
    await events.send(new RemoveTargetsCommand({ EventBusName, Rule: RULE, Ids: ['log'] }));
    await events.send(new DeleteRuleCommand({ EventBusName, Name: RULE }));
    await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
  }
}
