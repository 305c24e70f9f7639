import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './errors.ts';

/**
 * The `x-amz-` headers that are understood, or that change nothing for a single unauthenticated owner. Any other asks
 * for something that S3 would do and that is not done here (locks of single objects, ACLs, customers' keys …), so it is refused, never ignored.
 */
const KNOWN =
  /^x-amz-(date|content-sha256|decoded-content-length|trailer|security-token|user-agent|expected-bucket-owner|sdk-checksum-algorithm|checksum-.+|meta-.+|storage-class|tagging|tagging-directive|metadata-directive|copy-source|copy-source-if-(match|none-match|modified-since|unmodified-since)|server-side-encryption|server-side-encryption-aws-kms-key-id|server-side-encryption-bucket-key-enabled|bucket-object-lock-enabled|transition-default-minimum-object-size)$/;

export function refuseUnknownHeaders(headers: IncomingHttpHeaders): void {
  const unknown = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !KNOWN.test(name));
  if (unknown !== undefined) throw new S3Error('NotImplemented', undefined, { Header: unknown });
}
