/** What AWS asks for, but S3's prices, which are in storagePrices.ts. Dollars, before taxes, free tiers and traffic. */
export interface ServicePrices {
  readonly dynamodb: {
    /** A million write request units: of 1 KB each. */
    readonly writeUnits: number;
    /** A million read request units: of 4 KB each, consistent. */
    readonly readUnits: number;
    /** A million GetRecords requests. Those of Lambda's are free. */
    readonly streamReads: number;
  };
  readonly lambda: {
    /** A million. */
    readonly requests: number;
    readonly gbSecond: number;
  };
  readonly eventBridge: {
    /** A million events of up to 64 KB each. */
    readonly events: number;
  };
  readonly cloudWatch: {
    /** A metric of an alarm, a month. */
    readonly alarmMetric: number;
    /** A metric of one's own, a month. */
    readonly metric: number;
    readonly dashboard: number;
    /** A GB taken in. */
    readonly logs: number;
  };
  /** A million traces recorded. */
  readonly traces: number;
  readonly kms: {
    /** A key of the customer's, a month. */
    readonly key: number;
    /** A million. */
    readonly requests: number;
  };
  /** On Graviton, an hour. */
  readonly fargate: { readonly vcpu: number; readonly gb: number };
  /** An interface endpoint in one zone, an hour. */
  readonly interfaceEndpoint: number;
}

/**
 * us-east-1 as of 2026-11; DynamoDB on demand, Lambda on arm64.
 * https://aws.amazon.com/dynamodb/pricing/on-demand/
 * https://aws.amazon.com/lambda/pricing/
 * https://aws.amazon.com/eventbridge/pricing/
 * https://aws.amazon.com/cloudwatch/pricing/
 * https://aws.amazon.com/xray/pricing/
 * https://aws.amazon.com/kms/pricing/
 * https://aws.amazon.com/fargate/pricing/
 * https://aws.amazon.com/privatelink/pricing/
 */
export const SERVICES_US_EAST_1: ServicePrices = {
  dynamodb: { writeUnits: 0.625, readUnits: 0.125, streamReads: 0.2 },
  lambda: { requests: 0.2, gbSecond: 0.0000133334 },
  eventBridge: { events: 1 },
  cloudWatch: { alarmMetric: 0.1, metric: 0.3, dashboard: 3, logs: 0.5 },
  traces: 5,
  kms: { key: 1, requests: 3 },
  fargate: { vcpu: 0.03238, gb: 0.00356 },
  interfaceEndpoint: 0.01,
};
