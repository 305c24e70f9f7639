/** What an alarm means, and what a tired person does about it. */
interface Page {
  readonly means: string;
  readonly todo: string;
}

/** By what alarms are called, without the reader, table or queue at the end. */
export const RUNBOOK = {
  'time-to-loss': {
    means: 'a processor is so far behind that the stream will forget changes before it reads them',
    todo: "'afterwrite status' tells which shard; see errors and throttles of its function, then 'parked ls'; once it reads, it catches up by itself. What was lost is told by 'status', and mended by 'rebuild'",
  },
  age: {
    means:
      'Lambda has not delivered a record for 8 of the 24 hours that the stream keeps it: the reader fails or does not start',
    todo: "look at the function's errors and log; a batch that fails again and again stands in the log by its sequence numbers; see that the mapping is enabled",
  },
  workers: {
    means: 'no task of the worker runs: nothing is read',
    todo: "the service's events and the log tell why; a task that lacks memory is killed: give it more",
  },
  parked: {
    means: 'changes of some items can not be processed; those items count as they were before, all others go on',
    todo: "'afterwrite parked ls' tells why; mend it, then 'parked redrive --all'",
  },
  spilled: {
    means: 'the bus takes nothing for a quarter of an hour; events wait in the archive, in order, and nothing is lost',
    todo: "see that the bus is there and that the role may put events; it drains by itself: 'afterwrite status'",
  },
  drift: {
    means: 'a recount of table and archive differs from statistics',
    todo: "'afterwrite verify' names each; 'verify --repair' writes them anew. Tell us: this should never be",
  },
  'dead-letters': {
    means: 'a target did not take an event or a schedule for a day',
    todo: 'read the queue: each message says its rule, target and error; mend the target, then replay the window to it',
  },
  throttled: {
    means: 'DynamoDB throttles requests to this table',
    todo: "on demand: a hot key, or a jump to more than twice the last peak: 'spread' the statistic; provisioned: raise the maximum. Nothing is lost: readers try again",
  },
  'system-errors': {
    means: 'DynamoDB itself fails',
    todo: 'see health.aws.amazon.com; readers try again, and time-to-loss tells whether it becomes serious',
  },
  'user-errors': {
    means: 'DynamoDB refuses requests of this account and Region as wrong, whoever sends them',
    todo: "find the sender by CloudTrail; of afterwrite it is an item or an index key that the table does not take: 'parked ls'",
  },
  errors: {
    means: 'a function fails',
    todo: 'its log says why, with the code and the mend; what it did is done, and what it did not is delivered again',
  },
  throttles: {
    means: 'a function is not started for lack of concurrency',
    todo: "raise the account's concurrency, or reserve some for it",
  },
} as const satisfies Record<string, Page>;

export type PageName = keyof typeof RUNBOOK;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const LONGEST_DESCRIPTION = 1_024;

export const descriptionOf = (page: PageName, of: string): string =>
  `${of}: ${RUNBOOK[page].means} -> ${RUNBOOK[page].todo}`;
