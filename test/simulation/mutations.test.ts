import { readFileSync } from 'node:fs';
import { MUTATIONS } from './mutations.ts';

test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
  'what is to be broken is still there: %s',
  (_, { file, text }) => {
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  },
);
