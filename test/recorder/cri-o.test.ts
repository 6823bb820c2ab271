/**
 * CRI-O, of which Debian has no package: a server of the same interface that answers as CRI-O does (its name, its
 * JSON beside the interface's fields), over a real socket. Its control groups are in unnamed.test.ts.
 */
import { join } from 'node:path';
import { Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js';
import { fromJSON, type ServiceDefinition } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchContainers } from '../../src/recorder/containers.js';
import { CRI_MESSAGES } from '../../src/recorder/cri-messages-table.js';
import { containerJson } from '../../src/recorder/engine.js';
import { makeFolder } from './support.js';

const folder = makeFolder();
const socket = join(folder.path, 'crio.sock');
const [POD, CONTAINER] = ['a1'.repeat(32), 'b2'.repeat(32)];
const LABELS = { 'io.kubernetes.pod.name': 'db-0', 'io.kubernetes.pod.namespace': 'data' };

const ANSWERS: Readonly<Record<string, (request: Readonly<Record<string, unknown>>) => object>> = {
  Version: () => ({ version: '0.1.0', runtimeName: 'cri-o' }),
  ListPodSandbox: () => ({ items: [{ id: POD }] }),
  ListContainers: ({ filter }) => {
    const { id = '' } = (filter ?? {}) as { id?: string };
    return { containers: id === '' || id === CONTAINER ? [{ id: CONTAINER, podSandboxId: POD }] : [] };
  },
  PodSandboxStatus: ({ podSandboxId }) => {
    if (podSandboxId !== POD) {
      throw new Error('could not find pod');
    }
    return {
      status: {
        id: POD,
        metadata: { name: 'db-0', uid: 'u-7', namespace: 'data' },
        createdAt: '1700000000123456789',
        network: { ip: '10.85.0.7' },
        linux: { namespaces: { options: { network: 'POD', pid: 'NODE' } } },
        labels: LABELS,
      },
      info: { info: JSON.stringify({ image: 'registry.k8s.io/pause:3.9', pid: 77 }) },
    };
  },
  ContainerStatus: () => ({
    status: {
      id: CONTAINER,
      metadata: { name: 'postgres' },
      createdAt: '1700000001000000000',
      image: { image: 'docker.io/library/postgres:16' },
      imageRef: `docker.io/library/postgres@sha256:${'c'.repeat(64)}`,
      labels: { app: 'db' },
      mounts: [{ containerPath: '/data', hostPath: '/srv/data' }, { containerPath: '/etc/hosts', hostPath: '/x', readonly: true }],
    },
    info: { info: JSON.stringify({ pid: 78, privileged: true, runtimeSpec: { process: { user: { uid: 999 } } } }) },
  }),
}; // prettier-ignore

describe('CRI-O', () => {
  const server = new Server();
  beforeAll(async () => {
    const methods = fromJSON(CRI_MESSAGES, { longs: String, enums: String })[
      'runtime.v1.RuntimeService'
    ] as ServiceDefinition;
    const handlers = Object.entries(ANSWERS).map(([name, answer]) => {
      const handle: UntypedHandleCall = (
        call: { request: Readonly<Record<string, unknown>> },
        done: (error: Error | null, answer?: object) => void,
      ) => {
        try {
          done(null, answer(call.request));
        } catch (error) {
          done(error as Error);
        }
      };
      return [name, handle] as const;
    });
    server.addService(methods, Object.fromEntries(handlers));
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) {
          resolve();
        } else {
          reject(error);
        }
      });
    });
    process.env['CONTAINER_RUNTIME_ENDPOINT'] = `unix://${socket}`;
  });
  afterAll(() => {
    delete process.env['CONTAINER_RUNTIME_ENDPOINT'];
    server.forceShutdown();
    folder.remove();
  });

  it('tells pods and containers, with what only CRI-O says in its own way', async () => {
    const watch = await watchContainers(() => undefined);
    const found = watch.running.map(
      (facts) => (JSON.parse(containerJson(facts)) as { container: object }).container,
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        type: 8,
        id: CONTAINER.slice(0, 12),
        name: 'postgres',
        imagerepo: 'docker.io/library/postgres',
        imagetag: '16',
        imagedigest: `sha256:${'c'.repeat(64)}`,
        User: '999',
        privileged: true,
        host_pid: true,
        host_network: false,
        ip: '10.85.0.7',
        created_time: 1_700_000_001,
        pod_sandbox_id: POD,
        pod_sandbox_labels: { ...LABELS, 'io.kubernetes.pod.uid': 'u-7' },
        labels: { ...LABELS, 'io.kubernetes.pod.uid': 'u-7', app: 'db' },
        Mounts: [
          expect.objectContaining({ Source: '/srv/data', Destination: '/data', RW: true }),
          expect.objectContaining({ Destination: '/etc/hosts', RW: false }),
        ],
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({ type: 8, full_id: POD, is_pod_sandbox: true, name: 'db-0' }),
    );
    expect(watch.fullIdOf('postgres')).toBe(CONTAINER);
    expect(watch.fullIdOf('b2b2')).toBe(CONTAINER);
    expect((await watch.describe(CONTAINER))?.name).toBe('postgres');
    expect(await watch.describe('f'.repeat(64))).toBeUndefined();
    watch.close();
  });
});
