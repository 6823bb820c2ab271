/**
 * Which container a thread runs in, and what is known of containers. Ids come from cgroup paths when a
 * process begins or calls exec; metadata comes whenever its engine reported it, often later.
 */
import { EVENT, paramsOf } from '../events/index.js';
import { matchCgroup } from './container-id.js';
import { bareContainer, parseContainer } from './container-json.js';
import type { Container } from './container.js';
import { BOUND, FULL } from './budget.js';
import type { HandlerTable } from './handler.js';
import { containerBytes } from './holdings.js';
import { parseCgroups, splitList } from './lists.js';
import type { Moment } from './moment.js';
import type { Thread, ThreadCategory } from './thread.js';
import type { World } from './world.js';

const MAX_CONTAINERS = 65_536;
/** Cgroup paths whose container is remembered: most threads share a few. */
const MAX_KNOWN_CGROUPS = 4096;
const MAX_KNOWN_LENGTH = 1024;
/** Engines give 12 to 64 characters; a table finds very long keys slowly. */
const MAX_ID_BYTES = 1024;
/** Labels and mounts of a pod take some ten thousand bytes; parsing takes twenty times as much memory as there is text. */
const MAX_JSON_BYTES = 1024 * 1024;

function keepContainer(world: World, container: Container): void {
  const why = whyNot(world, container);
  if (why !== undefined) {
    world.losses.note('containers', why);
    return;
  }
  countIp(world, world.containers.get(container.id)?.ip, -1);
  countIp(world, container.ip, 1);
  world.containers.set(container.id, container);
  world.noteContainer(container);
  world.metadataChanged();
}

/** One container more, or less, has the address `ip`. */
function countIp({ containerIps }: World, ip: string | undefined, change: 1 | -1): void {
  if (ip !== undefined && ip !== '') {
    const count = (containerIps.get(ip) ?? 0) + change;
    if (count > 0) {
      containerIps.set(ip, count);
    } else {
      containerIps.delete(ip);
    }
  }
}

/** Why this container cannot be kept; `undefined` if it can. */
function whyNot(world: World, container: Container): string | undefined {
  if (container.id.length > MAX_ID_BYTES) {
    return `an id is longer than ${MAX_ID_BYTES} bytes`;
  }
  if (world.containers.size >= MAX_CONTAINERS && !world.containers.has(container.id)) {
    return `there are more than ${MAX_CONTAINERS} containers`;
  }
  return world.budget.take(BOUND.METADATA, containerBytes(container)) ? undefined : FULL;
}

/** Keep what is known of the container `id` without a word of its engine: the type that its path shows, and names of files. */
function supplyContainer(world: World, id: string, bareType: string | undefined): void {
  const { supplement } = world;
  if (bareType !== undefined) {
    const bare = bareContainer(id, bareType);
    keepContainer(world, supplement?.complete(bare) ?? bare);
  } else if (supplement !== undefined && !world.containers.has(id)) {
    const described = supplement.describe(id);
    if (described !== undefined) {
      keepContainer(world, described);
    }
  }
}

/** The container that `cgroups` name in the first path that names one; an empty id for none. */
function containerIdOf(world: World, cgroups: string): string {
  const known = world.containerIds.get(cgroups);
  if (known !== undefined) {
    return known;
  }
  let id = '';
  for (const { path } of parseCgroups(cgroups)) {
    const match = path === '' ? undefined : matchCgroup(path);
    if (match !== undefined) {
      id = match.id;
      supplyContainer(world, id, match.bareType);
      break;
    }
  }
  if (cgroups.length <= MAX_KNOWN_LENGTH) {
    if (world.containerIds.size >= MAX_KNOWN_CGROUPS) {
      world.containerIds.clear();
    }
    world.containerIds.set(cgroups, id);
  }
  return id;
}

/** Which health probe of its container a process is, if it is one. */
function probeOf(container: Container, thread: Thread): ThreadCategory {
  const probes = container.healthProbes.filter(({ exe }) => exe === thread.exe);
  if (probes.length === 0) {
    return 'none';
  }
  const args = splitList(thread.args).filter((arg) => arg !== '');
  const probe = probes.find(
    ({ args: wanted }) =>
      wanted.length === args.length && wanted.every((arg, i) => arg === args[i]),
  );
  return probe?.kind ?? 'none';
}

function categoryOf(world: World, container: Container, thread: Thread): ThreadCategory {
  if (thread.vpid === 1) {
    return 'container';
  }
  const inherited = world.threads.get(thread.ptid)?.category ?? 'none';
  if (inherited !== 'none') {
    return inherited;
  }
  const probe = probeOf(container, thread);
  if (probe === 'none') {
    return thread.category;
  }
  for (const ancestor of world.ancestorsOf(thread)) {
    if (ancestor.vpid === 1 && ancestor.containerId !== '') {
      return thread.category;
    }
  }
  return probe;
}

/** Find out again which container `thread` runs in, and what it is for it. */
export function placeThread(world: World, thread: Thread): void {
  const id = containerIdOf(world, thread.cgroups);
  const container = id === '' ? undefined : world.containers.get(id);
  thread.containerId = id;
  world.hadContainedThread ||= id !== '';
  if (container !== undefined) {
    thread.category = categoryOf(world, container, thread);
  }
  world.threadChanged(thread);
}

function learnContainer(moment: Moment, json: string | undefined): void {
  if (json !== undefined && json.length > MAX_JSON_BYTES) {
    moment.world.losses.note('containers', `one is ${json.length} bytes of JSON`);
    return;
  }
  const container = json === undefined ? undefined : describedBy(moment.world, json);
  if (container !== undefined) {
    keepContainer(moment.world, container);
    moment.container = container;
  }
}

/** The container that `json` describes, completed by files; `undefined` where it names none. */
function describedBy({ supplement }: World, json: string): Container | undefined {
  const container = parseContainer(json);
  return container === undefined || container.id === ''
    ? undefined
    : (supplement?.complete(container) ?? container);
}

const CONTAINER = paramsOf(EVENT.CONTAINER_JSON_2_E);
const ASYNC = paramsOf(EVENT.ASYNCEVENT_E);

function containerEvent(moment: Moment): void {
  learnContainer(moment, moment.event.raw(CONTAINER.json));
}

function asyncEvent(moment: Moment): void {
  const { world, event } = moment;
  const name = event.text(ASYNC.name);
  if (name === 'container') {
    learnContainer(moment, event.raw(ASYNC.data));
  } else if (name === 'container_removed') {
    const json = event.raw(ASYNC.data) ?? '';
    const container = json.length > MAX_JSON_BYTES ? undefined : describedBy(world, json);
    if (container !== undefined) {
      moment.container = container;
      world.noteContainer(container);
      countIp(world, world.containers.get(container.id)?.ip, -1);
      world.containers.delete(container.id);
      world.metadataChanged();
      supplyContainer(world, container.id, undefined);
    }
  }
}

export const CONTAINER_HANDLERS: HandlerTable = [
  [EVENT.CONTAINER_JSON_2_E, containerEvent],
  [EVENT.ASYNCEVENT_E, asyncEvent],
];
