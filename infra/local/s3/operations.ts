import { S3Error } from './errors.ts';
import { header, type S3Request } from './request.ts';
import { createBucket, headBucket, listBuckets } from './routes/buckets.ts';
import { copyObject } from './routes/copy.ts';
import { deleteObjects } from './routes/deleteMany.ts';
import { getEncryption, putEncryption } from './routes/encryption.ts';
import { deleteLifecycle, getLifecycle, putLifecycle } from './routes/lifecycle.ts';
import { listObjects } from './routes/list.ts';
import { getObjectLock, getRetention, putObjectLock } from './routes/objectLock.ts';
import { deleteObject, getObject, headObject, putObject } from './routes/objects.ts';
import { getPublicAccessBlock, putPublicAccessBlock } from './routes/publicAccess.ts';
import { restoreObject } from './routes/restoreObject.ts';
import { getObjectTagging, putObjectTagging } from './routes/tagging.ts';
import { getVersioning, listVersions, putVersioning } from './routes/versions.ts';
import type { Operation } from './service.ts';

interface Route {
  target: 'service' | 'bucket' | 'object';
  method: string;
  /** The query parameter that names the operation, where there is one. */
  named?: string;
  /** Further parameters that it understands. */
  takes?: readonly string[];
  operation: Operation;
}

const LISTING = ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type'];

const VERSION_LISTING = ['prefix', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'];

const ROUTES: readonly Route[] = [
  { target: 'service', method: 'GET', operation: listBuckets },
  { target: 'bucket', method: 'PUT', operation: createBucket },
  { target: 'bucket', method: 'HEAD', operation: headBucket },
  { target: 'bucket', method: 'GET', named: 'list-type', takes: LISTING, operation: listObjects },
  { target: 'bucket', method: 'GET', named: 'versions', takes: VERSION_LISTING, operation: listVersions },
  { target: 'bucket', method: 'POST', named: 'delete', operation: deleteObjects },
  { target: 'bucket', method: 'PUT', named: 'lifecycle', operation: putLifecycle },
  { target: 'bucket', method: 'GET', named: 'lifecycle', operation: getLifecycle },
  { target: 'bucket', method: 'DELETE', named: 'lifecycle', operation: deleteLifecycle },
  { target: 'bucket', method: 'PUT', named: 'publicAccessBlock', operation: putPublicAccessBlock },
  { target: 'bucket', method: 'GET', named: 'publicAccessBlock', operation: getPublicAccessBlock },
  { target: 'bucket', method: 'PUT', named: 'versioning', operation: putVersioning },
  { target: 'bucket', method: 'GET', named: 'versioning', operation: getVersioning },
  { target: 'bucket', method: 'PUT', named: 'object-lock', operation: putObjectLock },
  { target: 'bucket', method: 'GET', named: 'object-lock', operation: getObjectLock },
  { target: 'bucket', method: 'PUT', named: 'encryption', operation: putEncryption },
  { target: 'bucket', method: 'GET', named: 'encryption', operation: getEncryption },
  { target: 'object', method: 'PUT', operation: putOrCopy },
  { target: 'object', method: 'GET', operation: getObject },
  { target: 'object', method: 'HEAD', operation: headObject },
  { target: 'object', method: 'DELETE', takes: ['versionId'], operation: deleteObject },
  { target: 'object', method: 'GET', named: 'retention', takes: ['versionId'], operation: getRetention },
  { target: 'object', method: 'POST', named: 'restore', operation: restoreObject },
  { target: 'object', method: 'PUT', named: 'tagging', operation: putObjectTagging },
  { target: 'object', method: 'GET', named: 'tagging', operation: getObjectTagging },
];

/** The one operation that a request asks for. A parameter that it doesn't know makes it another one: refused. */
export function findOperation(request: S3Request): Operation {
  const target = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const parameters = [...request.query.keys()].filter((name) => !saysNothing(name));
  const route = ROUTES.find(
    ({ method, named, takes = [], ...route }) =>
      route.target === target &&
      method === request.method &&
      (named === undefined || parameters.includes(named)) &&
      parameters.every((name) => name === named || takes.includes(name)),
  );
  if (route === undefined) throw new S3Error('NotImplemented');
  return route.operation;
}

/** The SDK's name of the operation, and a presigned URL's signature. */
const saysNothing = (parameter: string): boolean => parameter === 'x-id' || /^x-amz-/i.test(parameter);

function putOrCopy(...call: Parameters<Operation>): ReturnType<Operation> {
  const isCopy = header(call[1].headers, 'x-amz-copy-source') !== undefined;
  return (isCopy ? copyObject : putObject)(...call);
}
