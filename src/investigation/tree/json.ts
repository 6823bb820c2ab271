/** Process trees for programs: a line of JSON for each row of the case, parents before their children. */
import { utcTime, type Sink } from '../../output/index.js';
import type { ProcessFacts, RunFacts } from '../../store/index.js';
import type { ShownProcess } from './choose.js';

/** Print every row of `trees`. */
export function treeJson({ id }: RunFacts, trees: readonly ShownProcess[], sink: Sink): void {
  const waiting = trees.map((process) => ({ process, depth: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined && sink.isOpen; next = waiting.pop()) {
    const { process, depth } = next;
    for (const row of process.node.rows) {
      sink.writeJson(JSON.stringify({ run_id: Number(id), depth, ...shown(row, process) }));
    }
    for (let at = process.children.length - 1; at >= 0; at -= 1) {
      waiting.push({ process: process.children[at] as ShownProcess, depth: depth + 1 });
    }
  }
}

function shown(program: ProcessFacts, { node, isChosen, alerts }: ShownProcess): object {
  return {
    process_id: Number(program.id),
    parent_id: numberOf(program.parentId),
    pid: numberOf(program.pid),
    cmdline: program.cmdline,
    user: program.user,
    uid: numberOf(program.uid),
    login_uid: numberOf(program.loginUid),
    container: program.containerId,
    container_name: program.containerName,
    start: program.start === null ? null : utcTime(program.start),
    end: program.end === null ? null : utcTime(program.end),
    // a copy of its parent that soon ran something else; `parent_id` may name it
    is_copy: !node.programs.includes(program),
    is_chosen: isChosen,
    alerts: alerts
      .filter(({ processId }) => processId === program.id)
      .map(({ id, time, rule, priority }) => ({
        alert_id: Number(id),
        time: utcTime(time),
        rule,
        priority,
      })),
  };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
