import { existsSync } from 'node:fs';

/** Where Debian and others put it; undefined: there is none. */
export const chromiumHere = (): string | undefined =>
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
