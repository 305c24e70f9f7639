/** Where this endpoint pretends to be; part of every ARN and envelope. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

export const DEFAULT_BUS = 'default';

export const busArn = (place: Place, bus: string): string =>
  `arn:aws:events:${place.region}:${place.account}:event-bus/${bus}`;

/** Rules of the default bus carry no bus in their ARN. */
export const ruleArn = (place: Place, bus: string, rule: string): string =>
  `arn:aws:events:${place.region}:${place.account}:rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${rule}`;

/** The name of a bus given by name or ARN; undefined if the ARN is of another account or Region. */
export const busNameOf = (place: Place, reference: string = DEFAULT_BUS): string | undefined => {
  if (!reference.startsWith('arn:')) return reference;
  const home = busArn(place, '');
  return reference.startsWith(home) ? reference.slice(home.length) : undefined;
};

/** The names in a rule's ARN; undefined if it is no rule's, or of another account or Region. */
export const ruleNamesOf = (place: Place, arn: string): { bus: string; rule: string } | undefined => {
  const home = ruleArn(place, DEFAULT_BUS, '');
  if (!arn.startsWith(home)) return undefined;
  const path = arn.slice(home.length);
  const end = path.lastIndexOf('/');
  return end < 0 ? { bus: DEFAULT_BUS, rule: path } : { bus: path.slice(0, end), rule: path.slice(end + 1) };
};

/** The log group of a CloudWatch Logs ARN, with or without the `:*` for its streams; undefined for any other ARN. */
export const logGroupOf = (arn: string): string | undefined =>
  /^arn:aws[a-z-]*:logs:[^:]*:[^:]*:log-group:([.\-_/#A-Za-z0-9]{1,512})(?::\*)?$/.exec(arn)?.[1];
