import { post } from './post.ts';
import { DeliveryFailure, type SenderLookup } from './sender.ts';

/** Where AWS has the name of an API destination, ours has the URL itself: `…:api-destination/http://127.0.0.1:8080/hook`. */
const DESTINATION = /^arn:aws[a-z-]*:events:[^:]*:[^:]*:api-destination\/(https?:\/\/.+)$/;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: what is tried again, and as whom it calls. */
const PASSING_STATUS: ReadonlySet<number> = new Set([401, 407, 409, 429]);
const TOO_MANY_REQUESTS = 429;
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
};

/** Posts events to URLs, in place of AWS's API destinations: any 2xx is success. `timeout` in milliseconds. */
export const httpSenders =
  (timeout: number): SenderLookup =>
  (arn) => {
    const destination = DESTINATION.exec(arn)?.[1];
    if (destination === undefined || !URL.canParse(destination)) return undefined;
    return async ({ body, target }, signal) => {
      const url = new URL(destination);
      const { HeaderParameters = {}, QueryStringParameters = {} } = target.HttpParameters ?? {};
      for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
      const headers = { ...HEADERS, ...HeaderParameters };
      const answer = await post({ url: url.href, headers, body, signal, timeout });
      await answer.body?.cancel();
      if (!answer.ok) throw refusal(answer);
    };
  };

const refusal = ({ status, headers }: Response): DeliveryFailure => {
  const message = `The target answered with HTTP status ${status}.`;
  if (status === TOO_MANY_REQUESTS) return new DeliveryFailure('THROTTLING', message, millisecondsIn(headers));
  const passes = PASSING_STATUS.has(status) || status >= 500;
  return new DeliveryFailure(passes ? 'ERROR_FROM_TARGET' : 'SDK_CLIENT_ERROR', message, millisecondsIn(headers));
};

/** Of Retry-After, where it is given in seconds. */
const millisecondsIn = (headers: Headers): number => {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
};
