/**
 * The container runtime interface (runtime.v1) of containerd and CRI-O: pods and their containers, with the
 * labels that Kubernetes gives them. Runtimes of this age have no stream of events, so it is asked again
 * every second.
 */
import type { ContainerFacts, Engine, EngineName } from './engine.js';
import { openGrpc, type GrpcClient } from './grpc.js';
import { numberText, objectOf, textOf, type Json } from './json-value.js';
import { bytesField, Message, numberField } from './protobuf.js';

const SERVICE = '/runtime.v1.RuntimeService/';
const ASK_EVERY_MS = 1000;
const RUNNING = 1;
const HOST_NAMESPACE = 2n;

/** Field numbers of runtime.v1 that are read here. */
const LIST = { CONTAINERS: 1, SANDBOXES: 1 } as const;
const CONTAINER = { ID: 1, SANDBOX: 2 } as const;
const STATUS = {
  ID: 1,
  METADATA: 2,
  CREATED: 4,
  IMAGE: 8,
  IMAGE_REF: 9,
  LABELS: 12,
  MOUNTS: 14,
} as const;
const SANDBOX = { ID: 1, METADATA: 2, CREATED: 4, NETWORK: 5, LINUX: 6, LABELS: 7 } as const;

/** Connect to the runtime at `socket`. Rejects if it does not answer. */
export async function openCri(socket: string): Promise<Engine> {
  const client = openGrpc(socket);
  try {
    const version = new Message(await client.call(`${SERVICE}Version`, Buffer.alloc(0)));
    const name: EngineName = version.text(2) === 'cri-o' ? 'cri-o' : 'containerd';
    return await watchRuntime(client, name);
  } catch (error) {
    client.close();
    throw error;
  }
}

async function watchRuntime(client: GrpcClient, name: EngineName): Promise<Engine> {
  const known = new Set<string>();
  const running = await listNew(client, name, known);
  let timer: NodeJS.Timeout | undefined;
  return {
    name,
    running,
    describe: (fullId) => describe(client, name, fullId),
    watch: (onStart) => {
      timer = setInterval(() => {
        listNew(client, name, known).then(
          (started) => {
            started.forEach(onStart);
          },
          () => undefined,
        );
      }, ASK_EVERY_MS);
      timer.unref();
      return Promise.resolve();
    },
    close: () => {
      clearInterval(timer);
      client.close();
    },
  };
}

type Ask = (method: string, request: Buffer) => Promise<Message>;

function askingOf(client: GrpcClient): Ask {
  return async (method, request) => new Message(await client.call(`${SERVICE}${method}`, request));
}

/** Pods and containers that run and that are not in `known`, which they are added to. */
async function listNew(
  client: GrpcClient,
  engine: EngineName,
  known: Set<string>,
): Promise<readonly ContainerFacts[]> {
  const ask = askingOf(client);
  const ready = bytesField(1, bytesField(2, Buffer.alloc(0)));
  const isRunning = bytesField(1, bytesField(2, numberField(1, RUNNING)));
  const sandboxes = (await ask('ListPodSandbox', ready)).messages(LIST.SANDBOXES);
  const containers = (await ask('ListContainers', isRunning)).messages(LIST.CONTAINERS);
  const found: ContainerFacts[] = [];
  for (const id of sandboxes.map((one) => one.text(SANDBOX.ID))) {
    if (!known.has(id)) {
      known.add(id);
      found.push(await describeSandbox(ask, engine, id));
    }
  }
  for (const id of containers.map((one) => one.text(CONTAINER.ID))) {
    if (!known.has(id)) {
      known.add(id);
      found.push(await describeContainer(ask, engine, id));
    }
  }
  return found;
}

/** A container or a pod, by its id; `undefined` if the runtime has neither. */
async function describe(
  client: GrpcClient,
  engine: EngineName,
  id: string,
): Promise<ContainerFacts | undefined> {
  const ask = askingOf(client);
  return await describeContainer(ask, engine, id).catch(() =>
    describeSandbox(ask, engine, id).catch(() => undefined),
  );
}

/** Request for the status of a container or a pod, with what the runtime adds as JSON. */
function statusRequest(id: string): Buffer {
  return Buffer.concat([bytesField(1, id), numberField(2, 1)]);
}

async function describeSandbox(ask: Ask, engine: EngineName, id: string): Promise<ContainerFacts> {
  return sandboxFacts(engine, await ask('PodSandboxStatus', statusRequest(id)));
}

async function describeContainer(
  ask: Ask,
  engine: EngineName,
  id: string,
): Promise<ContainerFacts> {
  const request = bytesField(1, bytesField(1, id));
  const [listed] = (await ask('ListContainers', request)).messages(LIST.CONTAINERS);
  const sandbox = await ask(
    'PodSandboxStatus',
    statusRequest(listed?.text(CONTAINER.SANDBOX) ?? ''),
  );
  return containerFacts(engine, await ask('ContainerStatus', statusRequest(id)), sandbox);
}

const NANOSECONDS = 1_000_000_000n;

/** What a pod's namespaces share with the host. */
function sharing(
  sandbox: Message,
): Pick<ContainerFacts, 'usesHostNetwork' | 'usesHostPid' | 'usesHostIpc'> {
  const options = sandbox.message(SANDBOX.LINUX).message(1).message(2);
  return {
    usesHostNetwork: options.number(1) === HOST_NAMESPACE,
    usesHostPid: options.number(2) === HOST_NAMESPACE,
    usesHostIpc: options.number(3) === HOST_NAMESPACE,
  };
}

function sandboxFacts(engine: EngineName, answer: Message): ContainerFacts {
  const status = answer.message(1);
  const id = status.text(SANDBOX.ID);
  const labels = podLabels(status);
  return {
    engine,
    fullId: id,
    name: status.message(SANDBOX.METADATA).text(1),
    image: textOf(verbose(answer)['image']),
    imageId: '',
    imageDigest: '',
    labels,
    mounts: [],
    isPrivileged: false,
    ...sharing(status),
    ip: status.message(SANDBOX.NETWORK).text(1),
    user: '',
    createdTime: Number(status.number(SANDBOX.CREATED) / NANOSECONDS),
    isPodSandbox: true,
    podSandboxId: id,
    podSandboxLabels: labels,
  };
}

/** Labels as Kubernetes gives them, completed from the pod's own metadata where they are missing. */
function podLabels(sandbox: Message): Readonly<Record<string, string>> {
  const metadata = sandbox.message(SANDBOX.METADATA);
  return {
    'io.kubernetes.pod.name': metadata.text(1),
    'io.kubernetes.pod.uid': metadata.text(2),
    'io.kubernetes.pod.namespace': metadata.text(3),
    ...sandbox.map(SANDBOX.LABELS),
  };
}

/** What the runtime tells beside the interface's own fields: JSON, in containerd and CRI-O. */
function verbose(answer: Message): Json {
  try {
    return objectOf(JSON.parse(answer.map(2)['info'] ?? ''));
  } catch {
    return {};
  }
}

function containerFacts(engine: EngineName, answer: Message, sandbox: Message): ContainerFacts {
  const status = answer.message(1);
  const pod = sandbox.message(1);
  const info = verbose(answer);
  const process = objectOf(objectOf(info['runtimeSpec'])['process']);
  const reference = status.text(STATUS.IMAGE_REF);
  const isPrivileged =
    objectOf(objectOf(objectOf(info['config'])['linux'])['security_context'])['privileged'] ===
    true;
  return {
    engine,
    fullId: status.text(STATUS.ID),
    name: status.message(STATUS.METADATA).text(1),
    image: status.message(STATUS.IMAGE).text(1),
    imageId: reference.includes('@') ? '' : reference,
    imageDigest: reference.split('@')[1] ?? '',
    labels: { ...podLabels(pod), ...status.map(STATUS.LABELS) },
    mounts: status.messages(STATUS.MOUNTS).map((mount) => ({
      destination: mount.text(1),
      source: mount.text(2),
      mode: '',
      isWritable: mount.number(3) === 0n,
      propagation: '',
    })),
    isPrivileged,
    ...sharing(pod),
    ip: pod.message(SANDBOX.NETWORK).text(1),
    user: numberText(objectOf(process['user'])['uid']),
    createdTime: Number(status.number(STATUS.CREATED) / NANOSECONDS),
    isPodSandbox: false,
    podSandboxId: pod.text(SANDBOX.ID),
    podSandboxLabels: podLabels(pod),
  };
}
