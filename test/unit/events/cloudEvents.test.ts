import { CloudEvent, HTTP } from 'cloudevents';
import { catalogue } from '../../../events/catalogue.ts';
import { toCloudEvent } from '../../../events/cloudEvents.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';

const entries = Object.values(SYSTEMS).flatMap(catalogue);
const [{ example, dataSchema }] = entries as [(typeof entries)[0]];
const SOURCE = '/afterwrite/reviewer/dev';

test.each(entries.map((entry) => [`${entry.type} ${entry.version}`, entry.example] as const))(
  "%s: the CloudEvents project's own library takes it, strictly, and gives it back",
  (_, envelope) => {
    const mapped = toCloudEvent(envelope, SOURCE);
    const { time, ...rest } = mapped;
    const event = new CloudEvent({ ...rest, time }, true);
    expect(event.validate()).toBe(true);
    const back = HTTP.toEvent({
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(mapped),
    });
    expect(JSON.parse(JSON.stringify(back))).toEqual(mapped);
  },
);

test('attributes are those that CloudEvents knows, extensions those that it documents', () => {
  expect(toCloudEvent(example, SOURCE)).toMatchObject({
    specversion: '1.0',
    id: example.metadata.id,
    source: SOURCE,
    type: example.metadata.dataSchema.replaceAll('/', '.'),
    subject: example.metadata.subject,
    time: example.metadata.time,
    datacontenttype: 'application/json',
    dataschema: dataSchema.$id,
    partitionkey: example.metadata.partitionKey,
    correlationid: example.metadata.correlationId,
    causationid: example.metadata.causationId,
    data: example.data,
  });
});

test('sequences sort as texts as they do as numbers', () => {
  const sequences = ['95', '100', '4421584500000000017450439091'].map(
    (sequence) => toCloudEvent({ ...example, metadata: { ...example.metadata, sequence } }, SOURCE).sequence,
  );
  expect([...sequences].sort()).toEqual(sequences);
});

test('trace, actor, tenant, replay and claim have their places; a claimed event has no data', () => {
  const metadata = {
    ...example.metadata,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    actor: 'u-1',
    tenant: 'org-1',
    replay: { id: 'r1' },
    claim: { bucket: 'b', key: 'k', bytes: 300_000, sha256: 'x' },
  };
  const mapped = toCloudEvent({ metadata, data: null }, SOURCE);
  expect(mapped).toMatchObject({
    traceparent: metadata.traceparent,
    authtype: 'app_user',
    authid: 'u-1',
    tenant: 'org-1',
    replayid: 'r1',
    dataref: 's3://b/k',
  });
  expect(mapped).not.toHaveProperty('data');
  expect(new CloudEvent({ ...mapped }, true).validate()).toBe(true);
  for (const name of Object.keys(mapped)) expect(name).toMatch(/^[a-z0-9]+$/);
});
