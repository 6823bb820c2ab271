/**
 * Docker's API, which dockerd and podman answer: the containers that run, and those that start. Over the
 * engine's unix socket, read only.
 */
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { ContainerFacts, Engine, EngineName, MountFacts } from './engine.js';
import { listOf, objectOf, textOf, textsOf } from './json-value.js';
import { getJson, open } from './unix-http.js';

/** Connect to the engine at `socket`. Rejects if it does not answer. */
export async function openDocker(socket: string): Promise<Engine> {
  const version = objectOf(await getJson(socket, '/version'));
  const isPodman = listOf(version['Components']).some((part) =>
    textOf(objectOf(part)['Name']).startsWith('Podman'),
  );
  const name = isPodman ? 'podman' : 'docker';
  const running: ContainerFacts[] = [];
  for (const entry of listOf(await getJson(socket, '/containers/json'))) {
    const facts = await describe(socket, name, textOf(objectOf(entry)['Id']));
    if (facts !== undefined) {
      running.push(facts);
    }
  }
  let stream: IncomingMessage | undefined;
  let isClosed = false;
  return {
    name,
    running,
    describe: (fullId) => describe(socket, name, fullId),
    watch: async (onStart) => {
      stream = await listen(socket, (id) => {
        void describe(socket, name, id).then((facts) => {
          if (facts !== undefined && !isClosed) {
            onStart(facts);
          }
        });
      });
    },
    close: () => {
      isClosed = true;
      stream?.destroy();
    },
  };
}

/** Events of the engine: the id of each container that is made (so that its name is known before its first program runs) or that starts. `undefined` if it has none to give. */
async function listen(
  socket: string,
  onStart: (id: string) => void,
): Promise<IncomingMessage | undefined> {
  const filters = encodeURIComponent('{"type":["container"],"event":["create","start"]}');
  try {
    const answer = await open(socket, `/events?filters=${filters}`);
    // an engine that goes away ends the stream with an error, told by the stream and by its lines
    answer.on('error', () => undefined);
    createInterface({ input: answer })
      .on('error', () => undefined)
      .on('line', (line) => {
        const id = startedContainer(line);
        if (id !== '') {
          onStart(id);
        }
      });
    return answer;
  } catch {
    return undefined;
  }
}

function startedContainer(line: string): string {
  try {
    const event = objectOf(JSON.parse(line));
    return textOf(objectOf(event['Actor'])['ID']) || textOf(event['id']);
  } catch {
    return '';
  }
}

/** `undefined` if the container is gone already. */
async function describe(
  socket: string,
  engine: EngineName,
  id: string,
): Promise<ContainerFacts | undefined> {
  try {
    const container = objectOf(await getJson(socket, `/containers/${encodeURIComponent(id)}/json`));
    return factsOf(engine, container, await digestOf(socket, textOf(container['Image'])));
  } catch {
    return undefined;
  }
}

/** The digest that the image was pulled by; empty for an image that was never in a registry. */
async function digestOf(socket: string, image: string): Promise<string> {
  try {
    const digests = listOf(
      objectOf(await getJson(socket, `/images/${encodeURIComponent(image)}/json`))['RepoDigests'],
    );
    return textOf(digests[0]).split('@')[1] ?? '';
  } catch {
    return '';
  }
}

function factsOf(
  engine: EngineName,
  container: Readonly<Record<string, unknown>>,
  digest: string,
): ContainerFacts {
  const config = objectOf(container['Config']);
  const host = objectOf(container['HostConfig']);
  const labels = textsOf(config['Labels']);
  return {
    engine,
    fullId: textOf(container['Id']),
    name: textOf(container['Name']).replace(/^\//, ''),
    image: textOf(config['Image']),
    imageId: textOf(container['Image']),
    imageDigest: digest,
    labels,
    mounts: listOf(container['Mounts']).map(mountOf),
    isPrivileged: host['Privileged'] === true,
    usesHostPid: host['PidMode'] === 'host',
    usesHostNetwork: host['NetworkMode'] === 'host',
    usesHostIpc: host['IpcMode'] === 'host',
    ip: addressOf(objectOf(container['NetworkSettings'])),
    user: textOf(config['User']),
    createdTime: Math.floor(Date.parse(textOf(container['Created'])) / 1000) || 0,
    isPodSandbox: false,
    podSandboxId: '',
    podSandboxLabels: {},
  };
}

function mountOf(value: unknown): MountFacts {
  const mount = objectOf(value);
  return {
    source: textOf(mount['Source']),
    destination: textOf(mount['Destination']),
    mode: textOf(mount['Mode']),
    isWritable: mount['RW'] === true,
    propagation: textOf(mount['Propagation']),
  };
}

function addressOf(network: Readonly<Record<string, unknown>>): string {
  const own = textOf(network['IPAddress']);
  const others = Object.values(objectOf(network['Networks'])).map((one) =>
    textOf(objectOf(one)['IPAddress']),
  );
  return [own, ...others].find((address) => address !== '') ?? '';
}
