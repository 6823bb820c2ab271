/**
 * What log collectors, container engines and cloud services put around audit events. One row each; to read another
 * wrapping, add a row (and its form to `fixtures/audit/wrap.mjs`, from which the tests make logs). Two kinds: text in
 * front of the event on its line, and JSON that holds the event, as an object or as text.
 */
import type { JsonObject } from './audit-json.js';
import { fromGke } from './audit-gke.js';

/** Any wrapping. */
export interface Wrapping {
  /** What one of them is called, in the plural: "events were taken out of ...". */
  readonly name: string;
  readonly doc: string;
}

/** Text in front of the event. */
export interface PrefixRow extends Wrapping {
  /** Matches at the beginning of a line, up to the event. Groups: `stream`, and `part` where a line may be a part only. */
  readonly prefix: RegExp;
  /** It could be in front of anything: believed where JSON follows. */
  readonly isGuess?: boolean;
}

/** JSON that holds the event. */
export interface EnvelopeRow extends Wrapping {
  /** Where the event stands: an object, or text that is read as a line is. */
  readonly path: readonly [string, ...string[]];
  /** Keys beside the first one of the path, one of which must be there; none: the path is enough. */
  readonly beside: readonly string[];
  /** A text without a newline at its end goes on in the next one of its `stream`. */
  readonly isSplit?: boolean;
  /** What stands there is no audit event, and is made one; `undefined` where it cannot be. */
  readonly rebuild?: (envelope: JsonObject) => JsonObject | undefined;
}

const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`;
const OLD_TIME = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d`;
/** Says that JSON follows: https://www.rsyslog.com/json-elasticsearch/ and others that read it. */
const COOKIE = String.raw`(?:@cee:\s?)?`;

/** In the order in which they are tried. */
// prettier-ignore
export const PREFIXES: readonly PrefixRow[] = [
  { name: 'CRI log lines', prefix: new RegExp(`^${TIME} (?<stream>stdout|stderr) (?<part>[PF])(?::\\S*)? `),
    doc: 'Logs of containers as containerd and CRI-O write them (`/var/log/pods`): time, stream, and `P` for a part of a line, `F` for its end. Parts are put together.' },
  { name: 'syslog messages (RFC 5424)', prefix: new RegExp(String.raw`^<\d{1,3}>\d{1,2} (?:${TIME}|-) \S+ \S+ \S+ \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) (?:\ufeff|\u00ef\u00bb\u00bf)?${COOKIE}`),
    doc: 'As they come over the network, or from rsyslog with `RSYSLOG_SyslogProtocol23Format`.' },
  { name: 'syslog lines', prefix: new RegExp(String.raw`^(?:<\d{1,3}>)?(?:${TIME}|${OLD_TIME}) \S+ [^\s:[{"]+(?:\[[^\]\s]*\])?: ?${COOKIE}`),
    doc: 'Files of rsyslog, syslog-ng and `journalctl`: time, host, program with its process, colon.' },
  { name: 'lines of aws logs tail', prefix: new RegExp(`^${TIME} \\S+ (?=[{[IWEF])`),
    doc: '`aws logs tail`: time and log stream (`kube-apiserver-audit-...` of EKS). With `--format json` the event stands on many lines.' },
  { name: 'lines with their time', prefix: new RegExp(`^${TIME}\\s+(?=[{[IWEF])`),
    doc: '`kubectl logs --timestamps`, `docker logs -t`, `aws logs tail --format short`, exports of CloudWatch to S3.' },
  { name: 'lines of kubectl logs', prefix: /^\[[\w.-]+\/[^\]\s]+\] /,
    doc: '`kubectl logs --prefix`: pod and container in brackets.' },
  { name: 'lines with text in front', isGuess: true, prefix: /^[^\s[\]{},:"\0][^{"\0]{0,300}(?=\{\s*")/,
    doc: 'Anything else without braces and quotes in front of an event: `oc adm node-logs`, `stern`, a program of your own.' },
];

/** In the order in which they are tried. */
// prettier-ignore
export const ENVELOPES: readonly EnvelopeRow[] = [
  { name: 'docker json-file entries', path: ['log'], beside: ['stream', 'time'], isSplit: true,
    doc: 'Logs of containers as docker writes them: `log`, `stream`, `time`. Lines of more than 16 KiB are put together. Fluent Bit and Fluentd keep the same keys.' },
  { name: 'AKS diagnostic records', path: ['properties', 'log'], beside: ['category', 'operationName', 'time'],
    doc: 'Diagnostic settings of AKS to a storage account or an event hub: `records[].properties.log`, or a record a line.' },
  { name: 'Azure Monitor rows', path: ['log_s'], beside: [],
    doc: '`AzureDiagnostics` of a Log Analytics workspace, exported.' },
  { name: 'CloudWatch events', path: ['message'], beside: ['ingestionTime', 'eventId', 'id'],
    doc: '`aws logs filter-log-events` and `get-log-events`, subscriptions and their Firehose deliveries: `events[].message`, `logEvents[].message`.' },
  { name: 'CloudWatch Logs Insights rows', path: ['@message'], beside: [],
    doc: 'Results of a query, exported as JSON.' },
  { name: 'answers of lookup-events', path: ['CloudTrailEvent'], beside: [],
    doc: '`aws cloudtrail lookup-events`: `Events[].CloudTrailEvent`.' },
  { name: 'EventBridge events', path: ['detail'], beside: ['detail-type'],
    doc: 'Events of a bus or an archive: the record is `detail`.' },
  { name: 'Cloud Audit Logs of GKE', path: ['protoPayload'], beside: [], rebuild: fromGke,
    doc: '`gcloud logging read --format json`, sinks to a bucket or a topic. The audit event is rebuilt from `protoPayload`.' },
  { name: 'Cloud Logging entries', path: ['jsonPayload'], beside: ['insertId', 'logName', 'timestamp', 'resource'],
    doc: 'Audit logs that an agent brought there, parsed.' },
  { name: 'Cloud Logging entries with text', path: ['textPayload'], beside: ['insertId', 'logName', 'timestamp', 'resource'],
    doc: 'The same, as text.' },
  { name: 'Pub/Sub messages', path: ['message', 'data'], beside: [],
    doc: '`gcloud pubsub subscriptions pull --format json`, push requests: base64.' },
  { name: 'subscriptions of CloudWatch', path: ['awslogs', 'data'], beside: [],
    doc: 'What a Lambda function is given: base64 of gzip.' },
  { name: 'Kinesis records', path: ['kinesis', 'data'], beside: [],
    doc: 'What a Lambda function is given: base64.' },
  { name: 'Kinesis answers', path: ['Data'], beside: ['SequenceNumber', 'PartitionKey'],
    doc: '`aws kinesis get-records`: base64.' },
  { name: 'SNS notifications', path: ['Message'], beside: ['TopicArn', 'MessageId'],
    doc: 'As they arrive in a queue or at an address.' },
  { name: 'SNS records', path: ['Sns', 'Message'], beside: [],
    doc: 'What a Lambda function is given.' },
  { name: 'SQS messages', path: ['Body'], beside: ['MessageId', 'ReceiptHandle'],
    doc: '`aws sqs receive-message`.' },
  { name: 'SQS records', path: ['body'], beside: ['messageId', 'receiptHandle'],
    doc: 'What a Lambda function is given.' },
  { name: 'journal entries', path: ['MESSAGE'], beside: ['__REALTIME_TIMESTAMP', '_HOSTNAME', 'SYSLOG_IDENTIFIER'],
    doc: '`journalctl -o json`.' },
  { name: 'Elasticsearch documents with their original', path: ['event', 'original'], beside: [],
    doc: 'Documents of Filebeat and Elastic Agent, where the original is kept.' },
  { name: 'Elasticsearch hits', path: ['_source'], beside: ['_index', '_id'],
    doc: 'Exports of an index, a hit a line.' },
  { name: 'Splunk results', path: ['result', '_raw'], beside: [],
    doc: 'An export as JSON.' },
  { name: 'Splunk rows', path: ['_raw'], beside: [],
    doc: 'The same without `result`.' },
  { name: 'Loki entries', path: ['line'], beside: ['labels', 'timestamp'],
    doc: '`logcli query -o jsonl`.' },
  { name: 'entries of a log shipper', path: ['message'], beside: ['@timestamp', 'timestamp', 'time', 'host', 'source_type', 'tag'],
    doc: 'Logstash, Vector, Filebeat: the line is `message`.' },
];

/** Encodings that a wrapped text may have, and the file itself. */
// prettier-ignore
export const ENCODINGS = {
  base64: { name: 'base64', doc: 'A text inside a wrapping that is base64 of JSON or of gzip.' },
  gzip: { name: 'gzip in base64', doc: 'The same, unpacked, up to 16 MiB each.' },
} as const satisfies Record<string, Wrapping>;

/** Lines that stand between events, and what they are called. */
// prettier-ignore
export const BYSTANDERS: readonly (Wrapping & { readonly line: RegExp })[] = [
  { name: 'klog lines', line: /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [^\]\s]+:\d+\]/,
    doc: 'What the API server prints about itself, where its audit log goes to the same stream.' },
];

/** The row whose text stands in front of `line`, and how long that is. */
export function prefixOf(
  line: string,
): { readonly row: PrefixRow; readonly match: RegExpExecArray } | undefined {
  for (const row of PREFIXES) {
    const match = row.prefix.exec(line);
    if (match !== null) {
      return { row, match };
    }
  }
  return undefined;
}

/** The row that `value` is an envelope of. */
export function envelopeOf(value: JsonObject): EnvelopeRow | undefined {
  return ENVELOPES.find(
    ({ path, beside }) =>
      Object.hasOwn(value, path[0]) &&
      contentOf(value, path) !== undefined &&
      (beside.length === 0 || beside.some((key) => Object.hasOwn(value, key))),
  );
}

/** What stands at `path`, if that is a text, an object or a list. */
export function contentOf(value: JsonObject, path: readonly string[]): string | object | undefined {
  let content: unknown = value;
  for (const step of path) {
    content =
      typeof content === 'object' && content !== null && Object.hasOwn(content, step)
        ? (content as JsonObject)[step]
        : undefined;
  }
  return typeof content === 'string' || (typeof content === 'object' && content !== null)
    ? content
    : undefined;
}
