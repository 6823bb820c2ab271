/** Every rule that we ship for audit logs fires on an event that it is about, and not on a harmless one. */
import { describe, expect, it } from 'vitest';
import { readRulesFiles } from '../../src/rules/index.js';
import { firingOn, rulesOf } from './alerts.js';
import { auditEvent, trailRecord } from './audit-logs.js';

type Facts = Record<string, unknown>;

const K8S = 'rules/k8s_audit_rules.yaml';
const AWS = 'rules/aws_cloudtrail_rules.yaml';

const admin = { username: 'kubernetes-admin', groups: ['system:masters'] };
const done = { responseStatus: { code: 201 } };
const about = (resource: string, more: Facts = {}): Facts => ({
  user: admin,
  objectRef: { resource, namespace: 'shop', name: 'x', ...more },
});
const pod = (spec: Facts, more: Facts = {}): Facts => ({
  ...about('pods', { name: undefined }),
  requestObject: { spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec } },
  ...more,
});
const container = (securityContext: Facts): Facts => ({
  containers: [{ name: 'c', image: 'nginx', securityContext }],
});
const role = (...rules: Facts[]): Facts => ({ ...about('clusterroles'), requestObject: { rules } });
const rule = (verbs: string[], resources: string[] = ['pods']): Facts => ({
  apiGroups: [''],
  resources,
  verbs,
});
const binding = (name: string, ...subjects: Facts[]): Facts => ({
  ...about('clusterrolebindings'),
  requestObject: { roleRef: { name }, subjects },
});
const created = (resource: string): Facts => ({ ...about(resource), ...done });
const deleted = (resource: string): Facts => ({
  ...created(resource),
  verb: 'delete',
  responseStatus: { code: 200 },
});
const allow = { 'authorization.k8s.io/decision': 'allow' };

const K8S_CASES: Record<string, Facts> = {
  'Anonymous Request Allowed': {
    user: { username: 'system:anonymous' },
    annotations: allow,
    requestURI: '/api/v1/secrets',
    verb: 'list',
  },
  'Binding To Everyone': binding('view', { kind: 'Group', name: 'system:unauthenticated' }),
  'Attach to cluster-admin Role': binding('cluster-admin', { kind: 'User', name: 'eve' }),
  'ClusterRole With Escalation Verbs': role(rule(['escalate'], ['clusterroles'])),
  'ClusterRole With Wildcard Created': role(rule(['get'], ['*'])),
  'ClusterRole With Pod Exec Created': role(rule(['create'], ['pods/exec'])),
  'ClusterRole With Write Privileges Created': role(rule(['patch'])),
  'System ClusterRole Modified/Deleted': {
    ...about('clusterroles', { name: 'system:node' }),
    verb: 'patch',
  },
  'Impersonated Request': { ...about('pods'), verb: 'get', impersonatedUser: { username: 'bob' } },
  'Service Account Token Requested': {
    ...about('serviceaccounts', { subresource: 'token' }),
    ...done,
  },
  'Certificate Signing Request Approved': {
    ...about('certificatesigningrequests', { subresource: 'approval' }),
    verb: 'update',
  },
  'Admission Webhook Changed': { ...deleted('validatingwebhookconfigurations') },
  'Create Privileged Pod': pod(container({ privileged: true })),
  'Create Sensitive Mount Pod': pod({
    volumes: [{ name: 'v', hostPath: { path: '/run/containerd/containerd.sock' } }],
  }),
  'Create Pod With Dangerous Capabilities': pod(
    container({ capabilities: { add: ['SYS_ADMIN'] } }),
  ),
  'Create HostNetwork Pod': pod({ hostNetwork: true }),
  'Create HostPid Pod': pod({ hostPID: true }),
  'Create HostIPC Pod': pod({ hostIPC: true }),
  'Pod Created in Kube Namespace': pod(
    {},
    { objectRef: { resource: 'pods', namespace: 'kube-system' } },
  ),
  'Pod Security Violation': pod(
    {},
    { annotations: { 'pod-security.kubernetes.io/audit-violations': 'would violate "baseline"' } },
  ),
  'Attach/Exec Pod': {
    ...about('pods', { subresource: 'exec' }),
    stage: 'ResponseStarted',
    responseStatus: { code: 101 },
  },
  'EphemeralContainers Created': {
    ...about('pods', { subresource: 'ephemeralcontainers' }),
    verb: 'patch',
  },
  'port-forward': { ...about('pods', { subresource: 'portforward' }) },
  'Node Proxy Used': { ...about('nodes', { subresource: 'proxy' }), verb: 'get' },
  'Secrets Listed': { ...about('secrets'), verb: 'list', responseStatus: { code: 200 } },
  'K8s Secret Get Successfully': {
    ...about('secrets'),
    verb: 'get',
    responseStatus: { code: 200 },
  },
  'K8s Secret Get Unsuccessfully Tried': {
    ...about('secrets'),
    verb: 'get',
    responseStatus: { code: 403 },
  },
  'Create/Modify Configmap With Private Credentials': {
    ...about('configmaps'),
    requestObject: { data: { a: 'AWS_ACCESS_KEY_ID=1' } },
  },
  'Service Account Probes': {
    user: { username: 'system:serviceaccount:shop:web' },
    annotations: { 'authorization.k8s.io/decision': 'forbid' },
    verb: 'list',
    responseStatus: { code: 403 },
  },
  'Disallowed K8s User': { user: { username: 'mallory' }, verb: 'get' },
  'Create Disallowed Namespace': { ...about('namespaces', { name: 'hidden' }) },
  'Service Account Created in Kube Namespace': {
    ...about('serviceaccounts', { namespace: 'kube-system', name: 'backdoor' }),
    ...done,
  },
  'Create NodePort Service': {
    ...about('services'),
    requestObject: { spec: { type: 'NodePort' } },
  },
  'Ingress Object without TLS Certificate Created': {
    ...created('ingresses'),
    requestObject: { spec: { rules: [] } },
  },
  'K8s Events Deleted': { ...deleted('events'), verb: 'deletecollection' },
  'Many Objects Deleted At Once': { ...deleted('pods'), verb: 'deletecollection' },
  'K8s Deployment Created': created('deployments'),
  'K8s Deployment Deleted': deleted('deployments'),
  'K8s Service Created': created('services'),
  'K8s Service Deleted': deleted('services'),
  'K8s ConfigMap Created': created('configmaps'),
  'K8s ConfigMap Deleted': deleted('configmaps'),
  'K8s Namespace Created': created('namespaces'),
  'K8s Namespace Deleted': deleted('namespaces'),
  'K8s Serviceaccount Created': created('serviceaccounts'),
  'K8s Serviceaccount Deleted': deleted('serviceaccounts'),
  'K8s Role Created': created('roles'),
  'K8s Role Deleted': deleted('roles'),
  'K8s ClusterRole Created': created('clusterroles'),
  'K8s ClusterRole Deleted': deleted('clusterroles'),
  'K8s RoleBinding Created': created('rolebindings'),
  'K8s RoleBinding Deleted': deleted('rolebindings'),
  'K8s ClusterRoleBinding Created': created('clusterrolebindings'),
  'K8s ClusterRoleBinding Deleted': deleted('clusterrolebindings'),
  'K8s Secret Created': created('secrets'),
  'K8s Secret Deleted': deleted('secrets'),
};

/** Off until a macro is overridden, because they depend on what is allowed here. */
const K8S_BY_MACRO: Record<string, { macro: string; facts: Facts }> = {
  'Create Disallowed Pod': { macro: 'allowed_k8s_containers', facts: pod({}) },
  'Full K8s Administrative Access': {
    macro: 'allowed_full_admin_users',
    facts: { user: admin, verb: 'get' },
  },
  'Untrusted Node Successfully Joined the Cluster': {
    macro: 'allow_all_k8s_nodes',
    facts: created('nodes'),
  },
  'Untrusted Node Unsuccessfully Tried to Join the Cluster': {
    macro: 'allow_all_k8s_nodes',
    facts: { ...about('nodes'), responseStatus: { code: 403 } },
  },
  'All K8s Audit Events': { macro: 'consider_all_events', facts: { verb: 'get' } },
};

const root = { type: 'Root', accountId: '1' };
const login = (userIdentity: Facts, mfa: string, outcome = 'Success'): Facts => ({
  eventName: 'ConsoleLogin',
  eventType: 'AwsConsoleSignIn',
  eventSource: 'signin.amazonaws.com',
  userIdentity,
  responseElements: { ConsoleLogin: outcome },
  additionalEventData: { MFAUsed: mfa },
});
const call = (eventName: string, service = 'iam', requestParameters: Facts = {}): Facts => ({
  eventName,
  eventSource: `${service}.amazonaws.com`,
  requestParameters,
});
const ALICE = { type: 'IAMUser', userName: 'Alice' };

const AWS_CASES: Record<string, Facts> = {
  'Console Root Login Without MFA': login(root, 'No'),
  'Console Login Without MFA': login(ALICE, 'No'),
  'Console Login Through Assume Role': login({ type: 'AssumedRole', principalId: 'A:s' }, 'No'),
  'Console Login Failed': login(ALICE, 'No', 'Failure'),
  'Root Account Used': { ...call('CreateBucket', 's3'), userIdentity: root, readOnly: false },
  'Deactivate MFA for Root User': {
    ...call('DeactivateMFADevice', 'iam', { userName: 'AWS ROOT USER' }),
    userIdentity: root,
  },
  'Deactivate MFA for User': call('DeactivateMFADevice', 'iam', { userName: 'Bob' }),
  'Create AWS user': call('CreateUser', 'iam', { userName: 'Eve' }),
  'Access Key Created For Another User': call('CreateAccessKey', 'iam', { userName: 'Bob' }),
  'Administrator Policy Attached': call('AttachUserPolicy', 'iam', {
    policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  }),
  'Create Group': call('CreateGroup'),
  'Delete Group': call('DeleteGroup'),
  'CloudTrail Logging Disabled': call('StopLogging', 'cloudtrail'),
  'CloudTrail Trail Deleted Or Narrowed': call('DeleteTrail', 'cloudtrail'),
  'CloudTrail Trail Created': call('CreateTrail', 'cloudtrail'),
  'Detection Disabled': call('DeleteDetector', 'guardduty'),
  'Delete Bucket Encryption': call('DeleteBucketEncryption', 's3'),
  'Delete Bucket Public Access Block': call('PutBucketPublicAccessBlock', 's3', {
    PublicAccessBlockConfiguration: { BlockPublicAcls: false },
  }),
  'Put Bucket Policy': call('PutBucketPolicy', 's3', { bucketName: 'b' }),
  'Put Bucket ACL': call('PutBucketAcl', 's3', { bucketName: 'b' }),
  'List Buckets': call('ListBuckets', 's3'),
  'Snapshot Shared': call('ModifySnapshotAttribute', 'ec2', {
    createVolumePermission: { add: { items: [{ group: 'all' }] } },
  }),
  'Secret Value Read': call('GetSecretValue', 'secretsmanager', { secretId: 's' }),
  'Key Deletion Scheduled': call('ScheduleKeyDeletion', 'kms', { keyId: 'k' }),
  'Security Group Opened To The World': call('AuthorizeSecurityGroupIngress', 'ec2', {
    ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
  }),
  'Run Instances in Non-approved Region': call('RunInstances', 'ec2'),
  'Run Instances': { ...call('RunInstances', 'ec2'), awsRegion: 'us-east-0' },
  'Instances Started Or Stopped': call('StartInstances', 'ec2'),
  'Command Sent To Instances': call('SendCommand', 'ssm', { documentName: 'AWS-RunShellScript' }),
  'ECS Service Created': call('CreateService', 'ecs'),
  'ECS Task Run or Started': call('RunTask', 'ecs'),
  'Create Lambda Function': call('CreateFunction20150331', 'lambda'),
  'Update Lambda Function Code': call('UpdateFunctionCode20150331v2', 'lambda'),
  'Update Lambda Function Configuration': call('UpdateFunctionConfiguration20150331v2', 'lambda'),
  'Call Refused': { ...call('GetObject', 's3'), errorCode: 'AccessDenied' },
  'All Cloudtrail Events': call('DescribeInstances', 'ec2'),
};

describe('the rules that ship for Kubernetes audit logs', () => {
  const rules = rulesOf(K8S);

  it.each(Object.entries(K8S_CASES))('%s fires', async (name, facts) => {
    expect((await firingOn(rules, auditEvent(facts)))[0]).toContain(name);
  });

  it.each(Object.entries(K8S_BY_MACRO))(
    '%s fires once its macro says so',
    async (name, { macro, facts }) => {
      expect((await firingOn(rules, auditEvent(facts)))[0]).not.toContain(name);
      const file = readRulesFiles([K8S])[0]?.text ?? '';
      const isOff =
        macro === 'consider_all_events' ? 'k8s_audit_always_true' : 'k8s_audit_never_true';
      const changed = `${file}\n- macro: ${macro}\n  condition: (${isOff})\n  override: {condition: replace}\n`;
      expect(
        (await firingOn(rulesOf({ path: 'changed.yaml', text: changed }), auditEvent(facts)))[0],
      ).toContain(name);
    },
  );

  it('are at least 25, each with tags and a description of what to do, and each is tested', () => {
    expect(rules.length).toBeGreaterThanOrEqual(25);
    expect(rules.filter((each) => each.tags.length === 0 || each.description.length < 40)).toEqual(
      [],
    );
    const tested = new Set([...Object.keys(K8S_CASES), ...Object.keys(K8S_BY_MACRO)]);
    expect(rules.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each<[string, Facts]>([
    ['reading pods', { ...about('pods'), verb: 'get', responseStatus: { code: 200 } }],
    [
      'a health check by nobody',
      {
        user: { username: 'system:anonymous' },
        annotations: allow,
        requestURI: '/healthz?x',
        verb: 'get',
      },
    ],
    [
      'an ordinary pod',
      pod(container({ privileged: false, capabilities: { add: ['NET_BIND_SERVICE'] } })),
    ],
    [
      'a stage that is counted elsewhere',
      { ...pod({ hostNetwork: true }), stage: 'RequestReceived' },
    ],
    [
      'a metadata-level event without request and response',
      { ...about('pods'), level: 'Metadata', requestObject: undefined, responseObject: undefined },
    ],
  ])('are silent about %s', async (_what, facts) => {
    expect(await firingOn(rules, auditEvent(facts))).toEqual([[]]);
  });
});

describe('the rules that ship for CloudTrail', () => {
  const rules = rulesOf(AWS);
  const always = 'All Cloudtrail Events';

  it.each(Object.entries(AWS_CASES))('%s fires', async (name, facts) => {
    expect((await firingOn(rules, trailRecord(facts)))[0]).toContain(name);
  });

  it('are at least 15, each with tags and a description, and each is tested', () => {
    expect(rules.length).toBeGreaterThanOrEqual(15);
    expect(rules.filter((each) => each.tags.length === 0 || each.description.length < 30)).toEqual(
      [],
    );
    expect(rules.map(({ name }) => name).filter((name) => !(name in AWS_CASES))).toEqual([]);
  });

  it.each<[string, Facts]>([
    ['reading', { ...call('DescribeInstances', 'ec2'), readOnly: true }],
    ['a login with a second factor', login(ALICE, 'Yes')],
    [
      'a call that failed',
      { ...call('StopLogging', 'cloudtrail'), errorCode: 'TrailNotFoundException' },
    ],
    ["a key of one's own", call('CreateAccessKey', 'iam', { userName: 'Alice' })],
  ])('are silent about %s', async (_what, facts) => {
    expect(await firingOn(rules, trailRecord(facts))).toEqual([[always]]);
  });

  it('say nothing about Kubernetes', async () => {
    expect(await firingOn(rules, auditEvent())).toEqual([[]]);
  });
});
