import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { auditContract } from './auditContract.ts';
import { localStages } from './localStages.ts';

describe('an audit of an archive in memory', () => {
  auditContract(async () => ({ archive: new MemoryArchive(), names: namesOf(reviewer, 'test') }));
});

describe('an audit of an archive over the SDK', () => {
  const open = localStages();
  auditContract(open);
});
