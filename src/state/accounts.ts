/** Users and groups: those listed when the capture began, and those announced by events. */
import { EVENT, paramsOf } from '../events/index.js';
import type { UserEntry } from '../capture/index.js';
import { BOUND, FULL } from './budget.js';
import type { HandlerTable } from './handler.js';
import { accountBytes, ACCOUNTS_BYTES } from './holdings.js';
import type { Moment } from './moment.js';
import { noteAccount } from './odd-ids.js';
import { NOT_AVAILABLE, numberOf, textOf } from './parameters.js';
import type { World } from './world.js';

/** For each container and the host; what comes beyond is not kept. */
const MAX_ACCOUNTS = 65_536;
const MAX_TABLES = 65_536;
/** No engine gives longer ones; a table finds longer keys slowly. */
const MAX_CONTAINER_ID_BYTES = 1024;

function keep<T extends UserEntry | string>(
  world: World,
  tables: Map<string, Map<number, T>>,
  containerId: string,
  [id, value]: readonly [number, T],
): void {
  noteAccount(world.losses, id);
  const known = containerId.length > MAX_CONTAINER_ID_BYTES ? undefined : tables.get(containerId);
  const why = whyNot(world, tables, containerId, [id, value]);
  if (why !== undefined) {
    world.losses.note('accounts', why);
    return;
  }
  const table = known ?? new Map<number, T>();
  tables.set(containerId, table);
  table.set(id, value);
  world.metadataChanged();
}

/** Why this account cannot be kept; `undefined` if it can. */
function whyNot<T extends UserEntry | string>(
  world: World,
  tables: ReadonlyMap<string, ReadonlyMap<number, T>>,
  containerId: string,
  [id, value]: readonly [number, T],
): string | undefined {
  if (containerId.length > MAX_CONTAINER_ID_BYTES) {
    return `the id of a container is longer than ${MAX_CONTAINER_ID_BYTES} bytes`;
  }
  const table = tables.get(containerId);
  if (table === undefined && tables.size >= MAX_TABLES) {
    return `there are those of more than ${MAX_TABLES} containers`;
  }
  if (table !== undefined && table.size >= MAX_ACCOUNTS && !table.has(id)) {
    return `there are more than ${MAX_ACCOUNTS} of the host or of one container`;
  }
  const bytes = accountBytes(value) + (table === undefined ? ACCOUNTS_BYTES : 0);
  return world.budget.take(BOUND.METADATA, bytes) ? undefined : FULL;
}

/** Names that begin so are switches of the name service, not names. */
function isDirective(name: string): boolean {
  return name.startsWith('+') || name.startsWith('-');
}

/** Enter a user; `containerId` is empty for the host. */
export function addUser(world: World, containerId: string, user: UserEntry): void {
  if (!isDirective(user.name)) {
    world.supplement?.compareUser(containerId, user.uid, user.name);
    keep(world, world.users, containerId, [user.uid, user]);
  }
}

/** Enter a group; `containerId` is empty for the host. */
export function addGroup(world: World, containerId: string, gid: number, name: string): void {
  if (!isDirective(name)) {
    world.supplement?.compareGroup(containerId, gid, name);
    keep(world, world.groups, containerId, [gid, name]);
  }
}

/** Users and groups that are deleted are described by the same parameters as those that are added. */
const USER = paramsOf(EVENT.USER_ADDED_E);
const GROUP = paramsOf(EVENT.GROUP_ADDED_E);

/** An absent container id is the host, as an empty one is. */
function containerAt({ event }: Moment, index: number): string {
  const id = textOf(event, index);
  return id === NOT_AVAILABLE ? '' : id;
}

function userAdded(moment: Moment): void {
  const { event } = moment;
  addUser(moment.world, containerAt(moment, USER.container_id), {
    uid: numberOf(event, USER.uid),
    gid: numberOf(event, USER.gid),
    name: textOf(event, USER.name),
    home: textOf(event, USER.home),
    shell: textOf(event, USER.shell),
  });
}

function userDeleted(moment: Moment): void {
  const { world, event } = moment;
  if (
    world.users.get(containerAt(moment, USER.container_id))?.delete(numberOf(event, USER.uid)) ===
    true
  ) {
    world.metadataChanged();
  }
}

function groupAdded(moment: Moment): void {
  const { world, event } = moment;
  const id = containerAt(moment, GROUP.container_id);
  addGroup(world, id, numberOf(event, GROUP.gid), textOf(event, GROUP.name));
}

function groupDeleted(moment: Moment): void {
  const { world, event } = moment;
  if (
    world.groups
      .get(containerAt(moment, GROUP.container_id))
      ?.delete(numberOf(event, GROUP.gid)) === true
  ) {
    world.metadataChanged();
  }
}

export const ACCOUNT_HANDLERS: HandlerTable = [
  [EVENT.USER_ADDED_E, userAdded],
  [EVENT.USER_DELETED_E, userDeleted],
  [EVENT.GROUP_ADDED_E, groupAdded],
  [EVENT.GROUP_DELETED_E, groupDeleted],
];
