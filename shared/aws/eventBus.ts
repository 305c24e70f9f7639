import { DescribeEventBusCommand, type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AfterwriteError } from '../model/errors.ts';
import type { BusOutcome, EventBus } from '../ports/eventBus.ts';
import { calling, nameOf } from './errors.ts';

/** Errors of single entries that pass; a lost permission does too, once it is given back. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const PASSING =
  /Throttl|InternalFailure|InternalException|InternalServer|ServiceUnavailable|LimitExceeded|Timeout|AccessDenied/i;

export function eventBridgeBus(client: EventBridgeClient, name: string): EventBus {
  return {
    name,
    async describe() {
      try {
        await calling(`DescribeEventBus ${name}`, () => client.send(new DescribeEventBusCommand({ Name: name })));
      } catch (error) {
        if (nameOf((error as Error).cause) !== 'ResourceNotFoundException') throw error;
        throw new AfterwriteError('BUS_MISSING', `the event bus '${name}' does not exist`, {
          mend: "create it with 'afterwrite provision'",
          cause: error,
        });
      }
    },
    async put(entries) {
      const answer = await calling(`PutEvents on ${name}`, () =>
        client.send(
          new PutEventsCommand({
            Entries: entries.map((entry) => ({
              EventBusName: name,
              Source: entry.source,
              DetailType: entry.detailType,
              Detail: entry.detail,
              Time: new Date(entry.time),
              ...(entry.traceHeader !== undefined && { TraceHeader: entry.traceHeader }),
            })),
          }),
        ),
      );
      return entries.map((_, i): BusOutcome => {
        const result = answer.Entries?.[i];
        if (result && result.ErrorCode === undefined) return { ok: true };
        const code = result?.ErrorCode ?? 'NoAnswer';
        return {
          ok: false,
          code,
          message: result?.ErrorMessage ?? 'no result for this entry',
          retry: !result || PASSING.test(code),
        };
      });
    },
  };
}
