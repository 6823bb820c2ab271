/**
 * Fields of CloudTrail records (`ct.*`, `s3.*`, `ec2.*`, `ecr.*`, `iam.*`), as the plugin cloudtrail 0.17 defines
 * them, but for the readings that README.md lists as decisions.
 */
import {
  byteCount,
  callCount,
  CLOUDTRAIL_SOURCE,
  flagAt,
  readAccount,
  readBytes,
  readImages,
  readInfo,
  readInstanceName,
  readOriginalUser,
  readResources,
  readS3Uri,
  readShortSource,
  readUser,
  textAt,
  writtenAt,
  type CtReader,
} from './ct-readers.js';
import type { Catalogue, FieldRow } from './field.js';

/** A text that nearly every rule reads: see plugin-type.ts. */
function kind(name: string, doc: string, read: CtReader): FieldRow {
  return { name, type: 'charbuf', subject: 'type', doc, read };
}

function text(name: string, doc: string, read: CtReader): FieldRow {
  return { name, type: 'charbuf', subject: 'event', doc, read };
}

function count(name: string, doc: string, read: CtReader): FieldRow {
  return { name, type: 'uint64', subject: 'event', doc, read };
}

const request = (key: string): CtReader => textAt('requestParameters', key);

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  text('ct.id', 'Unique id of the record.', textAt('eventID')),
  kind('ct.error', 'Code of the error with which the call ended; not there if it succeeded.', textAt('errorCode')),
  text('ct.errormessage', 'The error in words.', textAt('errorMessage')),
  text('ct.time', 'Time of the call, as written in the record.', textAt('eventTime')),
  kind('ct.src', 'Service that was called, as a domain: ec2.amazonaws.com.', textAt('eventSource')),
  kind('ct.shortsrc', 'Service that was called, in short: ec2.', readShortSource),
  kind('ct.name', 'Name of the call: RunInstances, GetObject ...', textAt('eventName')),
  text('ct.user', 'Who called: user, service, or for an assumed role the role.', readUser),
  text('ct.originaluser', 'Who called: for an assumed role the name of its session, else the user.', readOriginalUser),
  text('ct.user.accountid', 'Account of the caller.', readAccount),
  text('ct.user.identitytype', 'Kind of caller: Root, IAMUser, AssumedRole, AWSService ...', textAt('userIdentity', 'type')),
  text('ct.user.principalid', 'Unique id of the caller.', textAt('userIdentity', 'principalId')),
  text('ct.user.arn', 'Caller as an Amazon resource name.', textAt('userIdentity', 'arn')),
  text('ct.region', 'Region in which the call was made.', textAt('awsRegion')),
  text('ct.response.subnetid', 'Subnet that the response names.', textAt('responseElements', 'subnetId')),
  text('ct.response.reservationid', 'Reservation that the response names.', textAt('responseElements', 'reservationId')),
  text('ct.response', 'The whole response, as JSON.', writtenAt('responseElements')),
  text('ct.request.availabilityzone', 'Availability zone in the request.', request('availabilityZone')),
  text('ct.request.cluster', 'Cluster in the request.', request('cluster')),
  text('ct.request.functionname', 'Function in the request.', request('functionName')),
  text('ct.request.groupname', 'Group in the request.', request('groupName')),
  text('ct.request.host', 'Host in the request.', request('Host')),
  text('ct.request.name', 'Name of what the request is about.', request('name')),
  text('ct.request.policy', 'Policy in the request.', request('policy')),
  text('ct.request.reason', 'Reason in the request.', request('reason')),
  text('ct.request.target', 'Target in the request.', request('target')),
  text('ct.request.documentname', 'Document in the request.', request('documentName')),
  text('ct.request.serialnumber', 'Serial number in the request.', request('serialNumber')),
  text('ct.request.servicename', 'Service in the request.', request('serviceName')),
  text('ct.request.subnetid', 'Subnet in the request.', request('subnetId')),
  text('ct.request.taskdefinition', 'Task definition in the request.', request('taskDefinition')),
  text('ct.request.username', 'User in the request.', request('userName')),
  text('ct.request', 'All parameters of the request, as JSON.', writtenAt('requestParameters')),
  text('ct.srcip', 'Address (or service) that the call came from.', textAt('sourceIPAddress')),
  text('ct.useragent', 'Program that called, as it calls itself.', textAt('userAgent')),
  text('ct.info', 'One line about the call.', readInfo),
  text('ct.managementevent', 'Whether the record is of a management event.', flagAt('managementEvent')),
  text('ct.readonly', 'Whether the call only reads.', flagAt('readOnly')),
  text('ct.requestid', 'Id of the request.', textAt('requestID')),
  text('ct.eventtype', 'Type of the record: AwsApiCall, AwsConsoleSignIn ...', textAt('eventType')),
  text('ct.apiversion', 'Version of the API that was called.', textAt('apiVersion')),
  text('ct.resources', 'Resources that were touched: JSON objects with commas between.', readResources),
  text('ct.recipientaccountid', 'Account that got the record.', textAt('recipientAccountId')),
  text('ct.serviceeventdetails', 'Details of an event that a service made.', textAt('serviceEventDetails')),
  text('ct.sharedeventid', 'Id that the records of one event have in common in several accounts.', textAt('sharedEventID')),
  text('ct.vpcendpointid', 'VPC endpoint that the call came through.', textAt('vpcEndpointId')),
  text('ct.eventcategory', 'Category of the record: Management, Data, Insight.', textAt('eventCategory')),
  text('ct.addendum.reason', 'Why the record came late or was changed later.', textAt('addendum', 'reason')),
  text('ct.addendum.updatedfields', 'What in the record was changed later.', textAt('addendum', 'updatedFields')),
  text('ct.addendum.originalrequestid', 'Request id before the change.', textAt('addendum', 'originalRequestID')),
  text('ct.addendum.originaleventid', 'Record id before the change.', textAt('addendum', 'originalEventID')),
  text('ct.sessioncredentialfromconsole', 'Whether the credentials came from a console session.', flagAt('sessionCredentialFromConsole')),
  text('ct.edgedevicedetails', 'Edge devices that the request is about.', textAt('edgeDeviceDetails')),
  text('ct.tlsdetails.tlsversion', 'TLS version of the call.', textAt('tlsDetails', 'tlsVersion')),
  text('ct.tlsdetails.ciphersuite', 'TLS cipher suite of the call.', textAt('tlsDetails', 'cipherSuite')),
  text('ct.tlsdetails.clientprovidedhostheader', 'Host name that the client asked for.', textAt('tlsDetails', 'clientProvidedHostHeader')),
  text('ct.additionaleventdata', 'Further data of the call, as JSON.', writtenAt('additionalEventData')),
  text('s3.uri', 'Object that the call is about: s3://bucket/key.', readS3Uri),
  text('s3.bucket', 'Bucket that the call is about.', request('bucketName')),
  text('s3.key', 'Key that the call is about.', request('key')),
  count('s3.bytes', 'Bytes moved, both ways.', readBytes),
  count('s3.bytes.in', 'Bytes moved into the bucket.', byteCount('bytesTransferredIn')),
  count('s3.bytes.out', 'Bytes moved out of the bucket.', byteCount('bytesTransferredOut')),
  count('s3.cnt.get', '1 for a GetObject, not there for anything else.', callCount((name) => name === 'GetObject')),
  count('s3.cnt.put', '1 for a PutObject, not there for anything else.', callCount((name) => name === 'PutObject')),
  count('s3.cnt.other', '1 for calls that move no object, not there for GetObject and PutObject.', callCount((name) => name !== 'GetObject' && name !== 'PutObject')),
  text('ec2.name', 'Name tag that the instances are to get.', readInstanceName),
  { ...text('ec2.imageid', 'Image of the first instance; use ec2.imageids[0].', (moment) => readImages(moment, { text: '0', index: 0 })?.[0]), isDeprecated: true },
  { ...text('ec2.imageids', 'Images of the instances.', readImages), isList: true, argument: { isRequired: false, form: 'index' } },
  text('ecr.repository', 'Repository in the request.', request('repositoryName')),
  text('ecr.imagetag', 'Image tag in the request.', request('imageTag')),
  text('iam.role', 'Role in the request.', request('roleName')),
  text('iam.policy', 'Policy in the request.', request('policyName')),
];

/** The catalogue of the plugin `cloudtrail`. */
export const CT_CATALOGUE: Catalogue = {
  name: 'ct',
  doc: 'CloudTrail records: who called which AWS service, from where, and what became of it.',
  sources: [CLOUDTRAIL_SOURCE],
  rows: ROWS,
};
