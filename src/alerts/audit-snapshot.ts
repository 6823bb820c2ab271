/**
 * A request of an audit log as the case keeps it, copied out of its event. The two kinds of log are reported in the same
 * words: who, what, on what, where, from where, and how it ended. Text: byte strings.
 */
import { compileFieldText, queryValues, type CompiledField } from '../fields/index.js';
import type { Moment } from '../state/index.js';
import { nanoseconds } from '../units.js';

/** What of a request is text, each absent where the log does not say. */
export interface AuditTexts {
  /** Id of the event: `auditID`, `eventID`. */
  readonly requestId: string | undefined;
  /** Stage of the request; type of a CloudTrail record. */
  readonly stage: string | undefined;
  readonly user: string | undefined;
  /** Impersonated user; name of an assumed role's session. */
  readonly actingAs: string | undefined;
  /** Verb; name of the call. */
  readonly verb: string | undefined;
  /** Kind of object; service that was called. */
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  /** Namespace; region. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sourceAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** HTTP status; code of the error, absent where the call succeeded. */
  readonly outcome: string | undefined;
  readonly uri: string | undefined;
  /** Container that a command is run in. */
  readonly container: string | undefined;
}

/** One request. */
export interface AuditSnapshot extends AuditTexts {
  readonly source: string;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly eventNumber: number;
  readonly offset: number;
  /** Words of the command that is run in a pod; empty if none is. */
  readonly command: readonly string[];
}

/** For each text the fields that may have it; the first that is there counts. */
type Columns = Readonly<Record<keyof AuditTexts, readonly string[]>>;

// prettier-ignore
const COLUMNS: Readonly<Record<string, Columns>> = {
  k8s_audit: {
    requestId: ['ka.auditid'],
    stage: ['ka.stage'],
    user: ['ka.user.name'],
    actingAs: ['ka.impuser.name'],
    verb: ['ka.verb'],
    resource: ['ka.target.resource'],
    subresource: ['ka.target.subresource'],
    namespace: ['ka.target.namespace'],
    name: ['ka.target.name', 'ka.resp.name'],
    sourceAddress: ['json.value[/sourceIPs/0]'],
    userAgent: ['ka.useragent'],
    outcome: ['ka.response.code'],
    uri: ['ka.uri'],
    container: ['ka.uri.param[container]'],
  },
  aws_cloudtrail: {
    requestId: ['ct.id'],
    stage: ['ct.eventtype'],
    user: ['ct.user'],
    actingAs: ['ct.originaluser'],
    verb: ['ct.name'],
    resource: ['ct.shortsrc'],
    subresource: [],
    namespace: ['ct.region'],
    name: ['s3.uri', 's3.bucket', 'ct.request.name', 'ct.request.username', 'iam.role', 'ct.request.functionname', 'ct.request.groupname', 'ec2.name'],
    sourceAddress: ['ct.srcip'],
    userAgent: ['ct.useragent'],
    outcome: ['ct.error'],
    uri: [],
    container: [],
  },
};

type Readers = ReadonlyMap<keyof AuditTexts, readonly CompiledField[]>;

const readers = new Map<string, Readers>();

function readersOf(source: string, columns: Columns): Readers {
  let known = readers.get(source);
  if (known === undefined) {
    known = new Map(
      Object.entries(columns).map(([column, fields]) => [
        column as keyof AuditTexts,
        fields.flatMap((field) => compileFieldText(field, source).field ?? []),
      ]),
    );
    readers.set(source, known);
  }
  return known;
}

/** The request that an audit event reports; `undefined` for events of any other source. */
export function snapshotAudit(moment: Moment): AuditSnapshot | undefined {
  const { event, source } = moment;
  const columns = COLUMNS[source];
  if (columns === undefined) {
    return undefined;
  }
  const texts = Object.fromEntries(
    [...readersOf(source, columns)].map(([column, fields]) => [column, firstText(fields, moment)]),
  ) as Record<keyof AuditTexts, string | undefined>;
  return {
    ...texts,
    source,
    time: nanoseconds(event.timeHigh, event.timeLow),
    eventNumber: event.number,
    offset: event.offset,
    command: texts.subresource === 'exec' ? queryValues(texts.uri ?? '', 'command') : [],
  };
}

function firstText(fields: readonly CompiledField[], moment: Moment): string | undefined {
  for (const field of fields) {
    const value = field.read(moment);
    if (typeof value === 'string') {
      return value;
    }
  }
  return undefined;
}

const READS: ReadonlySet<unknown> = new Set(['get', 'list', 'watch']);
/** What the control plane writes all the time to say that it lives. */
const HEARTBEATS: ReadonlySet<unknown> = new Set([
  'leases',
  'events',
  'endpoints',
  'endpointslices',
]);
const REFUSED: ReadonlySet<unknown> = new Set(['401', '403']);
const ACCOUNT = 'system:serviceaccount:';
const SYSTEM_ACCOUNT = 'system:serviceaccount:kube-system:';

/**
 * Whether a request is the control plane's own housekeeping (reading, and saying that it lives): nine of ten events of
 * a log. What people, service accounts of other namespaces and strangers do is never routine, nor what was refused.
 */
export function isRoutine(moment: Moment): boolean {
  const columns = COLUMNS[moment.source];
  if (columns === undefined || moment.source !== 'k8s_audit') {
    return false;
  }
  const text = (column: keyof AuditTexts): string | undefined =>
    firstText(readersOf(moment.source, columns).get(column) ?? [], moment);
  return (
    isControlPlane(text('user') ?? '') &&
    (READS.has(text('verb')) ||
      HEARTBEATS.has(text('resource')) ||
      text('subresource') === 'status') &&
    !REFUSED.has(text('outcome'))
  );
}

function isControlPlane(user: string): boolean {
  return (
    user.startsWith('system:') &&
    user !== 'system:anonymous' &&
    (!user.startsWith(ACCOUNT) || user.startsWith(SYSTEM_ACCOUNT))
  );
}
