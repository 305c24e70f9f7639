import { types } from 'node:util';

/**
 * Jest runs tests in a realm of their own, whose `Error` is not that of Node's own errors: to p-retry, which asks with
 * `instanceof`, a refused connection would be no error at all. Here any realm's error is one.
 */
export function acceptErrorsOfAllRealms(): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, candidate: unknown): boolean {
      return (this === Error && types.isNativeError(candidate)) || ordinary.call(this as () => void, candidate);
    },
  });
}
