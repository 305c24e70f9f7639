import { memoryState } from '../support/memory/memoryState.ts';
import { localStages } from './localStages.ts';
import { stateStoreContract } from './stateStoreContract.ts';

describe('the state in memory', () => {
  stateStoreContract(async () => memoryState());
});

describe('the state over the SDK', () => {
  const open = localStages();
  stateStoreContract(async () => (await open()).state);
});
