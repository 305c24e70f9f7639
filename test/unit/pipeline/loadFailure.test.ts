import { loadFailure } from '../../../infra/pipeline/loadFailure.ts';

const thrown = (error: Error, stack: string): Error => Object.assign(error, { stack });

test('what a file throws while it is loaded is one line, with the line in that file and not in a library', () => {
  const stack =
    'TypeError: x\n    at f (/lib/zod.js:3:4)\n    at file:///home/me/shop.mjs:57:22\n    at g (node:internal/a:1:1)';
  expect(loadFailure('/home/me/shop.mjs', thrown(new TypeError('m is not a function'), stack))).toMatchObject({
    code: 'DECLARATION_WRONG',
    message: '/home/me/shop.mjs:57: TypeError: m is not a function',
    mend: 'correct the file',
  });
});

test.each([
  [new ReferenceError('carierMonth is not defined'), 'DECLARATION_WRONG', 'declare or import it'],
  [new SyntaxError("The requested module 'x' does not provide an export named 'changed'"), 'USAGE', 'README'],
  [new Error('Invalid element at key "a": expected a Zod schema'), 'DECLARATION_WRONG', 'z.string()'],
])('%s: with what to do', (error, code, mend) => {
  expect(loadFailure('shop.mjs', error)).toMatchObject({ code, mend: expect.stringContaining(mend) });
});

test('what is thrown and is no error is told as well', () => {
  expect(loadFailure('shop.mjs', 'no')).toMatchObject({ code: 'DECLARATION_WRONG', message: 'shop.mjs: Error: no' });
});
