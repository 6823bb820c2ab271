/**
 * Cloud Audit Logs of GKE (`protoPayload` of a Cloud Logging entry) as Kubernetes audit events. What corresponds to what
 * is as in Falco's plugin k8saudit-gke 0.5 (`convert.go`), but for two things: the time is that of the call (`timestamp`),
 * not of its arrival in Cloud Logging; and a call that was refused has the HTTP status of its error, where the plugin
 * says that it succeeded. Entries have no groups, no impersonated user, no audit level.
 */
import { isObject, type JsonObject } from './audit-json.js';

const SERVICE = 'k8s.io';

/** HTTP status of a `google.rpc.Code`: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
// prettier-ignore
const HTTP_STATUS: ReadonlyMap<unknown, number> = new Map([
  [1, 499], [2, 500], [3, 400], [4, 504], [5, 404], [6, 409], [7, 403], [8, 429],
  [9, 400], [10, 409], [11, 400], [12, 501], [13, 500], [14, 503], [15, 500], [16, 401],
]);
/** Subresources whose calls change protocol and go on. */
const STREAMS: ReadonlySet<string> = new Set(['attach', 'exec']);

/** The audit event of an entry; `undefined` if it is of another service than Kubernetes. Texts are byte strings. */
export function fromGke(entry: JsonObject): JsonObject | undefined {
  const call = entry['protoPayload'];
  const { insertId } = entry;
  if (!isObject(call) || call['serviceName'] !== SERVICE || typeof insertId !== 'string') {
    return undefined;
  }
  const name = textAt(call, 'resourceName');
  const verb = textAt(call, 'methodName').split('.').at(-1) ?? '';
  const reference = referenceOf(name);
  const isStream = STREAMS.has(reference?.['subresource'] ?? '');
  const time = entry['timestamp'] ?? entry['receiveTimestamp'];
  const request = memberOf(call, 'requestMetadata');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: isStream ? 'Request' : 'RequestResponse',
    auditID: insertId,
    stage: isStream ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: `/${name}`,
    verb,
    user: { username: textAt(memberOf(call, 'authenticationInfo'), 'principalEmail') },
    sourceIPs: [textAt(request, 'callerIp')],
    userAgent: textAt(request, 'callerSuppliedUserAgent'),
    ...(reference === undefined ? {} : { objectRef: reference }),
    responseStatus: statusOf(memberOf(call, 'status'), verb, isStream),
    ...copied(call, 'request', 'requestObject'),
    ...copied(call, 'response', 'responseObject'),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: {
      ...memberOf(entry, 'labels'),
      ...memberOf(memberOf(entry, 'resource'), 'labels'),
    },
  };
}

/** `core/v1/namespaces/shop/pods/web/exec` and shorter ones; `undefined` where no object is named. */
function referenceOf(name: string): Readonly<Record<string, string>> | undefined {
  const parts = name.split('/');
  const [apiGroup = '', apiVersion = '', scope = '', namespace = ''] = parts;
  if (scope === 'namespaces' && parts.length >= 5) {
    const [resource = '', object, subresource] = parts.slice(4);
    return present({ apiGroup, apiVersion, namespace, resource, name: object, subresource });
  }
  if (parts.length < 4) {
    return undefined;
  }
  return present({ apiGroup, apiVersion, resource: scope, name: namespace, subresource: parts[4] });
}

function present(
  facts: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined),
  );
}

/** The entry has a status only where the call failed. */
function statusOf(status: JsonObject, verb: string, isStream: boolean): JsonObject {
  const code = HTTP_STATUS.get(status['code']);
  if (code !== undefined) {
    return { code, status: 'Failure', message: textAt(status, 'message') };
  }
  if (isStream) {
    return { code: 101, status: 'Switching Protocols (inferred)' };
  }
  return verb === 'create'
    ? { code: 201, status: 'Created (inferred)' }
    : { code: 200, status: 'OK (inferred)' };
}

function copied(call: JsonObject, key: string, as: string): JsonObject {
  return call[key] === undefined ? {} : { [as]: call[key] };
}

function memberOf(value: JsonObject, key: string): JsonObject {
  const member = value[key];
  return isObject(member) ? member : {};
}

function textAt(value: JsonObject, key: string): string {
  const text = value[key];
  return typeof text === 'string' ? text : '';
}
