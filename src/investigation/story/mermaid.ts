/** A story as a Mermaid diagram: processes from parent to child, with their alerts, files and connections. */
import { mermaidText } from '../../output/index.js';
import {
  connectionText,
  connectionVerb,
  fileText,
  fileVerb,
  processText,
  requestText,
} from '../account/phrases.js';
import { everyProcess, forestOf, type ProcessNode } from '../account/processes.js';
import type { Story } from './find.js';

/** A diagram of more is not read: what is left out is said in it. */
const MAX_NODES = 150;

/** Alerts of these ranks are drawn as severe. */
const SEVERE = 3n;

/** The whole diagram. */
export function storyMermaid(story: Story): string {
  const diagram = new Diagram();
  const nodeOf = new Map<bigint, string>();
  const roots = forestOf(story.processes.rows);
  for (const node of everyProcess(roots)) {
    const name = diagram.add('p', `["${processLabel(node)}"]`, isFocus(node, story) ? 'focus' : undefined); // prettier-ignore
    node.rows.forEach(({ id }) => name !== undefined && nodeOf.set(id, name));
  }
  for (const node of everyProcess(roots)) {
    const from = nodeOf.get(node.rows[0]?.id ?? -1n);
    node.children.forEach(({ rows: [first] }) => {
      diagram.link(from, '-->', first === undefined ? undefined : nodeOf.get(first.id));
    });
  }
  addDeeds(diagram, story, (id) => (id === null ? undefined : nodeOf.get(id)));
  return diagram.text();
}

function addDeeds(
  diagram: Diagram,
  { requests, alerts, files, connections, focus }: Story,
  nodeOf: (id: bigint | null) => string | undefined,
): void {
  for (const request of requests.rows) {
    const node = diagram.add('r', `>"${requestText(request, mermaidText)}"]`, 'request');
    for (const id of focus) {
      diagram.link(node, '-.->', nodeOf(id));
    }
  }
  for (const { rule, priority, rank, processId } of alerts.rows) {
    const label = `{{"${mermaidText(priority)}: ${mermaidText(rule)}"}}`;
    if (nodeOf(processId) === undefined) {
      continue; // of the incident, but of other processes
    }
    diagram.link(nodeOf(processId), '-.-', diagram.add('a', label, rank <= SEVERE ? 'severe' : 'alert')); // prettier-ignore
  }
  for (const file of files.rows) {
    const node = diagram.add('f', `[/"${fileText(file, mermaidText)}"/]`);
    diagram.link(nodeOf(file.processId), `-->|${fileVerb(file)}|`, node);
  }
  for (const connection of connections.rows) {
    const node = diagram.add('c', `(["${connectionText(connection, mermaidText)}"])`);
    diagram.link(nodeOf(connection.processId), `-->|${connectionVerb(connection)}|`, node);
  }
}

function processLabel({ programs }: ProcessNode): string {
  return programs
    .map((program, at) => `${at === 0 ? '' : 'then '}${processText(program, mermaidText)}`)
    .join('<br/>');
}

function isFocus({ rows }: ProcessNode, { focus }: Story): boolean {
  return rows.some(({ id }) => focus.has(id));
}

/** Nodes and links of a diagram that grows. */
class Diagram {
  readonly #lines: string[] = [];
  #nodeCount = 0;
  #leftOut = 0;

  /** Add a node of a kind; `undefined` where the diagram is full. */
  add(kind: string, shape: string, style?: string): string | undefined {
    if (this.#nodeCount >= MAX_NODES) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#nodeCount += 1;
    const name = `${kind}${this.#nodeCount}`;
    this.#lines.push(`  ${name}${shape}${style === undefined ? '' : `:::${style}`}`);
    return name;
  }

  link(from: string | undefined, arrow: string, to: string | undefined): void {
    if (from !== undefined && to !== undefined) {
      this.#lines.push(`  ${from} ${arrow} ${to}`);
    }
  }

  text(): string {
    const more = this.#leftOut === 0 ? [] : [`  more["and ${this.#leftOut} more, see -f text"]`];
    return [
      'flowchart TD',
      ...this.#lines,
      ...more,
      '  classDef focus stroke-width:3px',
      '  classDef alert fill:#fff3cd',
      '  classDef severe fill:#f8d7da',
      '  classDef request fill:#d1ecf1',
      '',
    ].join('\n');
  }
}
