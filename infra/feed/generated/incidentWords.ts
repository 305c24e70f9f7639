/* What made up incidents are about. Of each list, what stands first comes most often where it is picked so. */

export const SERVICES = [
  'checkout',
  'search',
  'payments',
  'login',
  'catalogue',
  'mail',
  'billing',
  'media',
  'reports',
  'admin',
];
export const PEOPLE = Array.from({ length: 40 }, (_, i) => `u-${i + 1}`);
export const SEVERITIES = [
  ['P0', 2],
  ['P1', 8],
  ['P2', 25],
  ['P3', 40],
  ['P4', 25],
] as const;
/** Mean minutes to mitigate, by severity: what matters is worked on at once. */
export const MINUTES: Readonly<Record<string, number>> = { P0: 60, P1: 150, P2: 600, P3: 2_400, P4: 6_000 };
export const SYMPTOMS = ['answers slowly', 'is down', 'loses messages', 'shows old data', 'refuses some users'];
export const REMARKS = [
  'looking at it',
  'the last deployment is rolled back',
  'the database is at its limit',
  'seems fine again',
];
