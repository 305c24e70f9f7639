import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type EventBridgeEndpoint, startEventBridge } from '../../../infra/local/eventbridge/endpoint.ts';

/** 2026-11-21T00:00:00Z */
export const NOW = 1_795_219_200_000;

export const LOG_ARN = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/seen';
export const LOG = '/aws/events/seen';

export interface Running {
  readonly endpoint: EventBridgeEndpoint;
  readonly client: EventBridgeClient;
  stop(): Promise<void>;
}

/** An endpoint and a real client of it; `stop` is given to a test's own ending. */
export const start = async (options: Parameters<typeof startEventBridge>[0] = {}): Promise<Running> => {
  const endpoint = await startEventBridge({ clock: { now: () => NOW }, ...options });
  const client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  return {
    endpoint,
    client,
    stop: async () => {
      await endpoint.stop();
      client.destroy();
    },
  };
};

export const entry = (detail: unknown, more: object = {}) => ({
  Source: 'shop',
  DetailType: 'Paid',
  Detail: JSON.stringify(detail),
  ...more,
});

export const detailsIn = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line).detail);
