import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Jest runs tests in a realm of their own, where the errors of Node itself (a refused connection) are no `Error`s, and
 * p-retry takes no other. From here on they are, as they are wherever there is one realm only.
 */
export function adoptForeignErrors(): void {
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(this: unknown, candidate: unknown): boolean {
      return ordinary.call(this as () => void, candidate) || (this === Error && types.isNativeError(candidate));
    },
  });
}
