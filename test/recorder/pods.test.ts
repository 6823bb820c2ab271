/** A pod as Kubernetes makes them, through the runtime interface of a real containerd, and what is known of it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGrpc, type GrpcClient } from '../../src/recorder/grpc.js';
import { bytesField, Message, numberField } from '../../src/recorder/protobuf.js';
import { startRecording, type Report } from '../../src/recorder/index.js';
import { makeImageTar, missingPrograms, startPodman, until } from './engines.js';
import { makeFolder, readCapture, whyNotHere } from './support.js';

const SERVICE = '/runtime.v1.RuntimeService/';
const missing = missingPrograms('containerd', 'ctr', 'podman', 'runc', 'busybox');
const reason =
  whyNotHere() ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const folder = makeFolder();

const label = (key: string, value: string): Buffer =>
  Buffer.concat([bytesField(1, key), bytesField(2, value)]);

/** A pod with the host's network, which needs no plugins. */
const POD = Buffer.concat([
  bytesField(
    1,
    Buffer.concat([bytesField(1, 'shop-7f'), bytesField(2, 'uid-1234'), bytesField(3, 'prod')]),
  ),
  bytesField(6, label('io.kubernetes.pod.name', 'shop-7f')),
  bytesField(6, label('io.kubernetes.pod.namespace', 'prod')),
  bytesField(6, label('io.kubernetes.pod.uid', 'uid-1234')),
  bytesField(8, bytesField(2, bytesField(1, numberField(1, 2)))),
]);

describe.skipIf(reason !== undefined)(`pods${reason === undefined ? '' : ` (${reason})`}`, () => {
  const socket = join(folder.path, 'containerd.sock');
  let daemon: ChildProcess;
  let client: GrpcClient;
  let container = '';
  let pod = '';
  const ask = async (method: string, ...fields: readonly Buffer[]): Promise<Message> =>
    new Message(await client.call(`${SERVICE}${method}`, Buffer.concat(fields)));

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
    client = openGrpc(socket);
    pod = (await ask('RunPodSandbox', bytesField(1, POD))).text(1);
    const spec = Buffer.concat([
      bytesField(1, bytesField(1, 'till')),
      bytesField(2, bytesField(1, 'localhost/pause:1')),
      bytesField(3, '/bin/sleep'),
      bytesField(4, '500'),
      bytesField(9, label('tier', 'front')),
    ]);
    container = (
      await ask('CreateContainer', bytesField(1, pod), bytesField(2, spec), bytesField(3, POD))
    ).text(1);
    await ask('StartContainer', bytesField(1, container));
    process.env['CONTAINER_RUNTIME_ENDPOINT'] = `unix://${socket}`;
  }, 120_000);
  afterAll(async () => {
    await ask('StopPodSandbox', bytesField(1, pod));
    await ask('RemovePodSandbox', bytesField(1, pod));
    client.close();
    daemon.kill('SIGTERM');
    await new Promise((resolve) => daemon.once('exit', resolve));
    delete process.env['CONTAINER_RUNTIME_ENDPOINT'];
    folder.remove();
  }, 60_000);

  it("have name, image, labels, and the pod's name, namespace and uid", async () => {
    const path = join(folder.path, 'pod.scap');
    const reports: Report[] = [];
    const recording = await startRecording(
      { path, options: [], container: undefined, command: [] },
      { onReport: (report) => reports.push(report) },
    );
    await until(() => reports.some(({ kind }) => kind === 'progress'));
    recording.stop();
    await recording.finished;
    const told = (await readCapture(path)).events
      .filter(({ name }) => name === 'asyncevent')
      .map(({ params }): unknown =>
        JSON.parse((params.get('data')?.text ?? '').replace(/\.$/, '')),
      );
    const labels = {
      'io.kubernetes.pod.name': 'shop-7f',
      'io.kubernetes.pod.namespace': 'prod',
      'io.kubernetes.pod.uid': 'uid-1234',
    };
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
      }) as unknown,
    });
    expect(told).toContainEqual({
      container: expect.objectContaining({ full_id: pod, is_pod_sandbox: true, labels }) as unknown,
    });
  }, 60_000);
});

describe.runIf(reason !== undefined)('pods', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
