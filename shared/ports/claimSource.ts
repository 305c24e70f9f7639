/** Where the data of events lies that were too large for the bus. */
export interface ClaimSource {
  /** The object as it was put. Throws NOT_FOUND, BUCKET_MISSING, ARCHIVE_COLD. */
  get(claim: { readonly bucket: string; readonly key: string }): Promise<Uint8Array>;
}
