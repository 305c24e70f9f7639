/**
 * The longest that a restore takes, by class and tier, hours: as AWS documents it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
export const RESTORE_HOURS = [
  ['GLACIER', 'Expedited', 5 / 60],
  ['GLACIER', 'Standard', 5],
  ['GLACIER', 'Bulk', 12],
  ['DEEP_ARCHIVE', 'Standard', 12],
  ['DEEP_ARCHIVE', 'Bulk', 48],
] as const;
