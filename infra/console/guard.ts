import { createHash, timingSafeEqual } from 'node:crypto';
import type { Problem } from './wire.ts';

/** What of a request decides whether it is let in. Absent headers are undefined. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: every current browser sends it. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header */
  readonly site: string | undefined;
  readonly token: string | undefined;
}

export interface Refusal extends Problem {
  readonly status: 403 | 405 | 421;
}

const READING = ['GET', 'HEAD'];
const OURS = ['same-origin', 'none'];

/**
 * Undefined: let it in. The page is on loopback, where any page of any site can send requests to: a foreign Host is a name that
 * was rebound to us, a foreign Origin somebody else's page. What changes anything also needs the token, that only the
 * terminal has shown. https://owasp.org/www-community/attacks/DNS_Rebinding
 */
export function refusal(asked: Asked, { port, token }: { port: number; token: string }): Refusal | undefined {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  const { host, origin, site, method, path } = asked;
  if (host === undefined || !hosts.includes(host.toLowerCase()))
    return {
      status: 421,
      code: 'HOST_REFUSED',
      message: 'this console answers on loopback alone',
      mend: 'open the address that the command printed',
    };
  const isForeign = origin !== undefined && !hosts.includes(origin.toLowerCase().replace(/^http:\/\//, ''));
  if (isForeign || (path.startsWith('/api/') && site !== undefined && !OURS.includes(site)))
    return {
      status: 403,
      code: 'ORIGIN_REFUSED',
      message: 'another page asked',
      mend: 'open the address that the command printed',
    };
  if (READING.includes(method)) return undefined;
  if (method !== 'POST')
    return { status: 405, code: 'METHOD_REFUSED', message: `${method} is not known here`, mend: 'use GET or POST' };
  return isToken(asked.token, token)
    ? undefined
    : {
        status: 403,
        code: 'TOKEN_REFUSED',
        message: 'without its token the console only shows',
        mend: 'open the address that the command printed, with all that stands behind the #',
      };
}

/** In a time that tells nothing of either. */
function isToken(given: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}
