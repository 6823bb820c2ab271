import { describe, expect, it } from 'vitest';
import { bytesOfText } from '../../src/units.js';
import { auditEvent, trailRecord } from './audit-logs.js';
import { momentOf, print, read, ROWS } from './moments.js';

/** A record in which every field is there. */
const FULL = trailRecord({
  eventID: 'id-1',
  errorCode: 'AccessDenied',
  errorMessage: 'not allowed',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  userIdentity: {
    type: 'AssumedRole',
    accountId: '123456789012',
    principalId: 'AROA:session-1',
    arn: 'arn:aws:sts::123456789012:assumed-role/Admin/session-1',
    sessionContext: { sessionIssuer: { userName: 'Admin' } },
  },
  userAgent: 'aws-cli/2',
  responseElements: {
    subnetId: 'subnet-1',
    reservationId: 'r-1',
    instancesSet: { items: [{ imageId: 'ami-1' }, {}, { imageId: 'ami-2' }] },
  },
  requestParameters: {
    availabilityZone: 'us-east-2a',
    cluster: 'c',
    functionName: 'f',
    groupName: 'g',
    Host: 'h',
    name: 'n',
    policy: '{}',
    reason: 'why',
    target: 'i-1',
    documentName: 'AWS-RunShellScript',
    serialNumber: 'sn',
    serviceName: 'svc',
    subnetId: 'subnet-2',
    taskDefinition: 'td',
    userName: 'Bob',
    bucketName: 'bucket',
    key: 'a/b',
    repositoryName: 'repo',
    imageTag: 'latest',
    roleName: 'role',
    policyName: 'pol',
    tagSpecificationSet: {
      items: [
        { resourceType: 'volume', tags: [{ key: 'Name', value: 'disk' }] },
        {
          resourceType: 'instance',
          tags: [
            { key: 'x', value: 'y' },
            { key: 'Name', value: 'web' },
          ],
        },
      ],
    },
  },
  managementEvent: true,
  readOnly: false,
  requestID: 'rq',
  apiVersion: '2014-03-01',
  resources: [{ ARN: 'arn:1' }, { ARN: 'arn:2' }],
  recipientAccountId: '210987654321',
  serviceEventDetails: 'details',
  sharedEventID: 'shared',
  vpcEndpointId: 'vpce-1',
  eventCategory: 'Data',
  addendum: {
    reason: 'DELIVERY_DELAY',
    updatedFields: 'eventID',
    originalRequestID: 'o1',
    originalEventID: 'o2',
  },
  sessionCredentialFromConsole: true,
  edgeDeviceDetails: 'snow',
  tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES', clientProvidedHostHeader: 's3.eu' },
  additionalEventData: { bytesTransferredIn: 10, bytesTransferredOut: 20 },
});

const EXPECTED: Record<string, unknown> = {
  'ct.id': 'id-1',
  'ct.error': 'AccessDenied',
  'ct.errormessage': 'not allowed',
  'ct.time': '2024-05-01T10:00:00Z',
  'ct.src': 's3.amazonaws.com',
  'ct.shortsrc': 's3',
  'ct.name': 'GetObject',
  'ct.user': 'Admin',
  'ct.originaluser': 'session-1',
  'ct.user.accountid': '123456789012',
  'ct.user.identitytype': 'AssumedRole',
  'ct.user.principalid': 'AROA:session-1',
  'ct.user.arn': 'arn:aws:sts::123456789012:assumed-role/Admin/session-1',
  'ct.region': 'us-east-2',
  'ct.response.subnetid': 'subnet-1',
  'ct.response.reservationid': 'r-1',
  'ct.response': JSON.stringify(FULL['responseElements']),
  'ct.request.availabilityzone': 'us-east-2a',
  'ct.request.cluster': 'c',
  'ct.request.functionname': 'f',
  'ct.request.groupname': 'g',
  'ct.request.host': 'h',
  'ct.request.name': 'n',
  'ct.request.policy': '{}',
  'ct.request.reason': 'why',
  'ct.request.target': 'i-1',
  'ct.request.documentname': 'AWS-RunShellScript',
  'ct.request.serialnumber': 'sn',
  'ct.request.servicename': 'svc',
  'ct.request.subnetid': 'subnet-2',
  'ct.request.taskdefinition': 'td',
  'ct.request.username': 'Bob',
  'ct.request': JSON.stringify(FULL['requestParameters']),
  'ct.srcip': '192.0.2.7',
  'ct.useragent': 'aws-cli/2',
  'ct.info': bytesOfText('Admin via 192.0.2.7 !→ GetObject Size=30 URI=s3://bucket/a/b'),
  'ct.managementevent': 'true',
  'ct.readonly': 'false',
  'ct.requestid': 'rq',
  'ct.eventtype': 'AwsApiCall',
  'ct.apiversion': '2014-03-01',
  'ct.resources': '{"ARN":"arn:1"},{"ARN":"arn:2"}',
  'ct.recipientaccountid': '210987654321',
  'ct.serviceeventdetails': 'details',
  'ct.sharedeventid': 'shared',
  'ct.vpcendpointid': 'vpce-1',
  'ct.eventcategory': 'Data',
  'ct.addendum.reason': 'DELIVERY_DELAY',
  'ct.addendum.updatedfields': 'eventID',
  'ct.addendum.originalrequestid': 'o1',
  'ct.addendum.originaleventid': 'o2',
  'ct.sessioncredentialfromconsole': 'true',
  'ct.edgedevicedetails': 'snow',
  'ct.tlsdetails.tlsversion': 'TLSv1.3',
  'ct.tlsdetails.ciphersuite': 'TLS_AES',
  'ct.tlsdetails.clientprovidedhostheader': 's3.eu',
  'ct.additionaleventdata': '{"bytesTransferredIn":10,"bytesTransferredOut":20}',
  's3.uri': 's3://bucket/a/b',
  's3.bucket': 'bucket',
  's3.key': 'a/b',
  's3.bytes': 30,
  's3.bytes.in': 10,
  's3.bytes.out': 20,
  's3.cnt.get': 1,
  'ec2.name': 'web',
  'ec2.imageid': 'ami-1',
  'ec2.imageids': ['ami-1', 'ami-2'],
  'ec2.imageids[2]': ['ami-2'],
  'ecr.repository': 'repo',
  'ecr.imagetag': 'latest',
  'iam.role': 'role',
  'iam.policy': 'pol',
};

/** Counted apart: a call is of one of the three kinds. */
const COUNTS = ['s3.cnt.put', 's3.cnt.other'];
const BARE = { eventSource: 'x', eventName: 'GetObject', eventTime: '2024-05-01T10:00:00Z' };
/** Every record has these; a Kubernetes event has not. */
const ALWAYS = ['ct.src', 'ct.shortsrc', 'ct.name', 'ct.time', 'ct.info', 's3.cnt.get', ...COUNTS];

describe('a field of CloudTrail records', () => {
  it.each(Object.entries(EXPECTED))('%s gives %j where it is there', async (field, expected) => {
    expect(read(await momentOf(FULL), field)).toEqual(expected);
  });

  it.each([...Object.keys(EXPECTED), ...COUNTS])(
    '%s is absent where it is not there',
    async (field) => {
      const bare = ALWAYS.includes(field) ? auditEvent() : BARE;
      expect(read(await momentOf(bare), field)).toBeUndefined();
    },
  );

  it.each([
    ['GetObject', 1, undefined, undefined],
    ['PutObject', undefined, 1, undefined],
    ['ListBuckets', undefined, undefined, 1],
  ])('counts %s once', async (eventName, get, put, other) => {
    const moment = await momentOf(trailRecord({ eventName }));
    expect(['get', 'put', 'other'].map((kind) => read(moment, `s3.cnt.${kind}`))).toEqual([
      get,
      put,
      other,
    ]);
  });

  it('has a test, whichever it is', () => {
    const tested = new Set(
      [...Object.keys(EXPECTED), ...COUNTS].map((field) => field.split('[')[0]),
    );
    const names = ROWS.map(({ name }) => name).filter((name) =>
      /^(ct|s3|ec2|ecr|iam)\./.test(name),
    );
    expect(names).toHaveLength(73);
    expect(names.filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each([
    [{ type: 'Root', accountId: '1' }, undefined, undefined],
    [{ type: 'Root', userName: 'r' }, 'r', 'r'],
    [{ type: 'IAMUser', userName: 'u' }, 'u', 'u'],
    [{ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, 'ec2.amazonaws.com', undefined],
    [{ type: 'AWSAccount' }, 'AWSAccount', undefined],
    [{ type: 'FederatedUser', userName: 'f' }, 'FederatedUser', 'f'],
    [{ type: 'AssumedRole', principalId: 'A:s' }, 'AssumedRole', 's'],
    [{ type: 'AssumedRole', arn: 'a/b' }, 'AssumedRole', undefined],
    [{ type: 'toString', userName: 'x' }, undefined, 'x'],
    [{ userName: 'x' }, undefined, 'x'],
  ])('names the user of %j', async (userIdentity, user, original) => {
    const moment = await momentOf(trailRecord({ userIdentity }));
    expect(read(moment, 'ct.user')).toBe(user);
    expect(read(moment, 'ct.originaluser')).toBe(original);
  });

  it('reads what is there but no text as empty, and null objects as written', async () => {
    const moment = await momentOf(
      trailRecord({ errorCode: null, eventID: 5, responseElements: null }),
    );
    expect(read(moment, 'ct.error')).toBe('');
    expect(read(moment, 'ct.id')).toBe('');
    expect(read(moment, 'ct.response')).toBe('null');
  });

  it('reads byte counts however they are written', async () => {
    const text = JSON.stringify(
      trailRecord({ additionalEventData: { bytesTransferredOut: 'X' } }),
    ).replace('"X"', '33.0');
    const moment = await momentOf(text);
    expect(read(moment, 's3.bytes')).toBe(33);
    expect(read(moment, 's3.bytes.in')).toBeUndefined();
    expect(print(moment, 's3.bytes')).toBe('33');
    expect(
      read(moment, 'json.value[/additionalEventData/bytesTransferredOut]', 'aws_cloudtrail'),
    ).toBe('33.0');
  });

  it.each([
    [{ requestParameters: { imageId: 'ami-3' } }, 'ami-3'],
    [{ requestParameters: { launchSpecification: { imageId: 'ami-4' } } }, 'ami-4'],
    [
      { requestParameters: { DescribeFastLaunchImagesRequest: { ImageId: { content: 'ami-5' } } } },
      'ami-5',
    ],
  ])('finds the image in %j', async (facts, image) => {
    const moment = await momentOf(trailRecord(facts));
    expect(read(moment, 'ec2.imageids')).toEqual([image]);
    expect(read(moment, 'ec2.imageids[0]')).toEqual([image]);
    expect(read(moment, 'ec2.imageids[1]')).toBeUndefined();
    expect(read(moment, 'ec2.imageid')).toBe(image);
  });

  it.each([
    [{}, 'Alice via 192.0.2.7 ← StartInstances'],
    [{ readOnly: true, errorCode: 'x' }, 'Alice via 192.0.2.7 !← StartInstances'],
    [{ sourceIPAddress: 'Alice' }, 'Alice ← StartInstances'],
    [{ requestParameters: { bucketName: 'b' } }, 'Alice via 192.0.2.7 ← StartInstances Bucket=b'],
    [{ requestParameters: { Host: 'h' } }, 'Alice via 192.0.2.7 ← StartInstances Host=h'],
    [{ userIdentity: {} }, '<invalid cloudtrail event: userIdentity field missing>'],
    [{ sourceIPAddress: undefined }, '<invalid cloudtrail event: eventSource field missing>'],
    [
      {
        eventName: 'PutBucketPublicAccessBlock',
        requestParameters: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      },
      'Alice via 192.0.2.7 ← PutBucketPublicAccessBlock BlockPublicAcls=true BlockPublicPolicy=false IgnorePublicAcls=false RestrictPublicBuckets=false ',
    ],
  ])('tells in one line of %j', async (facts, line) => {
    expect(read(await momentOf(trailRecord(facts)), 'ct.info')).toBe(bytesOfText(line));
  });
});

describe('a field of the event itself', () => {
  it('tells of a CloudTrail record what the plugin tells', async () => {
    const moment = await momentOf(trailRecord());
    expect(read(moment, 'evt.source')).toBe('aws_cloudtrail');
    expect(read(moment, 'evt.pluginname')).toBe('cloudtrail');
    expect(read(moment, 'evt.plugininfo')).toBe(
      bytesOfText('us-east-2 Alice ec2 StartInstances Alice via 192.0.2.7 ← StartInstances'),
    );
    expect(read(moment, 'evt.num')).toBe(1);
    expect(print(moment, 'evt.time')).toBe('10:00:00.000000000');
  });

  it('tells of a Kubernetes event its payload', async () => {
    const moment = await momentOf(JSON.stringify(auditEvent(), undefined, 2));
    expect(read(moment, 'evt.source')).toBe('k8s_audit');
    expect(read(moment, 'evt.pluginname')).toBe('k8saudit');
    expect(read(moment, 'evt.plugininfo')).toBe(JSON.stringify(auditEvent()));
    expect(print(moment, 'evt.time.iso8601')).toBe('2024-05-01T10:00:00.123456000+0000');
  });
});
