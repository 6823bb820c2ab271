/**
 * Container metadata as captures hold it: a JSON object, the same in old container events and in new
 * asynchronous ones. Whatever is missing or of another type is empty.
 */
import { bytesOfText } from '../units.js';
import type { Container, HealthProbe, Mount } from './container.js';

type Json = Readonly<Record<string, unknown>>;

/** Engines, and the numbers that captures use for them. */
export const CONTAINER_ENGINES = {
  docker: 0,
  lxc: 1,
  'libvirt-lxc': 2,
  mesos: 3,
  rkt: 4,
  cri: 6,
  containerd: 7,
  'cri-o': 8,
  bpm: 9,
  podman: 11,
  host: 0xfffe,
} as const;
const ENGINE_NAMES = new Map<unknown, string>(
  Object.entries(CONTAINER_ENGINES).map(([name, number]) => [number, name]),
);

const PROBES = [
  ['Healthcheck', 'healthcheck'],
  ['LivenessProbe', 'liveness-probe'],
  ['ReadinessProbe', 'readiness-probe'],
] as const;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(json: Json, key: string): string {
  const value = json[key];
  return typeof value === 'string' ? bytesOfText(value) : '';
}

function number(json: Json, key: string): number {
  const value = json[key];
  return typeof value === 'number' ? value : 0;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function labels(value: unknown): ReadonlyMap<string, string> {
  const pairs = isObject(value)
    ? Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    : [];
  const bytes = pairs.map(([key, label]) => [bytesOfText(key), bytesOfText(label)] as const);
  return new Map(bytes.sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

function mounts(value: unknown): readonly Mount[] {
  return list(value)
    .filter(isObject)
    .map((mount) => ({
      source: text(mount, 'Source'),
      destination: text(mount, 'Destination'),
      mode: text(mount, 'Mode'),
      isWritable: mount['RW'] === true,
      propagation: text(mount, 'Propagation'),
    }));
}

function probes(json: Json): readonly HealthProbe[] {
  const found: HealthProbe[] = [];
  for (const [key, kind] of PROBES) {
    const probe = json[key];
    if (isObject(probe)) {
      const args = list(probe['args']).filter((arg) => typeof arg === 'string');
      found.push({ kind, exe: text(probe, 'exe'), args: args.map(bytesOfText) });
    }
  }
  return found;
}

function containerOf(json: Json, hasMetadata: boolean): Container {
  return {
    id: text(json, 'id'),
    fullId: text(json, 'full_id'),
    type: ENGINE_NAMES.get(json['type']) ?? '',
    name: text(json, 'name'),
    image: text(json, 'image'),
    imageId: text(json, 'imageid'),
    imageRepository: text(json, 'imagerepo'),
    imageTag: text(json, 'imagetag'),
    imageDigest: text(json, 'imagedigest'),
    user: text(json, 'User'),
    isPrivileged: json['privileged'] === true,
    usesHostPid: json['host_pid'] === true,
    usesHostNetwork: json['host_network'] === true,
    usesHostIpc: json['host_ipc'] === true,
    mounts: mounts(json['Mounts']),
    labels: labels(json['labels']),
    ip: text(json, 'ip'),
    cniJson: text(json, 'cni_json'),
    isPodSandbox: json['is_pod_sandbox'] === true,
    podSandboxId: text(json, 'pod_sandbox_id'),
    podSandboxLabels: labels(json['pod_sandbox_labels']),
    createdTime: number(json, 'created_time'),
    healthProbes: probes(json),
    hasMetadata,
    metadataFile: 0,
  };
}

/** A container of which only the id and the engine are known. */
export function bareContainer(id: string, type: string): Container {
  return { ...containerOf({}, false), id, type };
}

/** The host as fields see it: a container of its own. */
export const HOST: Container = {
  ...bareContainer('host', 'host'),
  fullId: 'host',
  name: 'host',
};

/**
 * The container that a metadata object describes.
 *
 * @param bytes - UTF-8 JSON as a byte string; a final NUL is ignored.
 * @returns `undefined` if it is no JSON object.
 */
export function parseContainer(bytes: string): Container | undefined {
  const end = bytes.indexOf('\0');
  try {
    const json: unknown = JSON.parse(
      Buffer.from(end === -1 ? bytes : bytes.slice(0, end), 'latin1').toString('utf8'),
    );
    if (!isObject(json)) {
      return undefined;
    }
    // the oldest events had the members without the object around them
    const inner = json['container'];
    return containerOf(isObject(inner) ? inner : json, true);
  } catch {
    return undefined;
  }
}
