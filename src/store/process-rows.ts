/** Rows of processes and containers of one run: each is made once, and found again by what it is. */
import type { ContainerSnapshot, ProcessSnapshot } from '../alerts/index.js';
import { containerRow, processRow } from './row-values.js';
import type { RowWriter } from './row-writer.js';

/** A row of a process; `id` is `null` where the case could not take it. */
interface KnownProcess {
  readonly id: bigint | null;
  readonly start: bigint | undefined;
}

/** The processes and containers of one run, and which rows they have. */
export class ProcessRows {
  readonly #rows: RowWriter;
  readonly #containerKeys = new Map<string, bigint | null>();
  /** Rows of processes that still run, by pid. */
  readonly #running = new Map<number, KnownProcess>();
  /** A process stays in the machine until the event after its end, which may not come. */
  #lastEnded: (KnownProcess & { readonly pid: number }) | undefined;

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  /** Row of a process that runs and whose row is known; `undefined`: its lineage has to be given. */
  known(pid: number, start: bigint | undefined): bigint | null | undefined {
    const process = this.#running.get(pid);
    return process !== undefined && process.start === start ? process.id : undefined;
  }

  /** Row of the nearest process of a lineage; rows of its ancestors are made where they are missing. */
  lineage(lineage: readonly ProcessSnapshot[]): bigint | null {
    let parent: bigint | null = null;
    for (let at = lineage.length - 1; at >= 0; at -= 1) {
      const process = lineage[at] as ProcessSnapshot;
      const ended = this.#lastEnded?.pid === process.pid ? this.#lastEnded : undefined;
      const running = this.#running.get(process.pid);
      const known = running ?? ended;
      parent =
        known !== undefined && known.start === process.startTime
          ? known.id
          : this.#add(process, parent, running);
    }
    return parent;
  }

  /** A process exited at `time`; whether anything was known of it. */
  end(pid: number, time: bigint): void {
    const process = this.#running.get(pid);
    if (process !== undefined) {
      this.#running.delete(pid);
      this.#lastEnded = { pid, ...process };
      this.#rows.change('endProcess', time, process.id);
    }
  }

  isRunning(pid: number): boolean {
    return this.#running.has(pid);
  }

  /** Row of a container, brought up to date with what became known of it; `null` on the host. */
  container(container: ContainerSnapshot | undefined): bigint | null {
    if (container === undefined) {
      return null;
    }
    const known = this.#containerKeys.get(container.id);
    if (known !== undefined && !container.hasMetadata) {
      return known;
    }
    const key = this.#rows.put('containers', containerRow(container));
    this.#containerKeys.set(container.id, key);
    return key;
  }

  #add(
    process: ProcessSnapshot,
    parent: bigint | null,
    replaced: KnownProcess | undefined,
  ): bigint | null {
    if (replaced !== undefined && process.startTime !== undefined) {
      this.#rows.change('endProcess', process.startTime, replaced.id);
    }
    const container = this.container(process.container);
    const id = this.#rows.insert('processes', processRow(process, { parent, container }));
    this.#running.set(process.pid, { id, start: process.startTime });
    return id;
  }
}
