/**
 * Docker's API, which dockerd and podman answer: the containers that run, and those that start. Over the
 * engine's unix socket, read only.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './clients.js';
import { DockerClient } from './docker-client.js';
import { dockerFacts } from './docker-facts.js';
import type { ContainerFacts, Engine, EngineName, OnStart } from './engine.js';
import { listOf, objectOf, textOf, textsOf, type Json } from './json-value.js';

/** An engine may keep its answer's head back until there is an event; it is not waited for any longer. */
const LISTENING_MS = 1000;

/** Connect to the engine at `socket`. Rejects if it does not answer. */
export async function openDocker(socket: string, onStart: OnStart): Promise<Engine> {
  const client = new DockerClient(socket, PATIENCE_MS);
  const name = nameOf(objectOf(await client.ask('/version')));
  const describe = (id: string): Promise<ContainerFacts | undefined> =>
    describeContainer(client, name, id);
  let isClosed = false;
  // listened to before the list is asked for: so no container falls between the two
  const closing = new AbortController();
  const listening = listen(client, closing.signal, (event) => {
    void describe(idOf(event)).then((facts) => {
      if (!isClosed && idOf(event) !== '') {
        onStart(facts ?? factsOfEvent(name, event));
      }
    });
  });
  await Promise.race([listening, sleep(LISTENING_MS, undefined, { ref: false })]);
  const listed = listOf(await client.ask('/containers/json'));
  const running = await Promise.all(listed.map((each) => describe(textOf(objectOf(each)['Id']))));
  return {
    running: running.filter((facts) => facts !== undefined),
    describe,
    close: () => {
      isClosed = true;
      closing.abort();
    },
  };
}

function nameOf(version: Json): EngineName {
  const isPodman = listOf(version['Components']).some((part) =>
    textOf(objectOf(part)['Name']).startsWith('Podman'),
  );
  return isPodman ? 'podman' : 'docker';
}

const WATCHED = JSON.stringify({ type: ['container'], event: ['create', 'start'] });

/**
 * Events of containers that are made (so that a name is known before the first program runs) or that start, until `signal`
 * is aborted.
 */
async function listen(
  client: DockerClient,
  signal: AbortSignal,
  onEvent: (event: Json) => void,
): Promise<void> {
  try {
    const stream = await client.stream(`/events?filters=${encodeURIComponent(WATCHED)}`, signal);
    // an engine that goes away ends the stream with an error, which the stream and its lines both report
    stream.on('error', () => undefined);
    createInterface({ input: stream })
      .on('error', () => undefined)
      .on('line', (line) => {
        onEvent(parse(line));
      });
  } catch {
    // an engine that gives no events is asked for its list only
  }
}

function parse(line: string): Json {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return {};
  }
}

function idOf(event: Json): string {
  return textOf(objectOf(event['Actor'])['ID']) || textOf(event['id']);
}

/** What the event itself says of a container that is gone again. */
function factsOfEvent(engine: EngineName, event: Json): ContainerFacts {
  const { name, image, ...labels } = textsOf(objectOf(event['Actor'])['Attributes']);
  return {
    ...dockerFacts(engine, { Id: idOf(event), Name: name, Config: { Image: image } }, ''),
    labels,
  };
}

/** `undefined` if the container is gone already. */
async function describeContainer(
  client: DockerClient,
  engine: EngineName,
  id: string,
): Promise<ContainerFacts | undefined> {
  try {
    const container = objectOf(await client.ask(`/containers/${encodeURIComponent(id)}/json`));
    return dockerFacts(engine, container, await digestOf(client, textOf(container['Image'])));
  } catch {
    return undefined;
  }
}

/** The digest that the image was pulled by; empty for an image that was never in a registry. */
async function digestOf(client: DockerClient, image: string): Promise<string> {
  try {
    const path = `/images/${encodeURIComponent(image)}/json`;
    const { RepoDigests } = objectOf(await client.ask(path));
    return textOf(listOf(RepoDigests)[0]).split('@')[1] ?? '';
  } catch {
    return '';
  }
}
