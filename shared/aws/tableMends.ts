/**
 * What a person types: a table that is somebody's own is never changed by us in this.
 * https://docs.aws.amazon.com/cli/latest/reference/dynamodb/update-table.html
 */
export const turnOnStream = (table: string): string =>
  `turn it on: aws dynamodb update-table --table-name ${table} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`;

/** What to do about a table whose key is a number, or bytes. */
export const KEYS_ARE_TEXT =
  'nothing: afterwrite reads tables whose keys are text (S). Only a table that is made anew can have such keys';
