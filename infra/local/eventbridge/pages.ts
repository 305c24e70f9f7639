import { invalid } from './errors.ts';
import { MAX_PAGE_SIZE } from './limits.ts';

interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly Limit?: number | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

/** One page of a list, in the order of its keys. A token is the last key seen, so it survives changes between pages. */
export const pageOf = <T>(all: Iterable<T>, keyOf: (item: T) => string, request: PageRequest): Page<T> => {
  const after = request.NextToken === undefined ? undefined : keyIn(request.NextToken);
  const rest = [...all]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = rest.slice(0, request.Limit ?? MAX_PAGE_SIZE);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined ? { items, NextToken: tokenOf(keyOf(last)) } : { items };
};

const TOKEN_START = 'after:';

const tokenOf = (key: string): string => Buffer.from(TOKEN_START + key).toString('base64');

const keyIn = (token: string): string => {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(TOKEN_START)) throw invalid('Parameter NextToken is not valid.');
  return text.slice(TOKEN_START.length);
};
