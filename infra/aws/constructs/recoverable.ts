import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** The longest that point-in-time recovery goes back. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html */
const RECOVERY_DAYS = 35;

/** Of every table. @param encryptionKey absent: AWS's own key of the account */
export const recoverable = (encryptionKey: kms.IKey | undefined) => ({
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: RECOVERY_DAYS },
  ...(encryptionKey
    ? { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey }
    : { encryption: dynamodb.TableEncryption.AWS_MANAGED }),
});
