/** The stock rules of two ages over the public sample events: each file's name says what it is. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firingOn, firingOnFile, rulesOf } from './alerts.js';
import { auditEvent, trailRecord } from './audit-logs.js';

const SHARED = '../shared';
const SAMPLES: Record<string, readonly string[]> = {
  'alice_start_instances.json': ['All Cloudtrail Events'],
  'alice_start_instances_bigevent.json': ['All Cloudtrail Events'],
  'attach_cluster_admin_role.json': ['Attach to cluster-admin Role'],
  'create_cluster_role_wildcard_verbs.json': ['ClusterRole With Wildcard Created'],
  'create_configmap_sensitive_values.json': [
    'Create/Modify Configmap With Private Credentials',
    'K8s ConfigMap Created',
  ],
  'create_nginx_pod_hostnetwork.json': ['Create HostNetwork Pod'],
  'create_nginx_pod_privileged.json': ['Create Privileged Pod'],
  'create_nginx_pod_unprivileged.json': [],
  'create_nginx_service_nodeport.json': ['Create NodePort Service', 'K8s Service Created'],
  'delete_secret.json': ['K8s Secret Deleted'],
  'exec_pod.json': ['Attach/Exec Pod'],
  'some-user_creates_namespace_foo.json': [
    'Disallowed K8s User',
    'Create Disallowed Namespace',
    'K8s Namespace Created',
  ],
};
/** What the two ages call differently. */
const BY_AGE: Record<string, Record<string, readonly string[]>> = {
  '5.1.0': {
    'attach_cluster_admin_role.json': ['K8s ClusterRoleBinding Created'],
    'create_cluster_role_wildcard_verbs.json': ['K8s ClusterRole Created'],
  },
  '0.31.1': {
    'attach_cluster_admin_role.json': ['K8s Role/Clusterrolebinding Created'],
    'create_cluster_role_wildcard_verbs.json': ['K8s Role/Clusterrole Created'],
  },
};

const isThere = existsSync(`${SHARED}/k8s_audit`);

const unless = `(skipped unless ${SHARED} is there)`;

describe.skipIf(!isThere).each(['5.1.0', '0.31.1'])(`the stock rules of %s ${unless}`, (age) => {
  const files = ['k8s_audit_rules.yaml', 'aws_cloudtrail_rules.yaml'].map(
    (name) => `${SHARED}/rules/falco-${age}/${name}`,
  );
  // disabled rules may be asked for by name: all of them are compiled here but those that are off by their macros
  const rules = isThere ? rulesOf(...files) : [];

  it.each(Object.entries(SAMPLES))(
    'find in %s what it is named after: %j',
    async (name, expected) => {
      const perEvent = await firingOnFile(rules, `${SHARED}/k8s_audit/${name}`);
      const wanted = [...expected, ...(BY_AGE[age]?.[name] ?? [])].sort();
      expect(perEvent.length).toBe(name === 'create_configmap_sensitive_values.json' ? 6 : 1);
      for (const names of perEvent) {
        expect([...names].sort()).toEqual(wanted);
      }
    },
  );

  it('leave a system call alone', async () => {
    const perEvent = await firingOnFile(rules, `${SHARED}/captures/cat_write.scap`);
    expect(perEvent.flat()).toEqual([]);
  });
});

describe.skipIf(!isThere)(`a rule of one's own after the stock rules ${unless}`, () => {
  it('fires as in the scenario: Create Disallowed Pod with a list of allowed images', async () => {
    const stock = `${SHARED}/rules/falco-5.1.0/k8s_audit_rules.yaml`;
    const rules = rulesOf(stock, 'test/audit/allowed-images.yaml');
    const pod = (image: string): unknown =>
      auditEvent({
        user: { username: 'minikube-user' },
        requestObject: { spec: { containers: [{ image, name: 'c' }] } },
        responseObject: { metadata: { name: 'p' } },
      });
    expect(await firingOn(rules, pod('nginx:1.21'), pod('evil/miner'), trailRecord())).toEqual([
      [],
      ['Create Disallowed Pod'],
      [],
    ]);
  });
});
