// A Kubernetes audit log of any length, the same at every run.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A cluster's day: mostly controllers that read and renew leases, some pods, a few people. */
export function makeLog(folder, name, count) {
  const path = join(folder, name);
  const fd = openSync(path, 'w');
  let lines = [];
  for (let i = 0; i < count; i += 1) {
    lines.push(JSON.stringify(KINDS[kindAt(i)](i)));
    if (lines.length === 1000 || i === count - 1) {
      writeSync(fd, `${lines.join('\n')}\n`);
      lines = [];
    }
  }
  closeSync(fd);
  return path;
}

/** Of a thousand events: 700 leases, 240 reads, 40 pods, 17 config maps, 2 secrets, 1 exec. */
function kindAt(i) {
  const place = (i * 7919) % 1000;
  return place < 700
    ? 'lease'
    : place < 940
      ? 'read'
      : place < 980
        ? 'pod'
        : place < 997
          ? 'configmap'
          : place < 999
            ? 'secret'
            : 'exec';
}

function base(i, facts) {
  const time = new Date(1714557600000 + i * 10).toISOString().replace('Z', '123Z');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `a362d22b-db3c-4590-9505-${String(i).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    ...facts,
    sourceIPs: [`10.0.${(i >> 8) & 255}.${i & 255}`],
    userAgent: 'kube-controller-manager/v1.30.2 (linux/amd64) kubernetes/3968350/leader-election',
    responseStatus: { metadata: {}, code: facts.verb === 'create' ? 201 : 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason':
        'RBAC: allowed by ClusterRoleBinding "system:kube-controller-manager" of ClusterRole "system:kube-controller-manager"',
    },
  };
}

const robot = {
  username: 'system:serviceaccount:kube-system:replicaset-controller',
  groups: ['system:serviceaccounts', 'system:authenticated'],
};
const person = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const ref = (resource, i, more = {}) => ({
  resource,
  namespace: `team-${i % 20}`,
  name: `${resource}-${i % 500}`,
  apiVersion: 'v1',
  ...more,
});

const KINDS = {
  lease: (i) => {
    const lease = {
      kind: 'Lease',
      metadata: { name: 'kube-scheduler', namespace: 'kube-system', resourceVersion: String(i) },
      spec: { holderIdentity: `node-${i % 3}`, leaseDurationSeconds: 15, leaseTransitions: 3 },
    };
    return base(i, {
      verb: 'update',
      requestURI: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler',
      user: robot,
      objectRef: ref('leases', i),
      requestObject: lease,
      responseObject: lease,
    });
  },
  read: (i) =>
    base(i, {
      verb: i % 2 === 0 ? 'get' : 'watch',
      level: 'Metadata',
      requestURI: `/api/v1/namespaces/team-${i % 20}/pods?limit=500&resourceVersion=${i}`,
      user: robot,
      objectRef: ref('pods', i),
    }),
  pod: (i) => {
    const spec = {
      containers: [
        {
          name: 'web',
          image: `registry.example.com/team-${i % 20}/web:${i % 97}`,
          ports: [{ containerPort: 8080 }],
          resources: { limits: { cpu: '500m', memory: '256Mi' } },
          securityContext: { privileged: false, runAsUser: 1000, capabilities: { drop: ['ALL'] } },
          env: Array.from({ length: 10 }, (_, n) => ({
            name: `SETTING_${n}`,
            value: `value ${i} ${n}`,
          })),
        },
      ],
      volumes: [
        {
          name: 'token',
          projected: {
            sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }],
          },
        },
      ],
      restartPolicy: 'Always',
      serviceAccountName: 'default',
    };
    const object = (extra) => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { generateName: 'web-', labels: { app: 'web' }, ...extra },
      spec,
    });
    return base(i, {
      verb: 'create',
      requestURI: `/api/v1/namespaces/team-${i % 20}/pods`,
      user: robot,
      objectRef: ref('pods', i, { name: undefined }),
      requestObject: object({}),
      responseObject: object({ name: `web-${i}` }),
    });
  },
  configmap: (i) =>
    base(i, {
      verb: 'update',
      requestURI: `/api/v1/namespaces/team-${i % 20}/configmaps/settings`,
      user: robot,
      objectRef: ref('configmaps', i),
      requestObject: {
        kind: 'ConfigMap',
        data: { 'app.properties': 'color.good=purple\ncolor.bad=yellow\n'.repeat(8) },
      },
    }),
  secret: (i) =>
    base(i, {
      verb: 'get',
      level: 'Metadata',
      requestURI: `/api/v1/namespaces/team-${i % 20}/secrets/s`,
      user: robot,
      objectRef: ref('secrets', i),
    }),
  exec: (i) =>
    base(i, {
      verb: 'create',
      stage: 'ResponseStarted',
      requestURI: `/api/v1/namespaces/team-${i % 20}/pods/web-${i}/exec?command=sh&container=web&stdin=true&tty=true`,
      user: person,
      objectRef: ref('pods', i, { subresource: 'exec' }),
    }),
};
