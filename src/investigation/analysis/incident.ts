/**
 * Which alerts belong together. The rule has to be one that a reader can check by hand, and gives the same answer each
 * time: container, else login session, else service, else the oldest ancestor below init.
 */
import type { Alert, ContainerSnapshot, ProcessSnapshot } from '../../alerts/index.js';
import type { AlertGroup, Grouping } from '../../store/index.js';

const INIT = 1;
/** The kernel's own threads descend from it. */
const KTHREADD = 2;

/** What `alert` belongs to. */
export function groupOf(alert: Alert): AlertGroup {
  const { container, request, processes } = alert;
  if (request !== undefined) {
    return { grouping: ofUser(request.user), rootPid: undefined };
  }
  if (container !== undefined) {
    return { grouping: ofContainer(container), rootPid: undefined };
  }
  return ofHost(processes) ?? { grouping: UNKNOWN, rootPid: undefined };
}

const UNKNOWN: Grouping = {
  kind: 'unknown',
  key: 'unknown',
  subject: 'processes that the capture does not describe',
  why: 'Nothing is known of what caused them.',
};

function ofUser(user: string | undefined): Grouping {
  return user === undefined
    ? { ...UNKNOWN, key: 'user', subject: 'requests without a user' }
    : {
        kind: 'user',
        key: `user:${user}`,
        subject: `user ${user}`,
        why: `User ${user} made all of these requests.`,
      };
}

function ofContainer({ id, name }: ContainerSnapshot): Grouping {
  const subject = name === '' ? `container ${id}` : `container ${name} (${id})`;
  return {
    kind: 'container',
    key: `container:${id}`,
    subject,
    why: `All of them happened in ${subject}.`,
  };
}

/** By what the nearest process is part of; `undefined` where no process is known. */
function ofHost(lineage: readonly ProcessSnapshot[]): AlertGroup | undefined {
  const [process] = lineage;
  if (process === undefined) {
    return undefined;
  }
  if (process.loginuid !== undefined) {
    return ofLogin(lineage, process.loginuid);
  }
  if (process.service !== undefined) {
    return { grouping: ofService(process.service), rootPid: undefined };
  }
  return ofAncestor(
    lineage.filter(({ pid }) => pid !== INIT && pid !== KTHREADD).at(-1) ?? process,
  );
}

/** The session begins with the oldest ancestor in an unbroken line that has the login user. */
function ofLogin(lineage: readonly ProcessSnapshot[], loginuid: number): AlertGroup {
  const end = lineage.findIndex((each) => each.loginuid !== loginuid);
  const root = lineage[(end === -1 ? lineage.length : end) - 1] as ProcessSnapshot;
  const session = `login session of user ${loginuid} (${root.name}, pid ${root.pid})`;
  return {
    grouping: {
      kind: 'login',
      key: `login:${loginuid}:${identityOf(root)}`,
      subject: session,
      why: `All of them happened in the ${session}.`,
    },
    rootPid: root.pid,
  };
}

function ofService(service: string): Grouping {
  return {
    kind: 'service',
    key: `service:${service}`,
    subject: `service ${service}`,
    why: `Service ${service} or a descendant did all of them.`,
  };
}

function ofAncestor(root: ProcessSnapshot): AlertGroup {
  const subject = `${root.name} (pid ${root.pid}) and its descendants`;
  return {
    grouping: {
      kind: 'process',
      key: `process:${identityOf(root)}`,
      subject,
      why: `${subject} did all of them: no login session or service is known.`,
    },
    rootPid: root.pid,
  };
}

/** A number that the kernel gives again is another process. */
function identityOf({ pid, birthTime }: ProcessSnapshot): string {
  return birthTime === undefined ? String(pid) : `${pid}:${birthTime}`;
}
