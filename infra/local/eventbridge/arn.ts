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

/** The log group of a CloudWatch Logs ARN, with or without the `:*` for its streams; undefined for any other ARN. */
export const logGroupOf = (arn: string): string | undefined =>
  /^arn:aws[a-z-]*:logs:[^:]*:[^:]*:log-group:([.\-_/#A-Za-z0-9]{1,512})(?::\*)?$/.exec(arn)?.[1];
