import { type EventBridgeClient, ListRulesCommand, type ListRulesCommandOutput } from '@aws-sdk/client-eventbridge';
import { calling } from './errors.ts';

export interface BusRule {
  readonly name: string;
  /** JSON text. */
  readonly pattern: string;
  readonly enabled: boolean;
}

/** Rules of a bus that have a pattern. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export async function rulesOf(client: EventBridgeClient, bus: string): Promise<BusRule[]> {
  const rules: BusRule[] = [];
  let NextToken: string | undefined;
  do {
    const request = { EventBusName: bus, ...(NextToken !== undefined && { NextToken }) };
    const page: ListRulesCommandOutput = await calling(`ListRules of ${bus}`, () =>
      client.send(new ListRulesCommand(request)),
    );
    for (const { Name = '', EventPattern, State } of page.Rules ?? [])
      if (EventPattern !== undefined) rules.push({ name: Name, pattern: EventPattern, enabled: State !== 'DISABLED' });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}
