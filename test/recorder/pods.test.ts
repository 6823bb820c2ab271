/** A pod as Kubernetes makes them, through the runtime interface of a real containerd, and what is known of it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import { connect, type RuntimeClient } from '../../src/recorder/clients.js';
import { makeImageTar, missingPrograms, startPodman, until } from './engines.js';
import { makeFolder, readCapture, recordWhile, whyNotHere } from './support.js';

const missing = missingPrograms('containerd', 'ctr', 'podman', 'runc', 'busybox');
const reason =
  whyNotHere() ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const folder = makeFolder();

const labels = {
  'io.kubernetes.pod.name': 'shop-7f',
  'io.kubernetes.pod.namespace': 'prod',
  'io.kubernetes.pod.uid': 'uid-1234',
};
const NODE_NAMESPACE = 2;

/** A pod with the host's network, which needs no plugins. */
const POD = {
  metadata: { name: 'shop-7f', uid: 'uid-1234', namespace: 'prod' },
  labels,
  linux: { security_context: { namespace_options: { network: NODE_NAMESPACE } } },
};

const PRIVILEGED = { linux: { security_context: { privileged: true } } };

const methods = loadSync(join(import.meta.dirname, 'cri.proto'), { keepCase: true })[
  'runtime.v1.RuntimeService'
] as ServiceDefinition;

/** What the capture's container events say. */
async function containersIn(path: string): Promise<readonly unknown[]> {
  return (await readCapture(path)).events
    .filter(({ name }) => name === 'asyncevent')
    .map(
      ({ params }) => JSON.parse((params.get('data')?.text ?? '').replace(/\.$/, '')) as unknown,
    );
}

describe.skipIf(reason !== undefined)(`pods${reason === undefined ? '' : ` (${reason})`}`, () => {
  const socket = join(folder.path, 'containerd.sock');
  let daemon: ChildProcess;
  let runtime: RuntimeClient;
  const containers: string[] = [];
  const pods: string[] = [];

  async function runPod(pod: object): Promise<string> {
    const { pod_sandbox_id: id } = (await runtime.ask('RunPodSandbox', { config: pod })) as {
      pod_sandbox_id: string;
    };
    pods.push(id);
    return id;
  }

  async function runContainer(pod: string, podConfig: object, more: object): Promise<string> {
    const image = { image: 'localhost/pause:1' };
    const { container_id: id } = (await runtime.ask('CreateContainer', {
      pod_sandbox_id: pod,
      config: { image, command: ['/bin/sleep'], args: ['500'], ...more },
      sandbox_config: podConfig,
    })) as { container_id: string };
    await runtime.ask('StartContainer', { container_id: id });
    containers.push(id);
    return id;
  }

  beforeAll(async () => {
    const config = join(folder.path, 'config.toml');
    writeFileSync(
      config,
      `version = 2\nroot = "${folder.path}/root"\nstate = "${folder.path}/state"\n[grpc]\naddress = "${socket}"\n` +
        '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "localhost/pause:1"\nrestrict_oom_score_adj = true\n',
    );
    const podman = await startPodman(folder.path);
    const archive = join(folder.path, 'pause.tar');
    await podman.run(
      'import',
      '--change',
      'ENTRYPOINT ["/bin/sleep","1000"]',
      makeImageTar(folder.path),
      'localhost/pause:1',
    );
    await podman.run('save', '-o', archive, 'localhost/pause:1');
    await podman.stop();
    daemon = spawn('containerd', ['-c', config], { stdio: 'ignore' });
    await until(() => existsSync(socket));
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'import', archive], {
      stdio: 'ignore',
    });
    runtime = await connect(socket, methods);
    process.env['CONTAINER_RUNTIME_ENDPOINT'] = `unix://${socket}`;
  }, 120_000);
  afterAll(async () => {
    for (const pod of pods) {
      await runtime.ask('StopPodSandbox', { pod_sandbox_id: pod });
      await runtime.ask('RemovePodSandbox', { pod_sandbox_id: pod });
    }
    runtime.close();
    daemon.kill('SIGTERM');
    await new Promise((resolve) => daemon.once('exit', resolve));
    delete process.env['CONTAINER_RUNTIME_ENDPOINT'];
    folder.remove();
  }, 60_000);

  it("have name, image, labels, and the pod's name, namespace and uid", async () => {
    const pod = await runPod(POD);
    const container = await runContainer(pod, POD, {
      metadata: { name: 'till' },
      labels: { tier: 'front' },
    });
    const path = join(folder.path, 'pod.scap');
    await recordWhile({ path }, () => Promise.resolve());
    const told = await containersIn(path);
    expect(told).toContainEqual({
      container: expect.objectContaining({
        id: container.slice(0, 12),
        full_id: container,
        type: 7,
        name: 'till',
        image: 'localhost/pause:1',
        imagetag: '1',
        labels: { ...labels, tier: 'front' },
        pod_sandbox_id: pod,
        pod_sandbox_labels: labels,
        is_pod_sandbox: false,
        host_network: true,
        privileged: false,
      }) as unknown,
    });
    expect(told).toContainEqual({
      container: expect.objectContaining({ full_id: pod, is_pod_sandbox: true, labels }) as unknown,
    });
  }, 60_000);

  it('can be recorded alone, with what is known of the pod, and of no other one', async () => {
    const pod = await runPod({ ...POD, metadata: { ...POD.metadata, name: 'alone-1' } });
    const container = await runContainer(pod, POD, { metadata: { name: 'alone' } });
    await runContainer(
      await runPod({ ...POD, metadata: { ...POD.metadata, name: 'other-1' } }),
      POD,
      {
        metadata: { name: 'other' },
      },
    );
    const path = join(folder.path, 'alone.scap');
    await recordWhile({ path, container: 'alone' }, () => Promise.resolve());
    const { world } = await replay(await openEvidence(path), { onMoment: () => undefined });
    const known = [...world.containers.values()].map(({ id }) => id).filter((id) => id !== 'host');
    expect(known.sort()).toEqual([container.slice(0, 12), pod.slice(0, 12)].sort());
  }, 60_000);

  // the kubelet's cgroups, and only calls that tell of processes: no load of this machine ends the wait for a name
  it('that begin while recording are reported before their first program, privileged ones as privileged', async () => {
    const config = {
      ...POD,
      metadata: { ...POD.metadata, name: 'desk-1' },
      linux: {
        cgroup_parent: '/kubepods/besteffort/poduid-1234',
        security_context: { ...POD.linux.security_context, privileged: true },
      },
    };
    const path = join(folder.path, 'late.scap');
    let container = '';
    await recordWhile({ path, options: ['--syscalls', 'execve'] }, async () => {
      const pod = await runPod(config);
      container = await runContainer(pod, config, {
        metadata: { name: 'mighty' },
        args: ['501'],
        ...PRIVILEGED,
      });
    });
    const { events } = await readCapture(path);
    const told = events.findIndex(
      ({ params }) => params.get('data')?.text.includes('"mighty"') === true,
    );
    const program = events.findIndex(
      ({ name, params }) =>
        name === 'execve' && params.get('args')?.text.startsWith('501') === true,
    );
    expect(events[told]?.params.get('data')?.text).toContain('"privileged":true');
    expect(events[program]?.params.get('cgroups')?.text).toContain(
      `/kubepods/besteffort/poduid-1234/${container}`,
    );
    expect(told).toBeGreaterThan(-1);
    expect(told).toBeLessThan(program);
  }, 60_000);
});

describe.runIf(reason !== undefined)('pods', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
