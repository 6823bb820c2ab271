/** What a JSON value of a log is: an audit event of one of the two kinds, a list of them, or neither. */
import { isObject, type JsonObject } from './audit-json.js';
import type { AuditFormat } from './audit-record.js';

/** `list`: records lie inside. `insight`: CloudTrail's statistics. */
export type JsonKind = AuditFormat | 'list' | 'insight' | 'other';

/** Say what `value` is, by what is in it. */
export function kindOf(value: unknown): JsonKind {
  if (Array.isArray(value)) {
    return 'list';
  }
  if (!isObject(value)) {
    return 'other';
  }
  // a Kubernetes event that is no audit event ("kubectl get events") has no audit id
  if (value['kind'] === 'Event' && typeof value['auditID'] === 'string') {
    return 'k8s_audit';
  }
  if (typeof value['eventSource'] === 'string' && typeof value['eventName'] === 'string') {
    return value['eventType'] === 'AwsCloudTrailInsight' ? 'insight' : 'cloudtrail';
  }
  if (value['eventType'] === 'AwsCloudTrailInsight') {
    return 'insight';
  }
  return LIST_KEYS.some((key) => Array.isArray(value[key])) ? 'list' : 'other';
}

/**
 * Keys of the lists in which records lie: CloudTrail's `Records`, a Kubernetes `EventList`, Azure's `records`, what
 * CloudWatch (`events`, `logEvents`), CloudTrail's `lookup-events`, Cloud Logging and the queues of AWS and Google answer.
 */
// prettier-ignore
export const LIST_KEYS = [
  'Records', 'items', 'records', 'events', 'logEvents', 'Events', 'entries', 'Messages', 'receivedMessages',
] as const;

/** The key that holds an event's time. */
export const TIME_KEYS: Readonly<Record<AuditFormat, string>> = {
  k8s_audit: 'stageTimestamp',
  cloudtrail: 'eventTime',
};

/** Where events of API servers before 1.8 (audit.k8s.io/v1alpha1) have their time. */
export const OLD_TIME_KEY = 'timestamp';

const CHANGES: ReadonlySet<unknown> = new Set(['create', 'update', 'patch']);

/** Whether a Kubernetes event is of a change, but without the object that was sent. */
export function lacksRequest(event: JsonObject): boolean {
  return event['level'] === 'Metadata' && CHANGES.has(event['verb']);
}

/** Whether the API server cut the event because of its size. */
export function isCutByServer(event: JsonObject): boolean {
  const annotations = event['annotations'];
  return isObject(annotations) && annotations['audit.k8s.io/truncated'] === 'true';
}
