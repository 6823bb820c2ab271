/**
 * How fields of a CloudTrail record read it. What is there but is no text reads as an empty text, as in the
 * reference; whole objects are given as they were written.
 */
import type { JsonObject } from '../capture/index.js';
import { bytesOfText } from '../units.js';
import type { Moment } from '../state/index.js';
import type { FieldArgument, Value } from './field.js';
import { memberOf, objectOf, writtenText } from './plugin-event.js';

export const CLOUDTRAIL_SOURCE = 'aws_cloudtrail';

export type CtReader = (moment: Moment, argument: FieldArgument | undefined) => Value;

/** The record, if the moment is one. */
function recordOf(moment: Moment): JsonObject | undefined {
  return objectOf(moment, CLOUDTRAIL_SOURCE);
}

/** A reader of the text at `path`. */
export function textAt(...path: readonly string[]): CtReader {
  return (moment) => textIn(recordOf(moment), ...path);
}

function textIn(record: unknown, ...path: readonly string[]): string | undefined {
  const value = memberOf(record, path);
  return typeof value === 'string' || value === undefined ? value : '';
}

/** A reader of what stands at `path`, as it was written. */
export function writtenAt(...path: readonly string[]): CtReader {
  return (moment) =>
    memberOf(recordOf(moment), path) === undefined ? undefined : writtenText(moment, path);
}

/** A reader of a flag, as text. */
export function flagAt(...path: readonly string[]): CtReader {
  return (moment) => {
    const flag = memberOf(recordOf(moment), path);
    return flag === undefined ? undefined : String(flag === true);
  };
}

/** `userIdentity` of these types names its user here. */
const USER_KEYS: Readonly<Record<string, readonly string[]>> = {
  Root: ['userName'],
  IAMUser: ['userName'],
  AWSService: ['invokedBy'],
  AssumedRole: ['sessionContext', 'sessionIssuer', 'userName'],
};
/** What these are called where no name is known. */
const USER_NAMES: Readonly<Record<string, string>> = {
  AssumedRole: 'AssumedRole',
  AWSAccount: 'AWSAccount',
  FederatedUser: 'FederatedUser',
};

/** Who made the call: the user's, role's or service's name, or what kind of identity it is. */
export function readUser(moment: Moment): string | undefined {
  const record = recordOf(moment);
  const type = memberOf(record, ['userIdentity', 'type']);
  if (typeof type !== 'string') {
    return undefined;
  }
  const keys = Object.hasOwn(USER_KEYS, type) ? USER_KEYS[type] : undefined;
  const name = keys === undefined ? undefined : textIn(record, 'userIdentity', ...keys);
  return name ?? (Object.hasOwn(USER_NAMES, type) ? USER_NAMES[type] : undefined);
}

/** The name of a role's session (from its ARN or principal id); the user's name for all others. */
export function readOriginalUser(moment: Moment): string | undefined {
  const record = recordOf(moment);
  if (memberOf(record, ['userIdentity', 'type']) !== 'AssumedRole') {
    return textIn(record, 'userIdentity', 'userName');
  }
  const parts = textIn(record, 'userIdentity', 'arn')?.split('/') ?? [];
  if (parts.length === 3) {
    return parts[2];
  }
  const principal = textIn(record, 'userIdentity', 'principalId')?.split(':') ?? [];
  return principal.length === 2 ? principal[1] : undefined;
}

const AWS_DOMAIN = '.amazonaws.com';

/** The service without its domain: `ec2`. */
export function readShortSource(moment: Moment): string | undefined {
  const source = textIn(recordOf(moment), 'eventSource');
  return source !== undefined && source.length > AWS_DOMAIN.length && source.endsWith(AWS_DOMAIN)
    ? source.slice(0, -AWS_DOMAIN.length)
    : source;
}

/** Account of the caller, or the one that was notified of the call. */
export function readAccount(moment: Moment): string | undefined {
  const record = recordOf(moment);
  return textIn(record, 'userIdentity', 'accountId') ?? textIn(record, 'recipientAccountId');
}

/** Resources of the call: their JSON objects, with commas between. */
export function readResources(moment: Moment): string | undefined {
  const list = memberOf(recordOf(moment), ['resources']);
  return Array.isArray(list) && list.length > 0
    ? writtenText(moment, ['resources'])?.slice(1, -1)
    : undefined;
}

/** `s3://bucket/key`. */
export function readS3Uri(moment: Moment): string | undefined {
  const bucket = memberOf(recordOf(moment), ['requestParameters', 'bucketName']);
  const key = memberOf(recordOf(moment), ['requestParameters', 'key']);
  return typeof bucket === 'string' && typeof key === 'string'
    ? `s3://${bucket}/${key}`
    : undefined;
}

/** A reader of the bytes that the named counters sum up to; absent if none is there. */
export function byteCount(...keys: readonly string[]): CtReader {
  return (moment) => {
    const data = memberOf(recordOf(moment), ['additionalEventData']);
    const counts = keys.map((key) => memberOf(data, [key])).filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : counts.reduce<number>(addCount, 0);
  };
}

/** Counts are written as `33` and as `33.0`. */
function addCount(sum: number, count: unknown): number {
  return sum + (typeof count === 'number' && count > 0 ? Math.trunc(count) : 0);
}

/** A reader that counts 1 for the calls for which `isCounted` holds, and is absent for all others. */
export function callCount(isCounted: (name: unknown) => boolean): CtReader {
  return (moment) => {
    const record = recordOf(moment);
    return record !== undefined && isCounted(record['eventName']) ? 1 : undefined;
  };
}

/** The `Name` tag that an instance is to get. */
export function readInstanceName(moment: Moment): string | undefined {
  const items = memberOf(recordOf(moment), ['requestParameters', 'tagSpecificationSet', 'items']);
  let name: string | undefined;
  for (const item of Array.isArray(items) ? (items as unknown[]) : []) {
    const tags = memberOf(item, ['tags']);
    if (memberOf(item, ['resourceType']) === 'instance' && Array.isArray(tags)) {
      const tag = (tags as unknown[]).find((each) => memberOf(each, ['key']) === 'Name');
      name = tag === undefined ? name : textIn(tag, 'value');
    }
  }
  return name === '' ? undefined : name;
}

const LAUNCHED = ['responseElements', 'instancesSet', 'items'];
/** Where requests name the one image they are about. */
const IMAGE_PATHS = [
  ['requestParameters', 'imageId'],
  ['requestParameters', 'DescribeFastLaunchImagesRequest', 'ImageId', 'content'],
  ['requestParameters', 'launchSpecification', 'imageId'],
];

/** Images of the instances that were launched, else of the request; one of them with an index. */
export function readImages(
  moment: Moment,
  argument: FieldArgument | undefined,
): readonly string[] | undefined {
  const record = recordOf(moment);
  const launched = memberOf(record, LAUNCHED);
  if (launched !== undefined) {
    return imagesOf(Array.isArray(launched) ? launched : [], argument);
  }
  const path = IMAGE_PATHS.find((each) => memberOf(record, each) !== undefined);
  const isFirst = argument === undefined || argument.index === 0;
  return path === undefined || !isFirst ? undefined : [textIn(record, ...path) ?? ''];
}

function imagesOf(
  instances: readonly unknown[],
  argument: FieldArgument | undefined,
): readonly string[] | undefined {
  if (argument !== undefined) {
    const image = textIn(instances[argument.index ?? -1], 'imageId');
    return image === undefined ? undefined : [image];
  }
  const images = instances.map((each) => textIn(each, 'imageId') ?? '').filter((id) => id !== '');
  return images.length === 0 ? undefined : images;
}

const READS = bytesOfText('←');
const WRITES = bytesOfText('→');
const ACCESS_BLOCK_FLAGS = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];

/** One line about the call: who, from where, whether it failed or changed something, what, and on what. */
export function readInfo(moment: Moment): string | undefined {
  const record = recordOf(moment);
  if (record === undefined) {
    return undefined;
  }
  const user = readUser(moment);
  const address = textIn(record, 'sourceIPAddress');
  const name = textIn(record, 'eventName');
  if (user === undefined || address === undefined || name === undefined) {
    const missing =
      user === undefined ? 'userIdentity' : address === undefined ? 'eventSource' : 'eventName';
    return `<invalid cloudtrail event: ${missing} field missing>`;
  }
  const who = user === address ? user : `${user} via ${address}`;
  const failed = record['errorCode'] === undefined ? '' : '!';
  const direction =
    Object.hasOwn(record, 'readOnly') && record['readOnly'] !== true ? WRITES : READS;
  return `${who} ${failed}${direction} ${name}${objectInfo(moment, record, name)}`;
}

function objectInfo(moment: Moment, record: JsonObject, name: string): string {
  const parameters = record['requestParameters'];
  if (name === 'PutBucketPublicAccessBlock') {
    const block = memberOf(parameters, ['PublicAccessBlockConfiguration']);
    const flags = ACCESS_BLOCK_FLAGS.map(
      (key) => `${key}=${String(memberOf(block, [key]) === true)}`,
    );
    return typeof block === 'object' && block !== null ? ` ${flags.join(' ')} ` : '';
  }
  const size = readBytes(moment, undefined);
  const sizeInfo = size === undefined ? '' : ` Size=${String(size)}`;
  const uri = readS3Uri(moment);
  if (uri !== undefined) {
    return `${sizeInfo} URI=${uri}`;
  }
  for (const [label, key] of [
    ['Bucket', 'bucketName'],
    ['Key', 'key'],
    ['Host', 'Host'],
  ] as const) {
    const text = textIn(parameters, key);
    if (text !== undefined) {
      return `${sizeInfo} ${label}=${text}`;
    }
  }
  return sizeInfo;
}

/** Bytes moved both ways. */
export const readBytes = byteCount('bytesTransferredIn', 'bytesTransferredOut');

/** What the plugin says of a record: region, user, service, call, and the line about it. */
export function readSummary(moment: Moment): string | undefined {
  const record = recordOf(moment);
  const [service, region, name] = ['eventSource', 'awsRegion', 'eventName'].map(
    (key) => record?.[key],
  );
  if (typeof service !== 'string' || typeof region !== 'string' || typeof name !== 'string') {
    return undefined;
  }
  const user = readUser(moment) ?? '';
  const who = user === '' ? '' : ` ${user}`;
  return `${region}${who} ${readShortSource(moment) ?? ''} ${name} ${readInfo(moment) ?? ''}`;
}
