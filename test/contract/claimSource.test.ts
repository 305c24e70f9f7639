import { s3Claims } from '../../shared/aws/claimSource.ts';
import { MemoryClaims } from '../support/memory/memoryClaims.ts';
import { claimSourceContract } from './claimSourceContract.ts';
import { localStages } from './localStages.ts';

describe('claims in memory', () => {
  claimSourceContract(async () => {
    const claims = new MemoryClaims();
    return { claims, bucket: 'b', put: async (key, body) => void claims.put('b', key, body) };
  });
});

describe('claims over the SDK', () => {
  const open = localStages();
  claimSourceContract(async () => {
    const { archive, clients, names } = await open();
    const put = async (key: string, body: Uint8Array): Promise<void> => void (await archive.putIfAbsent(key, body));
    return { claims: s3Claims(clients.s3), bucket: names.bucket, put };
  });
});
