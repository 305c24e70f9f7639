import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import type { Encryption } from '../objectRecord.ts';
import { type Operation, xmlReply } from '../service.ts';
import { document, element, parseXml, text } from '../xml.ts';

const EncryptionConfiguration = z.object({
  ServerSideEncryptionConfiguration: z.strictObject({
    Rule: z.tuple([
      z.strictObject({
        ApplyServerSideEncryptionByDefault: z.strictObject({
          SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
          KMSMasterKeyID: z.string().optional(),
        }),
        BucketKeyEnabled: z.enum(['true', 'false']).optional(),
      }),
    ]),
  }),
});

/** Kept, given back, and told of each new object; nothing is encrypted on this machine. */
export const putEncryption: Operation = async ({ buckets }, request) => {
  const asked = parseXml(await receiveDocument(request), EncryptionConfiguration).ServerSideEncryptionConfiguration;
  const { SSEAlgorithm, KMSMasterKeyID } = asked.Rule[0].ApplyServerSideEncryptionByDefault;
  const encryption: Encryption = {
    algorithm: SSEAlgorithm,
    ...(KMSMasterKeyID !== undefined && { keyId: KMSMasterKeyID }),
  };
  buckets.find(request.bucket).changeSettings({ encryption });
  return { status: 200 };
};

export const getEncryption: Operation = ({ buckets }, { bucket }) => {
  const { algorithm, keyId } = buckets.find(bucket).settings.encryption ?? { algorithm: 'AES256' };
  return xmlReply(
    document(
      'ServerSideEncryptionConfiguration',
      element(
        'Rule',
        element(
          'ApplyServerSideEncryptionByDefault',
          text('SSEAlgorithm', algorithm),
          keyId === undefined ? '' : text('KMSMasterKeyID', keyId),
        ),
        text('BucketKeyEnabled', algorithm === 'aws:kms'),
      ),
    ),
  );
};
