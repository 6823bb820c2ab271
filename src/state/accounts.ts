/** Users and groups: those listed when the capture began, and those announced by events. */
import { EVENT } from '../events/index.js';
import type { UserEntry } from '../capture/index.js';
import { noteOnce } from './findings.js';
import type { HandlerTable } from './handler.js';
import type { Moment } from './moment.js';
import { NOT_AVAILABLE, numberOf, textOf } from './parameters.js';
import type { World } from './world.js';

/** For each container and the host; what comes beyond is not kept. */
const MAX_ACCOUNTS = 65_536;
const MAX_TABLES = 65_536;

function keep<T>(
  world: World,
  tables: Map<string, Map<number, T>>,
  containerId: string,
  [id, value]: readonly [number, T],
): void {
  let table = tables.get(containerId);
  if (table === undefined) {
    if (tables.size >= MAX_TABLES) {
      noteOnce(world, 'state/table-full', `users of more than ${MAX_TABLES} containers`);
      return;
    }
    table = new Map();
    tables.set(containerId, table);
  }
  if (table.size >= MAX_ACCOUNTS && !table.has(id)) {
    noteOnce(world, 'state/table-full', `more than ${MAX_ACCOUNTS} users or groups`);
    return;
  }
  table.set(id, value);
  world.metadataChanged();
}

/** Names that begin so are switches of the name service, not names. */
function isDirective(name: string): boolean {
  return name.startsWith('+') || name.startsWith('-');
}

/** Enter a user; `containerId` is empty for the host. */
export function addUser(world: World, containerId: string, user: UserEntry): void {
  if (!isDirective(user.name)) {
    keep(world, world.users, containerId, [user.uid, user]);
  }
}

/** Enter a group; `containerId` is empty for the host. */
export function addGroup(world: World, containerId: string, gid: number, name: string): void {
  if (!isDirective(name)) {
    keep(world, world.groups, containerId, [gid, name]);
  }
}

/** An absent container id is the host, as an empty one is. */
function containerAt({ event }: Moment, index: number): string {
  const id = textOf(event, index);
  return id === NOT_AVAILABLE ? '' : id;
}

function userAdded(moment: Moment): void {
  const { event } = moment;
  addUser(moment.world, containerAt(moment, 5), {
    uid: numberOf(event, 0),
    gid: numberOf(event, 1),
    name: textOf(event, 2),
    home: textOf(event, 3),
    shell: textOf(event, 4),
  });
}

function userDeleted(moment: Moment): void {
  const { world, event } = moment;
  if (world.users.get(containerAt(moment, 5))?.delete(numberOf(event, 0)) === true) {
    world.metadataChanged();
  }
}

function groupAdded(moment: Moment): void {
  const { world, event } = moment;
  addGroup(world, containerAt(moment, 2), numberOf(event, 0), textOf(event, 1));
}

function groupDeleted(moment: Moment): void {
  const { world, event } = moment;
  if (world.groups.get(containerAt(moment, 2))?.delete(numberOf(event, 0)) === true) {
    world.metadataChanged();
  }
}

export const ACCOUNT_HANDLERS: HandlerTable = [
  [EVENT.USER_ADDED_E, userAdded],
  [EVENT.USER_DELETED_E, userDeleted],
  [EVENT.GROUP_ADDED_E, groupAdded],
  [EVENT.GROUP_DELETED_E, groupDeleted],
];
