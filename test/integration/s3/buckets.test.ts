import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { startS3 } from '../../../infra/local/s3/server.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { Bench, BUCKET, sendRaw } from './endpoint.ts';

describe.each(['a folder', 'memory'] as const)('buckets kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  const Bucket = BUCKET;
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  test('made once, found, listed', async () => {
    await expect(bench.client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
      $metadata: { httpStatusCode: 409 },
    });
    const LocationConstraint = 'eu-central-1';
    await bench.client.send(
      new CreateBucketCommand({ Bucket: 'a.second-one', CreateBucketConfiguration: { LocationConstraint } }),
    );
    expect((await bench.client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
    expect((await bench.client.send(new HeadBucketCommand({ Bucket: 'a.second-one' }))).BucketRegion).toBe(
      LocationConstraint,
    );
    await expect(bench.client.send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    const { Buckets } = await bench.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['a.second-one', BUCKET]);
  });

  test.each(['Upper', '..', 'a', 'a..b', '%2e%2e%2fescape', 'x'.repeat(64)])('the name %s is refused', async (name) => {
    expect(await sendRaw(bench.url, [`PUT /${name} HTTP/1.1`])).toMatchObject({
      status: 400,
      text: expect.stringContaining('InvalidBucketName'),
    });
  });

  test('lifecycle and public access come back, after a restart as well', async () => {
    await expect(bench.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchLifecycleConfiguration',
    });
    const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    const access = async () =>
      (await bench.client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
    expect(await access()).toEqual(all);
    const Rules = [
      {
        ID: 'cold & old',
        Status: 'Enabled' as const,
        Filter: { Prefix: 'v1/segments/' },
        Transitions: [{ Days: 1, StorageClass: 'GLACIER' as const }],
        Expiration: { Days: 400 },
      },
    ];
    await bench.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const changed = { ...all, BlockPublicPolicy: false };
    await bench.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: changed }));
    if (keeps === 'a folder') {
      await bench.stop();
      await bench.start();
    }
    const lifecycle = await bench.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle.Rules).toEqual(Rules);
    expect(lifecycle.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
    expect(await access()).toEqual(changed);
  });

  test('a lifecycle that is none is refused', async () => {
    await expect(
      bench.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } })),
    ).rejects.toMatchObject({ name: 'MalformedXML' });
  });

  test('what is not implemented says so', async () => {
    const refused = expect.objectContaining({ name: 'NotImplemented' });
    await expect(bench.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }))).rejects.toEqual(refused);
    await expect(bench.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toEqual(refused);
    await expect(bench.client.send(new ListObjectsCommand({ Bucket }))).rejects.toEqual(refused);
    expect(await sendRaw(bench.url, [`GET /${BUCKET}/a?versionId=1 HTTP/1.1`])).toMatchObject({ status: 501 });
    expect(await sendRaw(bench.url, ['PATCH / HTTP/1.1'])).toMatchObject({
      status: 501,
      text: expect.stringMatching(/x-amz-request-id: \w+[\s\S]*<RequestId>\w+</),
    });
  });
});

test('a port that is taken is told, with what to do', async () => {
  const first = await startS3({});
  const failure = await startS3({ port: Number(new URL(first.url).port) }).catch((error: unknown) => error);
  expect(isAfterwriteError(failure, 'PORT_TAKEN')).toBe(true);
  await first.stop();
});
