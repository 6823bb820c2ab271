/**
 * The container runtime interface (runtime.v1) of containerd and CRI-O: pods and their containers, with the
 * labels that Kubernetes gives them. Runtimes of this age have no stream of events, so it is asked again
 * every second.
 */
import { runtimeClient, type RuntimeClient } from './clients.js';
import { criFacts, criPodFacts } from './cri-facts.js';
import type { ContainerFacts, Engine, EngineName, OnStart } from './engine.js';
import { listOf, objectOf, textOf, type Json } from './json-value.js';

const ASK_EVERY_MS = 1000;

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
        ? criPodFacts(this.engine, objectOf(pod['status']), verbose(pod))
        : await this.#describeContainer(id, objectOf(pod['status']));
    } catch {
      return undefined;
    }
  }

  async #describeContainer(id: string, pod: Json): Promise<ContainerFacts> {
    const answer = await this.ask('ContainerStatus', { containerId: id, verbose: true });
    return criFacts(this.engine, objectOf(answer['status']), { info: verbose(answer), pod });
  }

  private async ask(method: string, request: object): Promise<Json> {
    return objectOf(await this.client.ask(method, request));
  }
}

/** What the runtime reports beside the interface's own fields: JSON, in containerd and CRI-O. */
function verbose(answer: Json): Json {
  try {
    return objectOf(JSON.parse(textOf(objectOf(answer['info'])['info'])));
  } catch {
    return {};
  }
}
