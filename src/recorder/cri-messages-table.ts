/**
 * What is read of the container runtime interface (`runtime.v1`): its calls, and the fields of its messages by
 * name, number and type. Fields that are not here are skipped, as protocol buffers want it.
 */
import type { fromJSON } from '@grpc/proto-loader';

type Field =
  | { readonly id: number; readonly type: string; readonly rule?: 'repeated' }
  | { readonly id: number; readonly type: string; readonly keyType: 'string' };
type Fields = Readonly<Record<string, Field>>;

const one = (id: number, type = 'string'): Field => ({ id, type });
const many = (id: number, type: string): Field => ({ id, type, rule: 'repeated' });
const texts = (id: number): Field => ({ id, type: 'string', keyType: 'string' });
const message = (fields: Fields): { fields: Fields } => ({ fields });
const call = (
  name: string,
): Readonly<Record<string, { requestType: string; responseType: string; comment: string }>> => ({
  [name]: { requestType: `${name}Request`, responseType: `${name}Response`, comment: '' },
});

/** In the form that protobufjs reads. */
export const CRI_MESSAGES: Parameters<typeof fromJSON>[0] = {
  nested: {
    runtime: {
      nested: {
        v1: {
          nested: {
            RuntimeService: {
              methods: {
                ...call('Version'),
                ...call('ListPodSandbox'),
                ...call('PodSandboxStatus'),
                ...call('ListContainers'),
                ...call('ContainerStatus'),
              },
            },
            VersionRequest: message({ version: one(1) }),
            VersionResponse: message({ version: one(1), runtimeName: one(2) }),

            PodSandboxState: { values: { SANDBOX_READY: 0, SANDBOX_NOTREADY: 1 } },
            PodSandboxStateValue: message({ state: one(1, 'PodSandboxState') }),
            PodSandboxFilter: message({ id: one(1), state: one(2, 'PodSandboxStateValue') }),
            PodSandbox: message({ id: one(1) }),
            ListPodSandboxRequest: message({ filter: one(1, 'PodSandboxFilter') }),
            ListPodSandboxResponse: message({ items: many(1, 'PodSandbox') }),

            PodSandboxMetadata: message({ name: one(1), uid: one(2), namespace: one(3) }),
            PodSandboxNetworkStatus: message({ ip: one(1) }),
            NamespaceMode: { values: { POD: 0, CONTAINER: 1, NODE: 2, TARGET: 3 } },
            NamespaceOption: message({
              network: one(1, 'NamespaceMode'),
              pid: one(2, 'NamespaceMode'),
              ipc: one(3, 'NamespaceMode'),
            }),
            Namespace: message({ options: one(2, 'NamespaceOption') }),
            LinuxPodSandboxStatus: message({ namespaces: one(1, 'Namespace') }),
            PodSandboxStatus: message({
              id: one(1),
              metadata: one(2, 'PodSandboxMetadata'),
              createdAt: one(4, 'int64'),
              network: one(5, 'PodSandboxNetworkStatus'),
              linux: one(6, 'LinuxPodSandboxStatus'),
              labels: texts(7),
            }),
            PodSandboxStatusRequest: message({ podSandboxId: one(1), verbose: one(2, 'bool') }),
            PodSandboxStatusResponse: message({
              status: one(1, 'PodSandboxStatus'),
              info: texts(2),
            }),

            ContainerState: {
              values: {
                CONTAINER_CREATED: 0,
                CONTAINER_RUNNING: 1,
                CONTAINER_EXITED: 2,
                CONTAINER_UNKNOWN: 3,
              },
            },
            ContainerStateValue: message({ state: one(1, 'ContainerState') }),
            ContainerFilter: message({ id: one(1), state: one(2, 'ContainerStateValue') }),
            Container: message({ id: one(1), podSandboxId: one(2) }),
            ListContainersRequest: message({ filter: one(1, 'ContainerFilter') }),
            ListContainersResponse: message({ containers: many(1, 'Container') }),

            ContainerMetadata: message({ name: one(1) }),
            ImageSpec: message({ image: one(1) }),
            Mount: message({
              containerPath: one(1),
              hostPath: one(2),
              readonly: one(3, 'bool'),
            }),
            ContainerStatus: message({
              id: one(1),
              metadata: one(2, 'ContainerMetadata'),
              createdAt: one(4, 'int64'),
              image: one(8, 'ImageSpec'),
              imageRef: one(9),
              labels: texts(12),
              mounts: many(14, 'Mount'),
            }),
            ContainerStatusRequest: message({ containerId: one(1), verbose: one(2, 'bool') }),
            ContainerStatusResponse: message({
              status: one(1, 'ContainerStatus'),
              info: texts(2),
            }),
          },
        },
      },
    },
  },
};
