/**
 * Names that a capture lacks, from files that describe the same machine: inspections of containers, lists of pods, passwd and
 * group. The capture's own word counts; a file fills in what it does not say. Of several files that describe one thing the
 * first counts. The machine asks here when a container is first seen, and `World.userOf` where the capture knows no user.
 */
import type { UserEntry } from '../capture/index.js';
import type { Diagnostic, DiagnosticId } from '../diagnostics.js';
import { textOfBytes } from '../units.js';
import type { Container } from './container.js';
import { completeContainer, contradictionsOf, labelledFrom } from './container-merge.js';
import { IdIndex } from './id-index.js';

/** A container as a file describes it; `container.metadataFile` says which. */
export interface DescribedContainer {
  /** The whole id, or its beginning. */
  readonly id: string;
  readonly container: Container;
}

/** Users and groups as a file has them. */
export interface DescribedAccounts {
  /** The container that they are of, or the beginning of its id; empty for the host. */
  readonly containerId: string;
  readonly users: readonly UserEntry[];
  readonly groups: readonly { readonly gid: number; readonly name: string }[];
  /** Number of the file, from 1. */
  readonly file: number;
}

/** All that the files say. They outlive a replay: each has a {@link Supplement} of its own. */
export interface Descriptions {
  /** Paths of the files, as given. */
  readonly files: readonly string[];
  readonly containers: readonly DescribedContainer[];
  readonly accounts: readonly DescribedAccounts[];
}

/** Something of a file, and the file's number. */
interface FromFile<T> {
  readonly value: T;
  readonly file: number;
}

interface Accounts {
  readonly users: ReadonlyMap<number, FromFile<UserEntry>>;
  readonly groups: ReadonlyMap<number, FromFile<string>>;
}

const NO_ACCOUNTS: Accounts = { users: new Map(), groups: new Map() };
const SHORT_LENGTH = 12;
/** Findings of one kind that are reported one by one; of more, the number. */
const MAX_REPORTED = 20;
/** Findings that are remembered, so that each is counted once. */
const MAX_REMEMBERED = 4096;

/** What a replay takes from the files, and what it found out about them. */
export class Supplement {
  readonly #files: readonly string[];
  readonly #containers = new IdIndex<Container>();
  readonly #accounts = new IdIndex<DescribedAccounts>();
  /** By container id as the capture has it; of the host, by the empty one. */
  readonly #accountsOf = new Map<string, Accounts>();
  readonly #hasAccounts: boolean;
  /** Numbers of the files that describe containers, and of those that described one of this capture. */
  readonly #describing = new Set<number>();
  readonly #used = new Set<number>();
  readonly #findings = new Map<string, Diagnostic>();
  #forgotten = 0;

  constructor({ files, containers, accounts }: Descriptions) {
    this.#files = files;
    for (const { id, container } of containers) {
      this.#containers.add(id, container);
      this.#describing.add(container.metadataFile);
    }
    for (const each of accounts.filter(({ containerId }) => containerId !== '')) {
      this.#accounts.add(each.containerId, each);
    }
    const ofHost = accounts.filter(({ containerId }) => containerId === '');
    this.#accountsOf.set('', this.#merged(ofHost, 'the host'));
    this.#hasAccounts = accounts.length > 0;
  }

  /** Whether there is a list of users or groups. */
  get hasAccounts(): boolean {
    return this.#hasAccounts;
  }

  /** The container `id`, of which the capture only has the id; `undefined`: no file describes it. */
  describe(id: string): Container | undefined {
    const found = this.#find(id, '');
    return found === undefined ? undefined : { ...found, id };
  }

  /** `container` with what the capture does not say of it. */
  complete(container: Container): Container {
    const found = this.#find(container.id, container.fullId);
    if (found === undefined) {
      return container;
    }
    for (const { what, own, other } of contradictionsOf(container, found)) {
      this.#note(
        'metadata/contradiction',
        `container ${textOfBytes(container.id)}: its ${what} is "${own}" in the capture and "${other}" in ${this.#nameOf(found.metadataFile)}; the capture's counts`,
      );
    }
    return completeContainer(container, found);
  }

  /** A user that the capture does not name. */
  user(containerId: string, uid: number): FromFile<UserEntry> | undefined {
    return this.#of(containerId).users.get(uid);
  }

  /** Name of a group that the capture does not name. */
  group(containerId: string, gid: number): FromFile<string> | undefined {
    return this.#of(containerId).groups.get(gid);
  }

  /** The capture names the user `uid`. */
  compareUser(containerId: string, uid: number, name: string): void {
    const known = this.user(containerId, uid);
    this.#compareName(`user ${uid}`, containerId, name, known && { ...known, value: known.value.name }); // prettier-ignore
  }

  /** The capture names the group `gid`. */
  compareGroup(containerId: string, gid: number, name: string): void {
    this.#compareName(`group ${gid}`, containerId, name, this.group(containerId, gid));
  }

  /** Contradictions, ids that fit several containers; of a capture that was read whole, files that describe no container of it. */
  diagnostics(isWhole: boolean): readonly Diagnostic[] {
    const found = [...this.#findings.values()];
    const more = found.length - MAX_REPORTED + this.#forgotten;
    const unused = this.#files
      .map((path, at) => ({ path, number: at + 1 }))
      .filter(({ number }) => isWhole && this.#describing.has(number) && !this.#used.has(number));
    return [
      ...found.slice(0, MAX_REPORTED),
      ...(more > 0
        ? [{ id: 'metadata/contradiction', detail: `${more} more such findings` } as const]
        : []),
      ...unused.map(({ path }): Diagnostic => ({
        id: 'metadata/unused',
        detail: `${path} does not apply to this capture: it describes none of its containers`,
      })),
    ];
  }

  /** What the files say of a container, the first first. */
  #find(id: string, fullId: string): Container | undefined {
    const { values, isAmbiguous } = this.#containers.find(id, fullId);
    if (isAmbiguous) {
      this.#noteAmbiguous(id, 'container');
    }
    const [first, ...others] = values;
    if (first === undefined) {
      return undefined;
    }
    this.#used.add(first.metadataFile);
    const all = others.reduce((one, other) => this.#completeFrom(id, one, other), first);
    return this.#withPod(all);
  }

  #completeFrom(id: string, one: Container, other: Container): Container {
    this.#used.add(other.metadataFile);
    for (const { what, own, other: said } of contradictionsOf(one, other)) {
      this.#note(
        'metadata/contradiction',
        `container ${textOfBytes(id)}: its ${what} is "${own}" in ${this.#nameOf(one.metadataFile)} and "${said}" in ${this.#nameOf(other.metadataFile)}; the first counts`,
      );
    }
    return { ...completeContainer(one, other), metadataFile: one.metadataFile };
  }

  /** A list of pods says what a container's pod is called. */
  #withPod(container: Container): Container {
    const { podSandboxId, isPodSandbox } = container;
    if (isPodSandbox || podSandboxId === '') {
      return container;
    }
    const [pod] = this.#containers.find(podSandboxId.slice(0, SHORT_LENGTH), podSandboxId).values;
    if (pod === undefined) {
      return container;
    }
    this.#used.add(pod.metadataFile);
    return labelledFrom(container, pod);
  }

  #of(containerId: string): Accounts {
    let accounts = this.#accountsOf.get(containerId);
    if (accounts === undefined) {
      const { values, isAmbiguous } = this.#accounts.find(containerId, '');
      if (isAmbiguous) {
        this.#noteAmbiguous(containerId, 'passwd or group file');
      }
      if (values.length === 0) {
        return NO_ACCOUNTS;
      }
      accounts = this.#merged(values, `container ${textOfBytes(containerId)}`);
      this.#accountsOf.set(containerId, accounts);
    }
    return accounts;
  }

  #merged(all: readonly DescribedAccounts[], owner: string): Accounts {
    const users = new Map<number, FromFile<UserEntry>>();
    const groups = new Map<number, FromFile<string>>();
    for (const { file, ...accounts } of all) {
      for (const user of accounts.users) {
        const known = enter(users, user.uid, { value: user, file });
        this.#compareFiles(`user ${user.uid} of ${owner}`, known && { ...known, value: known.value.name }, { value: user.name, file }); // prettier-ignore
      }
      for (const { gid, name } of accounts.groups) {
        const known = enter(groups, gid, { value: name, file });
        this.#compareFiles(`group ${gid} of ${owner}`, known, { value: name, file });
      }
    }
    return { users, groups };
  }

  #compareFiles(what: string, known: FromFile<string> | undefined, entry: FromFile<string>): void {
    if (known !== undefined && known.file !== entry.file && known.value !== entry.value) {
      this.#note(
        'metadata/contradiction',
        `${what}: "${textOfBytes(known.value)}" in ${this.#nameOf(known.file)} and "${textOfBytes(entry.value)}" in ${this.#nameOf(entry.file)}; the first counts`,
      );
    }
  }

  #compareName(
    what: string,
    containerId: string,
    own: string,
    known: FromFile<string> | undefined,
  ): void {
    if (known !== undefined && own !== '' && known.value !== own) {
      const owner = containerId === '' ? 'the host' : `container ${textOfBytes(containerId)}`;
      this.#note(
        'metadata/contradiction',
        `${what} of ${owner}: "${textOfBytes(own)}" in the capture and "${textOfBytes(known.value)}" in ${this.#nameOf(known.file)}; the capture's counts`,
      );
    }
  }

  #noteAmbiguous(id: string, what: string): void {
    this.#note(
      'metadata/ambiguous-id',
      `container ${textOfBytes(id)}: more than one ${what} fits its id, or one short id fits other containers too; none was used`,
    );
  }

  #note(id: DiagnosticId, detail: string): void {
    if (this.#findings.size < MAX_REMEMBERED) {
      this.#findings.set(detail, { id, detail });
    } else if (!this.#findings.has(detail)) {
      this.#forgotten += 1;
    }
  }

  #nameOf(file: number): string {
    return this.#files[file - 1] ?? 'another file';
  }
}

/** What `table` has for `id` already; two names for one id are normal: the first counts, as for getpwuid(3). */
function enter<T>(
  table: Map<number, FromFile<T>>,
  id: number,
  entry: FromFile<T>,
): FromFile<T> | undefined {
  const known = table.get(id);
  if (known === undefined) {
    table.set(id, entry);
  }
  return known;
}
