/**
 * Fields of Kubernetes audit events (`ka.*`), as the plugin k8saudit 0.18 defines them, but for the readings that
 * README.md lists as decisions. Container fields exist three times: for containers, init and ephemeral containers.
 */
import type { Catalogue, FieldArgument, FieldRow, Value } from './field.js';
import {
  auditEventOf,
  K8S_SOURCE,
  listOf,
  locateInEach,
  textAt,
  textOf,
  textsAt,
  textsInEach,
  textsOf,
  type KaReader,
} from './ka-readers.js';
import { memberOf } from './plugin-event.js';
import type { Moment } from '../state/index.js';
import { queryParameter } from './uri.js';

const INDEX = { isRequired: false, form: 'index' } as const;
const KEY = { isRequired: true, form: 'key' } as const;

type More = Partial<Pick<FieldRow, 'argument' | 'isDeprecated' | 'subject'>>;

function one(name: string, doc: string, read: KaReader, more: More = {}): FieldRow {
  return { name, type: 'charbuf', subject: 'event', doc, read, ...more };
}

function many(name: string, doc: string, read: KaReader, more: More = {}): FieldRow {
  return { name, type: 'charbuf', isList: true, subject: 'event', doc, read, ...more };
}

/** Read by nearly every rule: see plugin-type.ts. */
const KIND: More = { subject: 'type' };
const DEPRECATED: More = { isDeprecated: true };
const SPEC = ['requestObject', 'spec'] as const;
const RULES = ['requestObject', 'rules'] as const;
const VOLUMES = [...SPEC, 'volumes'] as const;

// prettier-ignore
const REQUEST_ROWS: readonly FieldRow[] = [
  one('ka.auditid', 'Unique id of the audit event.', textAt('auditID')),
  one('ka.stage', 'Stage of the request that the event reports: RequestReceived, ResponseStarted, ResponseComplete or Panic.', textAt('stage'), KIND),
  one('ka.auth.decision', 'What the authorizer decided: allow or forbid.', textAt('annotations', 'authorization.k8s.io/decision')),
  one('ka.auth.reason', 'Why the authorizer decided so: mostly the role binding that allowed it.', textAt('annotations', 'authorization.k8s.io/reason')),
  one('ka.auth.openshift.decision', 'What the OpenShift API server decided about the login.', textAt('annotations', 'authentication.openshift.io/decision')),
  one('ka.validations.admission.policy.failure', 'Why a validating admission policy was not satisfied.', textAt('annotations', 'validation.policy.admission.k8s.io/validation_failure')),
  one('ka.security.pod.violations', 'How the pod violates the pod security standard that is audited.', textAt('annotations', 'pod-security.kubernetes.io/audit-violations')),
  one('ka.auth.openshift.username', 'User who logs in to OpenShift.', textAt('annotations', 'authentication.openshift.io/username')),
  one('ka.user.name', 'User who sent the request.', textAt('user', 'username')),
  many('ka.user.groups', 'Groups of that user.', textsAt('user', 'groups')),
  one('ka.impuser.name', 'User as whom the sender asked to act.', textAt('impersonatedUser', 'username')),
  one('ka.verb', 'What is done: get, list, watch, create, update, patch, delete ...', textAt('verb'), KIND),
  one('ka.uri', 'Path and query of the request.', textAt('requestURI')),
  one('ka.uri.param', 'Value of one query parameter, as in ka.uri.param[command]; the first, if it occurs several times.', readQueryParameter, { argument: KEY }),
  one('ka.target.name', 'Name of the object that the request is about.', textAt('objectRef', 'name')),
  one('ka.target.namespace', 'Namespace of that object.', textAt('objectRef', 'namespace')),
  one('ka.target.resource', 'Kind of that object as the API names it: pods, secrets, clusterroles ...', textAt('objectRef', 'resource'), KIND),
  one('ka.target.subresource', 'Part of the object that is meant: exec, log, status, ephemeralcontainers ...', textAt('objectRef', 'subresource'), KIND),
  one('ka.target.pod.name', 'Name of the pod, as the response has it, if the request is about a pod itself.', readTargetPod),
  many('ka.req.binding.subjects', 'Whom a role binding in the request binds: one JSON object each.', textsAt('requestObject', 'subjects')),
  many('ka.req.binding.subjects.user_names', 'Users whom the role binding in the request binds.', subjectsOf('User')),
  many('ka.req.binding.subjects.serviceaccount_names', 'Service accounts whom the role binding in the request binds.', subjectsOf('ServiceAccount')),
  many('ka.req.binding.subjects.serviceaccount_ns_names', 'The same with their namespaces, as namespace:name.', readNamespacedAccounts),
  many('ka.req.binding.subjects.group_names', 'Groups whom the role binding in the request binds.', subjectsOf('Group')),
  one('ka.req.binding.role', 'Role that the binding in the request gives.', textAt('requestObject', 'roleRef', 'name')),
  one('ka.req.binding.subject.has_name', 'Always true; kept for rules that still ask.', (moment) => auditEventOf(moment) && 'true', { argument: KEY, ...DEPRECATED }),
  one('ka.req.configmap.name', 'Name of the config map that the request is about.', textAt('objectRef', 'name')),
  one('ka.req.configmap.obj', 'What the config map in the request holds, as JSON.', textAt('requestObject', 'data')),
  one('ka.req.container.image', 'Image of the first container; use ka.req.pod.containers.image.', readFirstImage, DEPRECATED),
  one('ka.req.container.image.repository', 'The same without tag and digest; use ka.req.pod.containers.image.repository.', (moment) => repositoryOf(readFirstImage(moment)), DEPRECATED),
  one('ka.req.pod.host_ipc', 'Whether the pod in the request shares the IPC namespace of its node.', textAt(...SPEC, 'hostIPC')),
  one('ka.req.pod.host_network', 'Whether the pod in the request shares the network of its node.', textAt(...SPEC, 'hostNetwork')),
  one('ka.req.container.host_network', 'Older name of ka.req.pod.host_network.', textAt(...SPEC, 'hostNetwork'), DEPRECATED),
  one('ka.req.pod.host_pid', 'Whether the pod in the request shares the process ids of its node.', textAt(...SPEC, 'hostPID')),
  one('ka.req.container.privileged', 'Whether any container in the request is privileged; use ka.req.pod.containers.privileged.', readAnyPrivileged, DEPRECATED),
  one('ka.req.pod.run_as_user', 'User id for all containers of the pod in the request.', textAt(...SPEC, 'securityContext', 'runAsUser')),
  one('ka.req.pod.run_as_group', 'Group id for all containers of the pod in the request.', textAt(...SPEC, 'securityContext', 'runAsGroup')),
  many('ka.req.role.rules', 'Rules of the role in the request: one JSON object each.', textsAt(...RULES)),
  many('ka.req.role.rules.apiGroups', 'API groups that the role in the request covers.', textsInEach(RULES, 'apiGroups'), { argument: INDEX }),
  many('ka.req.role.rules.nonResourceURLs', 'Paths beside resources that the role in the request covers.', textsInEach(RULES, 'nonResourceURLs'), { argument: INDEX }),
  many('ka.req.role.rules.verbs', 'What the role in the request allows to do.', textsInEach(RULES, 'verbs'), { argument: INDEX }),
  many('ka.req.role.rules.resources', 'Resources that the role in the request covers.', textsInEach(RULES, 'resources'), { argument: INDEX }),
  one('ka.req.pod.fs_group', 'Group id that owns the volumes of the pod in the request.', textAt(...SPEC, 'securityContext', 'fsGroup')),
  many('ka.req.pod.supplemental_groups', 'Further group ids of the containers of the pod in the request.', textsAt(...SPEC, 'securityContext', 'supplementalGroups')),
  one('ka.req.service.type', 'Type of the service in the request: ClusterIP, NodePort, LoadBalancer, ExternalName.', textAt(...SPEC, 'type')),
  many('ka.req.service.ports', 'Ports of the service in the request: all in one JSON list; with an index, that port.', readServicePorts, { argument: INDEX }),
  many('ka.req.pod.volumes.hostpath', 'Folders of the node that the pod in the request mounts.', textsInEach(VOLUMES, 'hostPath', 'path'), { argument: INDEX }),
  one('ka.req.volume.hostpath', 'Whether any volume in the request is this folder of the node; a * at the end stands for anything below.', readHasHostPath, { argument: KEY, ...DEPRECATED }),
  many('ka.req.pod.volumes.flexvolume_driver', 'Flexvolume drivers of the volumes in the request.', textsInEach(VOLUMES, 'flexVolume', 'driver'), { argument: INDEX }),
  many('ka.req.pod.volumes.volume_type', 'Types of the volumes in the request: hostPath, secret, configMap, emptyDir ...', readVolumeTypes, { argument: INDEX }),
  one('ka.resp.name', 'Name of the object in the response.', textAt('responseObject', 'metadata', 'name')),
  one('ka.response.code', 'HTTP status of the response.', textAt('responseStatus', 'code')),
  one('ka.response.reason', 'Why the request failed, in one word.', textAt('responseStatus', 'reason')),
  one('ka.useragent', 'Program that sent the request, as it calls itself.', textAt('userAgent')),
  many('ka.sourceips', 'Addresses that the request came through, the first being the sender.', textsAt('sourceIPs'), { argument: INDEX }),
  one('ka.cluster.name', 'Name of the cluster, where something in front of this program adds it.', textAt('annotations', 'cluster_name'), { argument: INDEX }),
];

/** The three lists of containers of a pod; only the first kind and init containers have ports. */
const CONTAINER_LISTS = [
  { key: 'containers', label: 'containers', hasPorts: true },
  { key: 'initContainers', label: 'init containers', hasPorts: true },
  { key: 'ephemeralContainers', label: 'ephemeral containers', hasPorts: false },
] as const;

// prettier-ignore
const CONTAINER_ROWS: readonly FieldRow[] = CONTAINER_LISTS.flatMap(({ key, label, hasPorts }) => {
  const list = [...SPEC, key];
  const row = (name: string, what: string, read: KaReader): FieldRow =>
    many(`ka.req.pod.${key}.${name}`, `${what} of the ${label} of the pod in the request.`, read, { argument: INDEX });
  const context = (...path: string[]): KaReader => textsInEach(list, 'securityContext', ...path);
  const rows = [
    row('args', 'Arguments', joinedWords(list, 'args')),
    row('command', 'Commands', joinedWords(list, 'command')),
    row('name', 'Names', textsOfAll(list, 'name', (name) => name)),
    row('image', 'Images', textsOfAll(list, 'image', (image) => image)),
    row('image.repository', 'Images, without tag and digest,', textsOfAll(list, 'image', repositoryOf)),
    row('privileged', 'Privileged flags', context('privileged')),
    row('allow_privilege_escalation', 'Flags that allow gaining privileges', context('allowPrivilegeEscalation')),
    row('read_only_fs', 'Flags that make the root file system read-only', context('readOnlyRootFilesystem')),
    row('run_as_user', 'User ids, where a container names one,', context('runAsUser')),
    row('eff_run_as_user', 'User ids in effect (the container\'s, else the pod\'s, else 0)', effective(list, 'runAsUser')),
    row('run_as_group', 'Group ids, where a container names one,', context('runAsGroup')),
    row('eff_run_as_group', 'Group ids in effect (the container\'s, else the pod\'s, else 0)', effective(list, 'runAsGroup')),
    row('proc_mount', 'Ways in which /proc is mounted', context('procMount')),
    row('add_capabilities', 'Capabilities added', context('capabilities', 'add')),
  ];
  return hasPorts ? [...rows, row('host_port', 'Ports (of the node, else of the container)', hostPorts(list))] : rows;
});

/** The catalogue of the plugin `k8saudit`. */
export const KA_CATALOGUE: Catalogue = {
  name: 'ka',
  doc: 'Kubernetes audit events: who asked the API server for what, and what became of it.',
  sources: [K8S_SOURCE],
  rows: [...REQUEST_ROWS, ...CONTAINER_ROWS],
};

function readQueryParameter(moment: Moment, argument: FieldArgument | undefined): Value {
  const uri = memberOf(auditEventOf(moment), ['requestURI']);
  return typeof uri === 'string' ? queryParameter(uri, argument?.text ?? '') : undefined;
}

function readTargetPod(moment: Moment): Value {
  const event = auditEventOf(moment);
  const subresource = memberOf(event, ['objectRef', 'subresource']) ?? '';
  if (memberOf(event, ['objectRef', 'resource']) !== 'pods' || subresource !== '') {
    return undefined;
  }
  const path = ['responseObject', 'metadata', 'name'];
  return textOf(moment, memberOf(event, path), path);
}

/** The subjects of a binding that are of one kind. */
function subjectsOfKind(moment: Moment, kind: string): readonly { name: string; index: number }[] {
  const path = ['requestObject', 'subjects'];
  const subjects = memberOf(auditEventOf(moment), path);
  if (!Array.isArray(subjects)) {
    return [];
  }
  return subjects.flatMap((subject: unknown, index) => {
    const name = textOf(moment, memberOf(subject, ['name']), [...path, index, 'name']);
    return name !== undefined && memberOf(subject, ['kind']) === kind ? [{ name, index }] : [];
  });
}

function subjectsOf(kind: string): KaReader {
  return (moment) => listOf(subjectsOfKind(moment, kind).map(({ name }) => name));
}

function readNamespacedAccounts(moment: Moment): Value {
  return listOf(
    subjectsOfKind(moment, 'ServiceAccount').map(({ name, index }) => {
      const path = ['requestObject', 'subjects', index, 'namespace'];
      const namespace = textOf(moment, memberOf(auditEventOf(moment), path), path);
      return namespace === undefined ? undefined : `${namespace}:${name}`;
    }),
  );
}

function readFirstImage(moment: Moment): string | undefined {
  const path = [...SPEC, 'containers', 0, 'image'];
  return textOf(moment, memberOf(auditEventOf(moment), path), path);
}

/** What stands in front of the first colon or at sign (so a registry's port ends it too, as in the reference). */
function repositoryOf(image: string | undefined): string | undefined {
  return image?.split(/[:@]/, 1)[0];
}

function readAnyPrivileged(moment: Moment): Value {
  const found = locateInEach(
    moment,
    undefined,
    [...SPEC, 'containers'],
    ['securityContext', 'privileged'],
  );
  return found.length === 0 ? undefined : String(found.some((flag) => flag?.value === true));
}

/** One text for every container; absent as a whole if one container has none. */
function textsOfAll(
  list: readonly string[],
  key: string,
  shape: (text: string | undefined) => string | undefined,
): KaReader {
  return (moment, argument) => {
    const found = locateInEach(moment, argument, list, [key]);
    const texts = found.map((each) => shape(each && textOf(moment, each.value, each.path)));
    return texts.includes(undefined) ? undefined : listOf(texts);
  };
}

/** The words of each container's list, joined by blanks; absent as a whole if one is no list of texts. */
function joinedWords(list: readonly string[], key: string): KaReader {
  return (moment, argument) => {
    const lines: string[] = [];
    for (const found of locateInEach(moment, argument, list, [key])) {
      if (found !== undefined) {
        if (!isTexts(found.value)) {
          return undefined;
        }
        lines.push(found.value.join(' '));
      }
    }
    return listOf(lines);
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** A container's own setting, else the pod's, else 0. */
function effective(list: readonly string[], key: string): KaReader {
  const podPath = [...SPEC, 'securityContext', key];
  return (moment, argument) => {
    const pod = textOf(moment, memberOf(auditEventOf(moment), podPath), podPath) ?? '0';
    const found = locateInEach(moment, argument, list, ['securityContext', key]);
    return listOf(
      found.map((each) => (each === undefined ? pod : textOf(moment, each.value, each.path))),
    );
  };
}

/** Ports of the node; where a container names none, its own port (with the node's network it is the same). */
function hostPorts(list: readonly string[]): KaReader {
  return (moment, argument) =>
    listOf(
      locateInEach(moment, argument, list, ['ports']).flatMap((found) => {
        const ports: readonly unknown[] = Array.isArray(found?.value) ? found.value : [];
        return ports.map((port, index) => {
          const key = memberOf(port, ['hostPort']) === undefined ? 'containerPort' : 'hostPort';
          return textOf(moment, memberOf(port, [key]), [...(found?.path ?? []), index, key]);
        });
      }),
    );
}

function readServicePorts(moment: Moment, argument: FieldArgument | undefined): Value {
  const path =
    argument === undefined ? [...SPEC, 'ports'] : [...SPEC, 'ports', argument.index ?? -1];
  return listOf([textOf(moment, memberOf(auditEventOf(moment), path), path)]);
}

function readHasHostPath(moment: Moment, argument: FieldArgument | undefined): Value {
  const wanted = argument?.text ?? '';
  const volumes = locateInEach(moment, undefined, VOLUMES, ['hostPath', 'path']);
  if (volumes.length === 0) {
    return undefined;
  }
  const paths = volumes.flatMap((found) => (found === undefined ? [] : textsOf(moment, found)));
  const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : undefined;
  return String(
    paths.some((path) => path === wanted || (prefix !== undefined && path.startsWith(prefix))),
  );
}

function readVolumeTypes(moment: Moment, argument: FieldArgument | undefined): Value {
  const volumes = locateInEach(moment, argument, VOLUMES, []);
  return listOf(
    volumes.flatMap((found) =>
      typeof found?.value === 'object' && found.value !== null
        ? Object.keys(found.value).filter((key) => key !== 'name')
        : [],
    ),
  );
}
