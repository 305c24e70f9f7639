/** What the functions report by embedded metrics; see shared/aws/embeddedMetrics.ts. Dimensions: `system`, `stage`, and what is named here. */
export const NAMESPACE = 'afterwrite';

export interface OwnMetric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const READINGS = [
  { reader: 'live', processor: 'statistics' },
  { reader: 'live', processor: 'fanout' },
  { reader: 'archive', processor: 'archive' },
] as const;

export const TIME_TO_LOSS = 'timeToLossSeconds';
export const LAG = 'lagSeconds';
export const SPILLED: OwnMetric = { name: 'spilledSeconds', dimensions: { processor: 'fanout' } };
export const PARKED: OwnMetric = { name: 'parked', dimensions: {} };
export const DRIFT: OwnMetric = { name: 'drift', dimensions: {} };
