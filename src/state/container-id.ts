/**
 * Container ids in cgroup paths. Each engine has its way to name the cgroup of a container; the first that
 * recognises a path has it, in the order of this table (as in the container plugin of the reference).
 */

/** An id that an engine sees in a path, and whether the engine has no metadata to wait for. */
export interface CgroupMatch {
  readonly id: string;
  /** `container.type` of an engine that never sends metadata: the container is known by its path alone. */
  readonly bareType: string | undefined;
}

const FULL_ID_LENGTH = 64;
const SHORT_ID_LENGTH = 12;
const NOT_HEX = /[^0-9a-fA-F]/g;

/** A name before and a word after the id. */
type Layout = readonly [prefix: string, suffix: string];

const PODMAN: readonly Layout[] = [
  ['/libpod-', '.scope'],
  ['/libpod-', '.scope/container'],
  ['/libpod-', ''],
  ['/libpod-payload-', '.scope'],
  ['/libpod-payload-', '.scope/container'],
  ['/libpod-payload-', ''],
];
const DOCKER: readonly Layout[] = [
  ['/', ''],
  ['/docker-', '.scope'],
];
const CRI: readonly Layout[] = [
  ['/', ''],
  ['/crio-', ''],
  ['/cri-containerd-', '.scope'],
  ['/crio-', '.scope'],
  [':cri-containerd:', ''],
  ['/docker-', '.scope'],
];

/** Where the id lies between the last `prefix` and the last `suffix`. */
function idSpan(path: string, [prefix, suffix]: Layout): readonly [number, number] | undefined {
  const before = path.lastIndexOf(prefix);
  const end = suffix === '' ? path.length : path.lastIndexOf(suffix);
  return before === -1 || end === -1 ? undefined : [before + prefix.length, end];
}

function hexIdIn(path: string, layout: Layout): string | undefined {
  const span = idSpan(path, layout);
  if (span === undefined || span[1] - span[0] !== FULL_ID_LENGTH) {
    return undefined;
  }
  NOT_HEX.lastIndex = span[0];
  const odd = NOT_HEX.exec(path);
  // the reference compares this place in the whole path with the length of an id
  return odd === null || odd.index >= FULL_ID_LENGTH
    ? path.slice(span[0], span[0] + SHORT_ID_LENGTH)
    : undefined;
}

function firstHexId(layouts: readonly Layout[]): (path: string) => string | undefined {
  return (path) => {
    for (const layout of layouts) {
      const id = hexIdIn(path, layout);
      if (id !== undefined) {
        return id;
      }
    }
    return undefined;
  };
}

/** Namespaces of containerd that programs are known to use; whoever makes another one has a cgroup like any other. */
const CONTAINERD_NAMESPACES = ['default', 'k8s.io', 'moby', 'buildkit', 'services.linuxkit'].join(
  '|',
);
const CONTAINERD = new RegExp(
  `^/(?:${CONTAINERD_NAMESPACES.replaceAll('.', '\\.')})/([A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*)$`,
);

/** `/NAMESPACE/ID` at the root, where the id may be any word: nothing but the namespace distinguishes it from other cgroups. */
function containerdId(path: string): string | undefined {
  const id = CONTAINERD.exec(path)?.[1];
  const isUnit = path.endsWith('.service') || path.endsWith('.slice') || path.endsWith('.scope');
  return id === undefined || id.length > FULL_ID_LENGTH || isUnit
    ? undefined
    : id.slice(0, SHORT_ID_LENGTH);
}

const LXC_PREFIXES = ['/lxc/', '/lxc.payload/', '/lxc.payload.'] as const;

function lxcId(path: string): string | undefined {
  for (const prefix of LXC_PREFIXES) {
    const at = path.indexOf(prefix);
    if (at !== -1) {
      const end = path.indexOf('/', at + prefix.length);
      return path.slice(at + prefix.length, end === -1 ? undefined : end);
    }
  }
  return undefined;
}

const LIBVIRT = '.libvirt-lxc';
const LIBVIRT_SYSTEMD = '-lxc\\x2';
const LIBVIRT_LEGACY = '/libvirt/lxc/';

function libvirtId(path: string): string | undefined {
  const name = path.indexOf(LIBVIRT);
  const slash = path.lastIndexOf('/');
  if (name !== -1 && name === path.length - LIBVIRT.length && slash !== -1) {
    return path.slice(slash + 1, name);
  }
  const unit = path.indexOf(LIBVIRT_SYSTEMD);
  const ending = path.includes('.scope/libvirt') ? '.scope/libvirt' : '.scope';
  const end = path.indexOf(ending);
  if (unit !== -1 && end !== -1 && end === path.length - ending.length) {
    return path.slice(unit + LIBVIRT_SYSTEMD.length + 1, end);
  }
  const legacy = path.indexOf(LIBVIRT_LEGACY);
  return legacy === -1 ? undefined : path.slice(legacy + LIBVIRT_LEGACY.length);
}

const BPM = /bpm-(.*)$/s;
const BPM_ID = /^[A-Za-z0-9._-]+$/;

function bpmId(path: string): string | undefined {
  const rest = BPM.exec(path)?.[1];
  const end = rest?.indexOf('.scope') ?? -1;
  const id = end === -1 ? rest : rest?.slice(0, end);
  return id !== undefined && BPM_ID.test(id) ? id : undefined;
}

interface Engine {
  readonly match: (path: string) => string | undefined;
  readonly bareType: string | undefined;
}

const ENGINES: readonly Engine[] = [
  { match: firstHexId(PODMAN), bareType: undefined },
  { match: firstHexId(DOCKER), bareType: undefined },
  { match: firstHexId(CRI), bareType: undefined },
  { match: lxcId, bareType: 'lxc' },
  { match: libvirtId, bareType: 'libvirt-lxc' },
  { match: bpmId, bareType: 'bpm' },
  { match: containerdId, bareType: undefined },
];

/** The container that a cgroup path names; `undefined` for the host's own. */
export function matchCgroup(path: string): CgroupMatch | undefined {
  for (const engine of ENGINES) {
    const id = engine.match(path);
    if (id !== undefined) {
      return id === '' ? undefined : { id, bareType: engine.bareType };
    }
  }
  return undefined;
}
