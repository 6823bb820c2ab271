import { describe, expect, it } from 'vitest';
import { auditEvent, trailRecord } from './audit-logs.js';
import { momentOf, read, ROWS } from './moments.js';

/** An event in which every field is there. */
const FULL = auditEvent({
  annotations: {
    'authorization.k8s.io/decision': 'allow',
    'authorization.k8s.io/reason': 'RBAC: allowed by "x"',
    'authentication.openshift.io/decision': 'deny',
    'authentication.openshift.io/username': 'dev',
    'validation.policy.admission.k8s.io/validation_failure': '[{"message":"no"}]',
    'pod-security.kubernetes.io/audit-violations': 'would violate "baseline"',
    cluster_name: 'prod',
  },
  user: { username: 'alice', groups: ['dev', 'system:authenticated'] },
  impersonatedUser: { username: 'bob' },
  requestURI:
    '/api/v1/namespaces/default/pods?dryRun=All&command=sh&command=-c&q=a%2Bb+c%2f%C3%A9&empty',
  objectRef: { resource: 'pods', namespace: 'default', name: 'web', apiVersion: 'v1' },
  userAgent: 'kubectl/v1.30',
  sourceIPs: ['192.0.2.7', '10.0.0.1'],
  responseStatus: { code: 201, reason: 'Created' },
  responseObject: { metadata: { name: 'web-1' } },
  requestObject: {
    subjects: [
      { kind: 'User', name: 'carol' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'ops' },
      { kind: 'ServiceAccount', name: 'homeless' },
      { kind: 'Group', name: 'admins' },
      { kind: 'User' },
    ],
    roleRef: { name: 'cluster-admin' },
    data: { 'a.properties': 'password=1', n: 1 },
    rules: [
      { apiGroups: [''], resources: ['pods', 'pods/exec'], verbs: ['*'] },
      { nonResourceURLs: ['/healthz'], verbs: ['get', 'head'] },
    ],
    spec: {
      hostIPC: true,
      hostNetwork: true,
      hostPID: false,
      type: 'NodePort',
      ports: [{ port: 80, nodePort: 30080 }, { port: 443 }],
      securityContext: {
        runAsUser: 1000,
        runAsGroup: 2000,
        fsGroup: 3000,
        supplementalGroups: [4, 5],
      },
      containers: [
        {
          name: 'c1',
          image: 'docker.io/library/nginx:1.21',
          command: ['sh', '-c'],
          args: ['echo', 'hi'],
          ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 443 }],
          securityContext: {
            privileged: true,
            allowPrivilegeEscalation: true,
            readOnlyRootFilesystem: false,
            runAsUser: 7,
            runAsGroup: 8,
            procMount: 'Unmasked',
            capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] },
          },
        },
        { name: 'c2', image: 'busybox@sha256:00', securityContext: { privileged: false } },
      ],
      initContainers: [
        {
          name: 'i1',
          image: 'init:1',
          command: ['i'],
          args: ['j'],
          ports: [{ hostPort: 1 }],
          securityContext: {
            privileged: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsUser: 0,
            runAsGroup: 0,
            procMount: 'Default',
            capabilities: { add: ['ALL'] },
          },
        },
      ],
      ephemeralContainers: [
        {
          name: 'e1',
          image: 'debug',
          command: ['e'],
          args: ['f'],
          securityContext: {
            privileged: true,
            allowPrivilegeEscalation: true,
            readOnlyRootFilesystem: true,
            runAsUser: 1,
            runAsGroup: 1,
            procMount: 'Default',
            capabilities: { add: ['BPF'] },
          },
        },
      ],
      volumes: [
        { name: 'a', hostPath: { path: '/etc/kubernetes', type: '' } },
        { name: 'b', flexVolume: { driver: 'x/y' } },
        { name: 'c', secret: { secretName: 's' } },
        { name: 'd', hostPath: { path: '/var/log' } },
      ],
    },
  },
});

/** Events of the two kinds in which nothing is there that could be left out. */
const BARE = { kind: 'Event', auditID: 'x', stageTimestamp: '2024-05-01T10:00:00Z' };

/** Field as written -> what it gives for `FULL`. */
const EXPECTED: Record<string, string | readonly string[]> = {
  'ka.auditid': 'a362d22b-db3c-4590-9505-23782f12925f',
  'ka.stage': 'ResponseComplete',
  'ka.auth.decision': 'allow',
  'ka.auth.reason': 'RBAC: allowed by "x"',
  'ka.auth.openshift.decision': 'deny',
  'ka.validations.admission.policy.failure': '[{"message":"no"}]',
  'ka.security.pod.violations': 'would violate "baseline"',
  'ka.auth.openshift.username': 'dev',
  'ka.user.name': 'alice',
  'ka.user.groups': ['dev', 'system:authenticated'],
  'ka.impuser.name': 'bob',
  'ka.verb': 'create',
  'ka.uri':
    '/api/v1/namespaces/default/pods?dryRun=All&command=sh&command=-c&q=a%2Bb+c%2f%C3%A9&empty',
  'ka.uri.param[command]': 'sh',
  'ka.uri.param[q]': 'a+b c/\u00c3\u00a9',
  'ka.uri.param[empty]': '',
  'ka.target.name': 'web',
  'ka.target.namespace': 'default',
  'ka.target.resource': 'pods',
  'ka.target.pod.name': 'web-1',
  'ka.req.binding.subjects': [
    '{"kind":"User","name":"carol"}',
    '{"kind":"ServiceAccount","name":"robot","namespace":"ops"}',
    '{"kind":"ServiceAccount","name":"homeless"}',
    '{"kind":"Group","name":"admins"}',
    '{"kind":"User"}',
  ],
  'ka.req.binding.subjects.user_names': ['carol'],
  'ka.req.binding.subjects.serviceaccount_names': ['robot', 'homeless'],
  'ka.req.binding.subjects.serviceaccount_ns_names': ['ops:robot'],
  'ka.req.binding.subjects.group_names': ['admins'],
  'ka.req.binding.role': 'cluster-admin',
  'ka.req.binding.subject.has_name[x]': 'true',
  'ka.req.configmap.name': 'web',
  'ka.req.configmap.obj': '{"a.properties":"password=1","n":1}',
  'ka.req.container.image': 'docker.io/library/nginx:1.21',
  'ka.req.container.image.repository': 'docker.io/library/nginx',
  'ka.req.pod.host_ipc': 'true',
  'ka.req.pod.host_network': 'true',
  'ka.req.container.host_network': 'true',
  'ka.req.pod.host_pid': 'false',
  'ka.req.container.privileged': 'true',
  'ka.req.pod.run_as_user': '1000',
  'ka.req.pod.run_as_group': '2000',
  'ka.req.role.rules': [
    '{"apiGroups":[""],"resources":["pods","pods/exec"],"verbs":["*"]}',
    '{"nonResourceURLs":["/healthz"],"verbs":["get","head"]}',
  ],
  'ka.req.role.rules.apiGroups': [''],
  'ka.req.role.rules.nonResourceURLs': ['/healthz'],
  'ka.req.role.rules.verbs': ['*', 'get', 'head'],
  'ka.req.role.rules.verbs[1]': ['get', 'head'],
  'ka.req.role.rules.resources': ['pods', 'pods/exec'],
  'ka.req.pod.fs_group': '3000',
  'ka.req.pod.supplemental_groups': ['4', '5'],
  'ka.req.service.type': 'NodePort',
  'ka.req.service.ports': ['[{"port":80,"nodePort":30080},{"port":443}]'],
  'ka.req.service.ports[1]': ['{"port":443}'],
  'ka.req.pod.volumes.hostpath': ['/etc/kubernetes', '/var/log'],
  'ka.req.pod.volumes.hostpath[3]': ['/var/log'],
  'ka.req.volume.hostpath[/var/log]': 'true',
  'ka.req.volume.hostpath[/etc/*]': 'true',
  'ka.req.volume.hostpath[/etc]': 'false',
  'ka.req.pod.volumes.flexvolume_driver': ['x/y'],
  'ka.req.pod.volumes.volume_type': ['hostPath', 'flexVolume', 'secret', 'hostPath'],
  'ka.req.pod.volumes.volume_type[2]': ['secret'],
  'ka.resp.name': 'web-1',
  'ka.response.code': '201',
  'ka.response.reason': 'Created',
  'ka.useragent': 'kubectl/v1.30',
  'ka.sourceips': ['192.0.2.7', '10.0.0.1'],
  'ka.sourceips[1]': ['10.0.0.1'],
  'ka.cluster.name': 'prod',
  'ka.req.pod.containers.args': ['echo hi'],
  'ka.req.pod.containers.command': ['sh -c'],
  'ka.req.pod.containers.name': ['c1', 'c2'],
  'ka.req.pod.containers.name[1]': ['c2'],
  'ka.req.pod.containers.image': ['docker.io/library/nginx:1.21', 'busybox@sha256:00'],
  'ka.req.pod.containers.image.repository': ['docker.io/library/nginx', 'busybox'],
  'ka.req.pod.containers.host_port': ['8080', '443'],
  'ka.req.pod.containers.privileged': ['true', 'false'],
  'ka.req.pod.containers.privileged[0]': ['true'],
  'ka.req.pod.containers.allow_privilege_escalation': ['true'],
  'ka.req.pod.containers.read_only_fs': ['false'],
  'ka.req.pod.containers.run_as_user': ['7'],
  'ka.req.pod.containers.eff_run_as_user': ['7', '1000'],
  'ka.req.pod.containers.run_as_group': ['8'],
  'ka.req.pod.containers.eff_run_as_group': ['8', '2000'],
  'ka.req.pod.containers.proc_mount': ['Unmasked'],
  'ka.req.pod.containers.add_capabilities': ['SYS_ADMIN', 'NET_RAW'],
  'ka.req.pod.initContainers.args': ['j'],
  'ka.req.pod.initContainers.command': ['i'],
  'ka.req.pod.initContainers.name': ['i1'],
  'ka.req.pod.initContainers.image': ['init:1'],
  'ka.req.pod.initContainers.image.repository': ['init'],
  'ka.req.pod.initContainers.host_port': ['1'],
  'ka.req.pod.initContainers.privileged': ['false'],
  'ka.req.pod.initContainers.allow_privilege_escalation': ['false'],
  'ka.req.pod.initContainers.read_only_fs': ['true'],
  'ka.req.pod.initContainers.run_as_user': ['0'],
  'ka.req.pod.initContainers.eff_run_as_user': ['0'],
  'ka.req.pod.initContainers.run_as_group': ['0'],
  'ka.req.pod.initContainers.eff_run_as_group': ['0'],
  'ka.req.pod.initContainers.proc_mount': ['Default'],
  'ka.req.pod.initContainers.add_capabilities': ['ALL'],
  'ka.req.pod.ephemeralContainers.args': ['f'],
  'ka.req.pod.ephemeralContainers.command': ['e'],
  'ka.req.pod.ephemeralContainers.name': ['e1'],
  'ka.req.pod.ephemeralContainers.image': ['debug'],
  'ka.req.pod.ephemeralContainers.image.repository': ['debug'],
  'ka.req.pod.ephemeralContainers.privileged': ['true'],
  'ka.req.pod.ephemeralContainers.allow_privilege_escalation': ['true'],
  'ka.req.pod.ephemeralContainers.read_only_fs': ['true'],
  'ka.req.pod.ephemeralContainers.run_as_user': ['1'],
  'ka.req.pod.ephemeralContainers.eff_run_as_user': ['1'],
  'ka.req.pod.ephemeralContainers.run_as_group': ['1'],
  'ka.req.pod.ephemeralContainers.eff_run_as_group': ['1'],
  'ka.req.pod.ephemeralContainers.proc_mount': ['Default'],
  'ka.req.pod.ephemeralContainers.add_capabilities': ['BPF'],
};

/** Fields that every audit event has. */
const ALWAYS = ['ka.auditid', 'ka.req.binding.subject.has_name[x]'];

describe('a field of Kubernetes audit events', () => {
  it.each(Object.entries(EXPECTED))('%s gives %j where it is there', async (field, expected) => {
    expect(read(await momentOf(FULL), field)).toEqual(expected);
  });

  it('ka.target.subresource gives the part of the object that is meant', async () => {
    const moment = await momentOf(
      auditEvent({ objectRef: { resource: 'pods', subresource: 'exec' } }),
    );
    expect(read(moment, 'ka.target.subresource')).toBe('exec');
    expect(read(moment, 'ka.target.pod.name')).toBeUndefined();
  });

  it.each([...Object.keys(EXPECTED), 'ka.target.subresource'])(
    '%s is absent where it is not there',
    async (field) => {
      const bare = ALWAYS.includes(field) ? trailRecord() : BARE;
      expect(read(await momentOf(bare), field)).toBeUndefined();
    },
  );

  it.each(Object.keys(EXPECTED))('%s is absent from a CloudTrail record', async (field) => {
    expect(read(await momentOf(trailRecord({ ...FULL, kind: undefined })), field)).toBeUndefined();
  });

  it('has a test, whichever it is', () => {
    const tested = new Set(
      [...Object.keys(EXPECTED), 'ka.target.subresource'].map((field) => field.split('[')[0]),
    );
    expect(
      ROWS.map(({ name }) => name).filter((name) => name.startsWith('ka.') && !tested.has(name)),
    ).toEqual([]);
  });

  it.each([
    'ka.req.pod.containers.name[2]',
    'ka.req.role.rules.verbs[9]',
    'ka.sourceips[2]',
    'ka.uri.param[no]',
    'ka.req.service.ports[2]',
  ])('%s is absent beyond the end of the list', async (field) => {
    expect(read(await momentOf(FULL), field)).toBeUndefined();
  });

  it('is absent as a whole where one container has no image', async () => {
    const moment = await momentOf(
      auditEvent({ requestObject: { spec: { containers: [{ image: 'a' }, { name: 'b' }] } } }),
    );
    expect(read(moment, 'ka.req.pod.containers.image')).toBeUndefined();
    expect(read(moment, 'ka.req.pod.containers.image[0]')).toEqual(['a']);
    expect(read(moment, 'ka.req.container.privileged')).toBe('false');
    expect(read(moment, 'ka.req.pod.containers.eff_run_as_user')).toEqual(['0', '0']);
  });

  it('gives the same whether the event was read from a log or lies in a capture', async () => {
    for (const field of Object.keys(EXPECTED)) {
      const moment = await momentOf(FULL);
      moment.event.json = undefined;
      expect(read(moment, field)).toEqual(EXPECTED[field]);
    }
  });

  it('does not fall for names that every object inherits', async () => {
    const moment = await momentOf(auditEvent({ requestURI: '/x?constructor=1' }));
    expect(read(moment, 'jevt.value[/constructor]')).toBeUndefined();
    expect(read(moment, 'jevt.value[/__proto__]')).toBeUndefined();
    expect(read(moment, 'jevt.value[/sourceIPs/length]')).toBeUndefined();
    expect(read(moment, 'ka.uri.param[constructor]')).toBe('1');
    expect(read(moment, 'ka.uri.param[toString]')).toBeUndefined();
  });
});
