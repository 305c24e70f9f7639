import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { max } from '../model/measures/extreme.ts';
import { histogram } from '../model/measures/histogram.ts';
import { mean } from '../model/measures/mean.ts';
import { DAY_MS } from '../model/retention.ts';
import { statistic, type Views } from '../model/statistic.ts';
import { dayOf } from '../model/time.ts';
import {
  comment,
  type Incident,
  incident,
  isOver,
  overAt,
  participant,
  SEVERITIES,
  secondsToResolve,
} from './incidentsItems.ts';

/** Seconds: percentiles to ten minutes, up to sixty days; what took longer is in the last bucket, and exact in the mean. */
const STEP = 600;
const LONGEST = (60 * DAY_MS) / 1000 - 1;
/** Nearly every write of an incident is one to 'all that are open', and all that are closed stay counted. */
const PARTS = 4;

/** How many incidents have this status and severity, without a query that counts. */
export const status = statistic('status', {
  key: 'AFTERWRITE#STATUS#{status}#SEVERITY#{severity} / STATS',
  spread: PARTS,
  measures: { incidents: count() },
  feeds: (from) => [
    from(incident, (i) => [{ into: { status: i.status, severity: i.severity }, add: { incidents: 1 } }]),
  ],
});

const timesToResolve = { mean: mean(), times: histogram(0, LONGEST, { step: STEP }) };

const resolvedIn = (i: Incident) => {
  const seconds = secondsToResolve(i);
  return seconds === undefined ? {} : { mean: seconds, times: Math.min(seconds, LONGEST) };
};

/** In seconds. */
const timeToResolve = ({ mean, times }: Views<typeof timesToResolve>) => ({
  count: times.count,
  mean,
  p50: times.p50,
  p90: times.p90,
});

export const service = statistic('service', {
  key: 'AFTERWRITE#SERVICE#{service} / STATS',
  measures: { opened: count(), open: count(), resolved: count(), bySeverity: countBy(SEVERITIES), ...timesToResolve },
  feeds: (from) => [
    from(incident, (i) => [
      {
        into: { service: i.service },
        add: {
          opened: 1,
          open: !isOver(i.status),
          resolved: isOver(i.status),
          bySeverity: i.severity,
          ...resolvedIn(i),
        },
      },
    ]),
  ],
  shape: (s) => ({
    service: s.service,
    opened: s.opened,
    open: s.open,
    resolved: s.resolved,
    bySeverity: s.bySeverity,
    timeToResolve: timeToResolve(s),
  }),
});

export const user = statistic('user', {
  key: 'AFTERWRITE#USER#{userId} / STATS',
  measures: { incidents: count(), lastJoinedAt: max<string>() },
  feeds: (from) => [
    from(participant, (p) => [{ into: { userId: p.userId }, add: { incidents: 1, lastJoinedAt: p.joinedAt } }]),
  ],
});

/** UTC days: opened by createdAt, resolved by when that was, comments by their own time. */
export const day = statistic('day', {
  key: 'AFTERWRITE#DAY#{day} / STATS',
  measures: {
    opened: count(),
    resolved: count(),
    bySeverity: countBy(SEVERITIES),
    comments: count(),
    ...timesToResolve,
  },
  feeds: (from) => [
    from(incident, (i) => {
      const over = overAt(i);
      return [
        { into: { day: dayOf(i.createdAt) }, add: { opened: 1, bySeverity: i.severity } },
        ...(over === undefined ? [] : [{ into: { day: dayOf(over) }, add: { resolved: 1, ...resolvedIn(i) } }]),
      ];
    }),
    from(comment, (c) => [{ into: { day: dayOf(c.timestamp) }, add: { comments: 1 } }]),
  ],
  shape: (d) => ({
    day: d.day,
    opened: d.opened,
    resolved: d.resolved,
    bySeverity: d.bySeverity,
    comments: d.comments,
    timeToResolve: timeToResolve(d),
  }),
});
