/** What readers, sweeper and drainer report, and what alarms and the dashboard look at: one name each. */
export const METRICS_NAMESPACE = 'afterwrite';
/** Powertools gives every metric the dimension `service`. */
export const METRICS_SERVICE = 'afterwrite';

/** Of each reader and processor. */
export const LAG = 'lagSeconds';
export const TIME_TO_LOSS = 'timeToLossSeconds';
/** Of processor `fanout`: for how long the first shard waits for the bus. */
export const SPILLED = 'spilledSeconds';
/** Items that wait for a person. */
export const PARKED = 'parked';
/** Aggregates that differ from a recount. */
export const DRIFT = 'drift';
