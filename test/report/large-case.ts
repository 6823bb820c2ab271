/**
 * Cases of any size, written by the store itself, the same each time: containers whose shells run many programs, with alerts about
 * them, files and connections. For tests of the report, and for its bench, which brings the built program's store.
 */
import type { Alert, ContainerSnapshot, ProcessSnapshot } from '../../src/alerts/index.js';
import type { Rule } from '../../src/rules/index.js';
import type { openCase, RunWriter } from '../../src/store/index.js';

/** What writes a case: the store's own, of the sources or as it was built. */
export interface Store {
  readonly openCase: typeof openCase;
  readonly RunWriter: typeof RunWriter;
}

/** How much there is to be of what. */
export interface Size {
  readonly alerts: number;
  readonly processes: number;
  /** Programs that one process alone began, beside the others. */
  readonly children?: number;
  readonly files?: number;
  readonly connections?: number;
  /** Length of the name of one process, of one file and of one container, in bytes. */
  readonly nameBytes?: number;
}

const FIRST = 1_795_314_000_000_000_000n;
const SPAN = 6n * 3600n * 1_000_000_000n;
const RULES = 60;
const CONTAINERS = 40;
const PRIORITIES = ['Critical', 'Error', 'Warning', 'Notice', 'Informational'] as const;
const TAGS = ['mitre_execution', 'mitre_persistence', 'mitre_credential_access', 'mitre_impact'];
const PROGRAMS = ['curl', 'cat', 'sh', 'python3', 'wget', 'tar', 'openssl', 'find'];
const FOLDERS = ['/etc', '/root/.ssh', '/usr/local/bin', '/var/lib/app', '/tmp', '/home/app'];

/** Numbers from 0 to below `below`, the same sequence each time (mulberry32). */
function dice(): (below: number) => number {
  let state = 20_261_130;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Write a case of that size to `path`, which must not be there. */
export function writeLargeCase(
  { openCase: open, RunWriter: Writer }: Store,
  path: string,
  size: Size,
): void {
  const rules = Array.from({ length: RULES }, (_, index) => ruleOf(index));
  const target = open(path);
  const run = new Writer(target, {
    path: 'large.scap',
    toolVersion: '1',
    ruleFiles: [{ path: 'rules.yaml', sha256: 'a'.repeat(64) }],
    rulesSha256: 'b'.repeat(64),
    options: '{}',
    rules,
  });
  new Scene(run, rules, size).play();
  run.finish({
    identity: {
      path: 'large.scap',
      sha256: 'c'.repeat(64),
      incomplete: undefined,
      sizeBytes: 1_000_000_000,
      format: 'scap',
      compression: 'none',
    },
    machine: undefined,
    firstTime: FIRST,
    lastTime: FIRST + SPAN,
    recordCount: 40_000_000,
    eventCount: 40_000_000,
    diagnostics: [],
    isComplete: true,
    drops: [],
    sections: [],
  });
  target.close();
}

/** What happens, in the order of time. */
class Scene {
  readonly #run: RunWriter;
  readonly #rules: readonly Rule[];
  readonly #size: Size;
  readonly #roll = dice();
  readonly #shells: readonly (readonly ProcessSnapshot[])[];
  #eventNumber = 0;

  constructor(run: RunWriter, rules: readonly Rule[], size: Size) {
    this.#run = run;
    this.#rules = rules;
    this.#size = size;
    const init = processOf({ pid: 1, command: 'systemd' });
    this.#shells = Array.from({ length: CONTAINERS }, (_, at) => {
      const container = containerOf(at, at === 1 ? (size.nameBytes ?? 0) : 0);
      const shim = processOf({ pid: 100 + at, command: 'containerd-shim', parent: init });
      return [processOf({ pid: 200 + at, command: 'sh', parent: shim, container }), shim, init];
    });
  }

  play(): void {
    const { alerts, processes, children = 0, files = 0, connections = 0 } = this.#size;
    for (let at = 0; at < processes; at += 1) {
      const shell = this.#shells[this.#roll(CONTAINERS)] ?? [];
      const lineage = this.#begin(at, shell, SPAN / BigInt(processes));
      const share = (total: number): number =>
        Math.floor(((at + 1) * total) / processes) - Math.floor((at * total) / processes);
      for (let count = share(alerts); count > 0; count -= 1) {
        this.#alert(lineage);
      }
      this.#act(lineage, share(files), share(connections));
      this.#end(lineage);
    }
    for (let at = 0; at < children; at += 1) {
      this.#begin(processes + at, this.#shells[0] ?? [], SPAN / BigInt(children));
    }
  }

  #end([process]: readonly ProcessSnapshot[]): void {
    if (process?.startTime !== undefined) {
      this.#run.endProcess(process.pid, process.startTime + BigInt(this.#roll(1e9)));
    }
  }

  #begin(
    at: number,
    parents: readonly ProcessSnapshot[],
    step: bigint,
  ): readonly ProcessSnapshot[] {
    const [parent] = parents;
    const name = PROGRAMS[this.#roll(PROGRAMS.length)] ?? '';
    const pad = at === 7 ? 'n'.repeat(this.#size.nameBytes ?? 0) : '';
    const { processes } = this.#size;
    const startTime = FIRST + BigInt(at % processes) * step + BigInt(this.#roll(1e5));
    const process = processOf({
      pid: 1000 + at,
      command: `${name} ${this.#path()}${pad}`,
      startTime,
      ...(parent === undefined ? {} : { parent, container: parent.container }),
    });
    const lineage = [process, ...parents];
    this.#run.addProcess(lineage);
    return lineage;
  }

  #alert(lineage: readonly ProcessSnapshot[]): void {
    const [process] = lineage;
    const rule = this.#rules[this.#roll(RULES)];
    if (process === undefined || rule === undefined) {
      return;
    }
    this.#eventNumber += 1 + this.#roll(300);
    const { container } = process;
    const file = this.#path();
    const time = (process.startTime ?? 0n) + BigInt(this.#roll(1e9));
    const where = { id: 'host', name: 'host', image: '', ...container };
    const clock = new Date(Number(time / 1_000_000n)).toISOString().slice(11, 19);
    const message = `${rule.name} (user=${process.user ?? ''} command=${process.commandLine} file=${file} container_id=${where.id} container_name=${where.name} image=${where.image})`;
    const alert: Alert = {
      rule,
      time,
      eventNumber: this.#eventNumber,
      offset: this.#eventNumber * 90,
      output: `${clock}.${String(time % 1_000_000_000n).padStart(9, '0')}: ${rule.priority} ${message}`,
      message,
      fields: {
        'container.id': where.id,
        'container.image.repository': where.image,
        'container.name': where.name,
        'evt.time': time,
        'fd.name': file,
        'proc.cmdline': process.commandLine,
        'proc.name': process.name,
        'user.name': process.user ?? null,
      },
      cells: [],
      processes: lineage,
      container,
      request: undefined,
    };
    const grouping = {
      kind: 'container',
      key: where.id,
      subject: `container ${where.name.slice(0, 60)}`,
      why: 'They happened in the same container.',
    } as const;
    this.#run.addAlert(alert, { grouping, rootPid: undefined });
  }

  #act([process]: readonly ProcessSnapshot[], files: number, connections: number): void {
    const row = process === undefined ? null : this.#run.processRow(process.pid, process.startTime);
    const begun = process?.startTime ?? 0n;
    const common = {
      processId: row ?? null,
      first: begun,
      last: begun + 1000n,
      reads: 0,
      writes: 1,
      bytesRead: 0,
      failures: new Map<string, number>(),
      eventNumber: this.#eventNumber,
      offset: this.#eventNumber * 90,
    };
    for (let count = files; count > 0; count -= 1) {
      const path = `${this.#path()}${process?.pid === 1007 ? 'f'.repeat(this.#size.nameBytes ?? 0) : ''}`;
      this.#run.addFile({ ...common, ...NO_DEEDS, path, bytesWritten: this.#roll(1e6) }, undefined);
    }
    for (let count = connections; count > 0; count -= 1) {
      const remote = { address: `203.0.113.${this.#roll(250)}`, port: 443 };
      this.#run.addConnection(
        {
          ...{ ...common, protocol: 'tcp', direction: 'outgoing', local: undefined, remote },
          ...{ socketPath: undefined, begin: begun, end: undefined, result: 'ok' },
          bytesWritten: this.#roll(1e6),
        },
        undefined,
      );
    }
  }

  /** One of 50,000 names. */
  #path(): string {
    return `${FOLDERS[this.#roll(FOLDERS.length)] ?? ''}/file-${this.#roll(8000)}`;
  }
}

const NO_DEEDS = {
  ...{ opens: 1, creations: 0, executions: 0, removals: 0, renames: 0, links: 0 },
  ...{ modeChanges: 0, ownerChanges: 0, mode: undefined, owner: undefined },
  ...{ renamedFrom: undefined, renamedTo: undefined, linkTarget: undefined },
};

function processOf({
  pid,
  command,
  parent,
  container,
  startTime,
}: {
  readonly pid: number;
  readonly command: string;
  readonly parent?: ProcessSnapshot;
  readonly container?: ContainerSnapshot | undefined;
  readonly startTime?: bigint;
}): ProcessSnapshot {
  const name = command.split(' ')[0] ?? '';
  return {
    pid,
    startTime,
    birthTime: startTime,
    parentPid: parent?.pid,
    name,
    exe: name,
    exepath: `/usr/bin/${name}`,
    commandLine: command,
    cwd: '/',
    uid: pid % 3 === 0 ? 0 : 1000,
    user: pid % 3 === 0 ? 'root' : 'app',
    userFile: 0,
    loginuid: undefined,
    tty: 0,
    service: undefined,
    container,
  };
}

function containerOf(at: number, nameBytes: number): ContainerSnapshot {
  const id = String(at).padStart(12, 'c');
  return {
    id,
    fullId: id.padEnd(64, '0'),
    name: `k8s_app-${at}${'c'.repeat(nameBytes)}`,
    type: 'containerd',
    image: `registry.example.com/team/app-${at % 7}`,
    imageDigest: '',
    isPrivileged: at % 10 === 0,
    hasMetadata: true,
    metadataFile: 0,
    labels: new Map(),
    mounts: [],
    pod: `app-${at}`,
    namespace: 'shop',
    owner: undefined,
  };
}

function ruleOf(index: number): Rule {
  return {
    name: `Rule ${String(index + 1).padStart(2, '0')} about a program that did what it should not`,
    index,
    description: 'What it is about.',
    priority: PRIORITIES[index % PRIORITIES.length] ?? 'Notice',
    source: 'syscall',
    tags: ['container', TAGS[index % TAGS.length] ?? '', `T10${String(index).padStart(2, '0')}`],
    isEnabled: true,
    condition: { kind: 'and', children: [] },
    conditionText: `evt.type = openat and fd.name startswith /file-${index}`,
    output: 'x',
    macros: [],
    lists: [],
    exceptionFields: [],
    isCaptured: false,
    captureMs: 0,
    at: { file: 'rules.yaml', line: index * 10 + 1, column: 1 },
  };
}
