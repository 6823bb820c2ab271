/**
 * The container runtime interface (runtime.v1) of containerd and CRI-O: pods and their containers, with the
 * labels that Kubernetes gives them. Runtimes of this age have no stream of events, so it is asked again
 * every second.
 */
import { runtimeClient, type RuntimeClient } from './clients.js';
import type { ContainerFacts, Engine, EngineName, OnStart } from './engine.js';
import { listOf, numberText, objectOf, textOf, textsOf, type Json } from './json-value.js';

const ASK_EVERY_MS = 1000;
const HOST_NAMESPACE = 'NODE';

/** Connect to the runtime at `socket`. Rejects if it does not answer. */
export async function openCri(socket: string, onStart: OnStart): Promise<Engine> {
  const client = await runtimeClient(socket);
  try {
    const { runtimeName } = objectOf(await client.ask('Version', {}));
    const runtime = new Runtime(client, runtimeName === 'cri-o' ? 'cri-o' : 'containerd');
    const running = await runtime.listNew();
    const timer = setInterval(() => {
      runtime.listNew().then(
        (started) => {
          started.forEach(onStart);
        },
        () => undefined,
      );
    }, ASK_EVERY_MS);
    timer.unref();
    return {
      running,
      describe: (fullId) => runtime.describe(fullId),
      close: () => {
        clearInterval(timer);
        client.close();
      },
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

class Runtime {
  private readonly known = new Set<string>();

  private readonly client: RuntimeClient;
  private readonly engine: EngineName;

  constructor(client: RuntimeClient, engine: EngineName) {
    this.client = client;
    this.engine = engine;
  }

  /** Pods and containers that run, and were not listed before. */
  async listNew(): Promise<readonly ContainerFacts[]> {
    const ready = { filter: { state: { state: 'SANDBOX_READY' } } };
    const isRunning = { filter: { state: { state: 'CONTAINER_RUNNING' } } };
    const { items } = await this.ask('ListPodSandbox', ready);
    const { containers } = await this.ask('ListContainers', isRunning);
    const found: ContainerFacts[] = [];
    for (const entry of [...listOf(items), ...listOf(containers)]) {
      const id = textOf(objectOf(entry)['id']);
      const facts = this.known.has(id) ? undefined : await this.describe(id);
      if (facts !== undefined) {
        this.known.add(id);
        found.push(facts);
      }
    }
    return found;
  }

  /** A container or a pod; `undefined` if the runtime has neither. */
  async describe(id: string): Promise<ContainerFacts | undefined> {
    try {
      const { containers } = await this.ask('ListContainers', { filter: { id } });
      const [container] = listOf(containers);
      const podId = container === undefined ? id : textOf(objectOf(container)['podSandboxId']);
      const pod = await this.ask('PodSandboxStatus', { podSandboxId: podId, verbose: true });
      return container === undefined
        ? sandboxFacts(this.engine, pod)
        : containerFacts(
            this.engine,
            await this.ask('ContainerStatus', { containerId: id, verbose: true }),
            objectOf(pod['status']),
          );
    } catch {
      return undefined;
    }
  }

  private async ask(method: string, request: object): Promise<Json> {
    return objectOf(await this.client.ask(method, request));
  }
}

/** Seconds of a time in nanoseconds, which is a text of digits. */
function secondsOf(nanoseconds: unknown): number {
  return Number(BigInt(textOf(nanoseconds)) / 1_000_000_000n);
}

/** What a pod's namespaces share with the host. */
function sharing(
  pod: Json,
): Pick<ContainerFacts, 'usesHostNetwork' | 'usesHostPid' | 'usesHostIpc'> {
  const options = objectOf(objectOf(objectOf(pod['linux'])['namespaces'])['options']);
  return {
    usesHostNetwork: options['network'] === HOST_NAMESPACE,
    usesHostPid: options['pid'] === HOST_NAMESPACE,
    usesHostIpc: options['ipc'] === HOST_NAMESPACE,
  };
}

function sandboxFacts(engine: EngineName, answer: Json): ContainerFacts {
  const pod = objectOf(answer['status']);
  const id = textOf(pod['id']);
  const labels = podLabels(pod);
  return {
    engine,
    fullId: id,
    name: textOf(objectOf(pod['metadata'])['name']),
    image: textOf(verbose(answer)['image']),
    imageId: '',
    imageDigest: '',
    labels,
    mounts: [],
    isPrivileged: false,
    ...sharing(pod),
    ip: textOf(objectOf(pod['network'])['ip']),
    user: '',
    createdTime: secondsOf(pod['createdAt']),
    isPodSandbox: true,
    podSandboxId: id,
    podSandboxLabels: labels,
  };
}

/** Labels as Kubernetes gives them, completed from the pod's own metadata where they are missing. */
function podLabels(pod: Json): Readonly<Record<string, string>> {
  const metadata = objectOf(pod['metadata']);
  return {
    'io.kubernetes.pod.name': textOf(metadata['name']),
    'io.kubernetes.pod.uid': textOf(metadata['uid']),
    'io.kubernetes.pod.namespace': textOf(metadata['namespace']),
    ...textsOf(pod['labels']),
  };
}

/** What the runtime tells beside the interface's own fields: JSON, in containerd and CRI-O. */
function verbose(answer: Json): Json {
  try {
    return objectOf(JSON.parse(textOf(objectOf(answer['info'])['info'])));
  } catch {
    return {};
  }
}

/** Whether the container was made privileged: containerd gives its request, CRI-O its result. */
function isPrivileged(info: Json): boolean {
  const context = objectOf(objectOf(objectOf(info['config'])['linux'])['security_context']);
  return context['privileged'] === true || info['privileged'] === true;
}

function containerFacts(engine: EngineName, answer: Json, pod: Json): ContainerFacts {
  const status = objectOf(answer['status']);
  const info = verbose(answer);
  const process = objectOf(objectOf(info['runtimeSpec'])['process']);
  const reference = textOf(status['imageRef']);
  return {
    engine,
    fullId: textOf(status['id']),
    name: textOf(objectOf(status['metadata'])['name']),
    image: textOf(objectOf(status['image'])['image']),
    imageId: reference.includes('@') ? '' : reference,
    imageDigest: reference.split('@')[1] ?? '',
    labels: { ...podLabels(pod), ...textsOf(status['labels']) },
    mounts: listOf(status['mounts'])
      .map(objectOf)
      .map((mount) => ({
        destination: textOf(mount['containerPath']),
        source: textOf(mount['hostPath']),
        mode: '',
        isWritable: mount['readonly'] !== true,
        propagation: '',
      })),
    isPrivileged: isPrivileged(info),
    ...sharing(pod),
    ip: textOf(objectOf(pod['network'])['ip']),
    user: numberText(objectOf(process['user'])['uid']),
    createdTime: secondsOf(status['createdAt']),
    isPodSandbox: false,
    podSandboxId: textOf(pod['id']),
    podSandboxLabels: podLabels(pod),
  };
}
