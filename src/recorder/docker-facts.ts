/** A container as Docker's API and the commands `docker inspect` and `podman inspect` describe it. */
import type { ContainerFacts, EngineName, MountFacts } from './engine.js';
import { listOf, objectOf, textOf, textsOf } from './json-value.js';

/**
 * What an inspected container is.
 *
 * @param engine - Docker, or podman, whose commands add members of their own to the same form.
 * @param container - As the API and `inspect` print it.
 * @param digest - That its image was pulled by; empty where it is not known.
 */
export function dockerFacts(
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
