import { readConfig } from '../../shared/config.ts';
import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';

const ON_AWS = { AFTERWRITE_ACCOUNT: '111122223333', AWS_REGION: 'eu-west-1' };

test('an account of AWS: its endpoints are used, nothing is embedded, credentials are found where AWS puts them', () => {
  expect(readConfig(ON_AWS)).toMatchObject({
    account: '111122223333',
    hasCredentials: true,
    endpoints: {
      dynamodb: 'https://dynamodb.eu-west-1.amazonaws.com',
      streams: 'https://streams.dynamodb.eu-west-1.amazonaws.com',
      s3: 'https://s3.eu-west-1.amazonaws.com',
      events: 'https://events.eu-west-1.amazonaws.com',
      // The doctor asks it who reads the stream.
      lambda: 'https://lambda.eu-west-1.amazonaws.com',
    },
  });
});

test('an endpoint that is given goes before', () => {
  const given = {
    ...ON_AWS,
    AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000',
    AWS_ENDPOINT_URL_S3: 'http://localhost:9000',
  };
  expect(readConfig(given).endpoints).toMatchObject({
    dynamodb: 'http://localhost:8000',
    streams: 'http://localhost:8000',
    s3: 'http://localhost:9000',
    events: 'https://events.eu-west-1.amazonaws.com',
  });
});

test('without an account nothing is given', () => {
  expect(readConfig({ AWS_REGION: 'eu-west-1' })).toMatchObject({
    account: undefined,
    endpoints: {},
    hasCredentials: false,
  });
});

test('what is no account is told', () => {
  expect(() => readConfig({ AFTERWRITE_ACCOUNT: '1234' })).toThrow(
    'AFTERWRITE_ACCOUNT is not usable: an account of AWS has 12 digits',
  );
});

test("the account is part of the archive's name alone, before the stage", () => {
  const [here, there] = [namesOf(reviewer, 'dev'), namesOf(reviewer, 'dev', '111122223333')];
  expect(there).toEqual({ ...here, bucket: 'afterwrite-reviewer-archive-111122223333-dev' });
});
