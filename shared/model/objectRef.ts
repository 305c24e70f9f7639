/** An object in S3, as an item refers to it. Without a version it is what lies under the key when the item leaves. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export const refText = ({ bucket, key, versionId }: ObjectRef): string =>
  `s3://${bucket}/${key}${versionId === undefined ? '' : ` (version ${versionId})`}`;
