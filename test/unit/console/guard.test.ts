import fc from 'fast-check';
import { type Asked, refusal } from '../../../infra/console/guard.ts';

const own = { port: 4310, token: 'the-token' };
const asked = (part: Partial<Asked> = {}): Asked => ({
  method: 'GET',
  path: '/api/about',
  host: '127.0.0.1:4310',
  origin: undefined,
  site: undefined,
  token: undefined,
  ...part,
});
const code = (part: Partial<Asked>): string | undefined => refusal(asked(part), own)?.code;

test('loopback is let in by each of its names, and reads without a token', () => {
  for (const host of ['127.0.0.1:4310', 'localhost:4310', 'LOCALHOST:4310', '[::1]:4310'])
    expect(code({ host })).toBeUndefined();
});

test('a name that was rebound to us is refused, however much it looks like ours', () => {
  for (const host of [undefined, 'evil.example:4310', '127.0.0.1', '127.0.0.1:4311', 'localhost.evil.example:4310'])
    expect(refusal(asked({ host }), own)).toMatchObject({ status: 421, code: 'HOST_REFUSED' });
});

test("other people's pages are refused, what they ask for notwithstanding", () => {
  expect(code({ origin: 'https://evil.example' })).toBe('ORIGIN_REFUSED');
  expect(code({ origin: 'null' })).toBe('ORIGIN_REFUSED');
  expect(code({ origin: 'https://127.0.0.1:4310' })).toBe('ORIGIN_REFUSED');
  expect(code({ site: 'cross-site' })).toBe('ORIGIN_REFUSED');
  expect(code({ site: 'same-site' })).toBe('ORIGIN_REFUSED');
  expect(code({ origin: 'http://127.0.0.1:4310', site: 'same-origin' })).toBeUndefined();
});

test('the page itself may be reached by a link from elsewhere', () => {
  expect(code({ path: '/', site: 'cross-site' })).toBeUndefined();
});

test('what changes anything needs the token, and no other text is it', () => {
  expect(code({ method: 'POST', token: 'the-token' })).toBeUndefined();
  expect(code({ method: 'POST' })).toBe('TOKEN_REFUSED');
  fc.assert(
    fc.property(fc.string(), (token) => {
      expect(code({ method: 'POST', token })).toBe(token === own.token ? undefined : 'TOKEN_REFUSED');
    }),
  );
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    expect(code({ method, token: 'the-token' })).toBe('METHOD_REFUSED');
});
