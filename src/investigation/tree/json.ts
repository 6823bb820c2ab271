/** Process trees for programs: a line of JSON for each program, parents before their children. */
import type { Sink } from '../../output/index.js';
import type { ProcessFacts, RunFacts } from '../../store/index.js';
import { timeText } from '../account/phrases.js';
import type { ShownProcess } from './choose.js';

/** Print every program of `trees`. */
export function treeJson({ id }: RunFacts, trees: readonly ShownProcess[], sink: Sink): void {
  const waiting = trees.map((process) => ({ process, depth: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined && sink.isOpen; next = waiting.pop()) {
    const { process, depth } = next;
    for (const program of process.node.programs) {
      sink.writeJson(JSON.stringify({ run_id: Number(id), depth, ...shown(program, process) }));
    }
    const below = process.children.map((child) => ({ process: child, depth: depth + 1 }));
    waiting.push(...below.reverse());
  }
}

function shown(program: ProcessFacts, { isChosen, alerts }: ShownProcess): object {
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
    start: program.start === null ? null : timeText(program.start),
    end: program.end === null ? null : timeText(program.end),
    is_chosen: isChosen,
    alerts: alerts
      .filter(({ processId }) => processId === program.id)
      .map(({ id, time, rule, priority }) => ({
        alert_id: Number(id),
        time: timeText(time),
        rule,
        priority,
      })),
  };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
