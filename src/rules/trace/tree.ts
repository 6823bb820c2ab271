/**
 * The condition of a rule as a tree of nodes that can be counted: as written, with macros, lists and exceptions as nodes of
 * their own. What is used in two places is two nodes, each with the place it came from and the macros it came through.
 */
import { UserError } from '../../errors.js';
import { SYSCALL_SOURCE } from '../../events/index.js';
import type { Comparison, Condition, Literal, Position } from '../ast.js';
import type { Predicate, Questions } from '../engine/predicate.js';
import { isTypeField } from '../event-types.js';
import type { Definitions } from '../resolution.js';
import { ListExpander, resolveCondition, type Scope } from '../resolve.js';
import type { Written, WrittenRule } from '../written.js';

/** Nodes of one rule that are traced; what is larger is refused. The largest stock rule has 800. */
const MAX_NODES = 300_000;

interface NodeBase {
  /** Its number in the tree; parents come before their children. */
  readonly index: number;
  /** What it was made of. */
  readonly written: Condition;
  readonly at: Position;
  /** Macros on the way to it, the outermost first. */
  readonly through: readonly string[];
  /** Those that decide it; of a comparison, the lists that it names. */
  readonly children: readonly TraceNode[];
}

/** `and`, `or`; `not`, and an exception, which is true where it takes nothing out; a macro. */
export interface InnerNode extends NodeBase {
  readonly kind: 'and' | 'or' | 'not' | 'exception' | 'macro';
  /** Of a macro or an exception; text. */
  readonly name: string;
}

/** A question about the event; or whether it is answered with `yes` by one list that a comparison names. */
export interface AskingNode extends NodeBase {
  readonly kind: 'comparison' | 'list';
  /** Of a list; text. */
  readonly name: string;
  /** Without names of lists. */
  readonly comparison: Comparison;
  readonly predicate: Predicate;
  /** Whether the type of the event decides it. */
  readonly isFixed: boolean;
}

export type TraceNode = InnerNode | AskingNode;

/** A condition in nodes. */
export interface TraceTree {
  readonly source: string;
  readonly root: TraceNode;
  /** All, by index. */
  readonly nodes: readonly TraceNode[];
  readonly exceptions: readonly TraceNode[];
}

/** What conditions are built with. */
export interface Buildings {
  readonly definitions: Definitions;
  readonly written: Written;
}

/**
 * Grow the tree of a rule that loaded.
 *
 * @param rule - The rule as written.
 * @param source - Whose events it is for.
 * @param buildings - The macros and lists that it was loaded with.
 * @param questions - What its comparisons become part of.
 * @throws {UserError} `TRACE_SIZE`
 */
export function growTree(
  rule: WrittenRule,
  source: string,
  buildings: Buildings,
  questions: Questions,
): TraceTree {
  const grower = new Grower(source, buildings, questions);
  const root = grower.rule(rule);
  return { source, root, nodes: grower.nodes, exceptions: grower.exceptions };
}

const NOWHERE: Position = { file: '', line: 1, column: 1 };

class Grower {
  readonly nodes: TraceNode[] = [];
  readonly exceptions: TraceNode[] = [];
  readonly #source: string;
  readonly #written: Written;
  readonly #questions: Questions;
  readonly #expander: ListExpander;
  readonly #scope: Scope;
  readonly #resolved = new WeakMap<Comparison, ResolvedComparison>();

  constructor(source: string, { definitions, written }: Buildings, questions: Questions) {
    this.#source = source;
    this.#written = written;
    this.#questions = questions;
    this.#expander = new ListExpander(definitions.lists);
    this.#scope = {
      macros: definitions.macros,
      isBroken: () => false,
      isShipped: () => false,
      macro: () => {
        throw new Error('a comparison was resolved that names a macro');
      },
    };
  }

  rule({ condition, exceptions }: WrittenRule): TraceNode {
    if (exceptions.length === 0 || condition.kind !== 'and') {
      return this.#grow(condition, []);
    }
    const [own, ...taken] = condition.children;
    const [index, children] = this.#begin();
    children.push(this.#grow(own as Condition, []));
    taken.forEach((part, at) => {
      const name = exceptions[at] ?? '';
      const inner = part.kind === 'not' ? part.child : part;
      const node = this.#inner('exception', { written: part, name, through: [] }, [inner]);
      this.exceptions.push(node);
      children.push(node);
    });
    const at = children[0]?.at ?? NOWHERE;
    return this.#end({
      index,
      kind: 'and',
      name: '',
      written: condition,
      at,
      through: [],
      children,
    });
  }

  #grow(condition: Condition, through: readonly string[]): TraceNode {
    switch (condition.kind) {
      case 'comparison':
        return this.#comparison(condition, through);
      case 'macro': {
        const { name } = condition;
        const meant = this.#written.macros.get(name);
        if (meant === undefined) {
          throw new Error(`the macro ${name} was not kept as written`);
        }
        return this.#inner(
          'macro',
          { written: condition, name, through },
          [meant],
          [...through, name],
        );
      }
      case 'not':
        return this.#inner('not', { written: condition, name: '', through }, [condition.child]);
      default:
        return this.#inner(
          condition.kind,
          { written: condition, name: '', through },
          condition.children,
        );
    }
  }

  #inner(
    kind: InnerNode['kind'],
    own: Pick<InnerNode, 'written' | 'name' | 'through'>,
    parts: readonly Condition[],
    through = own.through,
  ): TraceNode {
    const [index, children] = this.#begin();
    for (const part of parts) {
      children.push(this.#grow(part, through));
    }
    const at = own.written.at ?? children[0]?.at ?? NOWHERE;
    return this.#end({ ...own, kind, index, at, children });
  }

  #comparison(written: Comparison, through: readonly string[]): TraceNode {
    const { comparison, lists } = this.#resolve(written);
    const [index, children] = this.#begin();
    const common = { written, through };
    for (const { name, items } of lists) {
      const [at] = this.#begin();
      const right = { kind: 'list', items, at: written.at } as const;
      const only = { ...comparison, right };
      const of = { ...common, ...this.#ask(only), index: at, at: written.at };
      children.push(this.#end({ ...of, kind: 'list', name, children: [] }));
    }
    const asked = this.#ask(comparison);
    return this.#end({
      ...common,
      ...asked,
      kind: 'comparison',
      name: '',
      index,
      at: written.at,
      children,
    });
  }

  #ask(comparison: Comparison): Pick<AskingNode, 'comparison' | 'predicate' | 'isFixed'> {
    const predicate = this.#questions.predicate(comparison, this.#source);
    // of a log, the type is what the request says of itself, and could be another
    const isFixed =
      isAboutType(comparison) || (predicate.subject === 'type' && this.#source === SYSCALL_SOURCE);
    return { comparison, predicate, isFixed };
  }

  #resolve(written: Comparison): ResolvedComparison {
    let found = this.#resolved.get(written);
    if (found === undefined) {
      const { condition, lists } = resolveCondition(written, this.#scope, this.#expander);
      const parts = [...lists].map(([name, { items }]) => ({ name, items }));
      found = { comparison: condition as Comparison, lists: parts };
      this.#resolved.set(written, found);
    }
    return found;
  }

  /** Take a number before the children take theirs. */
  #begin(): [index: number, children: TraceNode[]] {
    const index = this.nodes.length;
    if (index >= MAX_NODES) {
      throw new UserError({
        code: 'TRACE_SIZE',
        what: 'Cannot trace this condition',
        why: `with all its macros it has more than ${MAX_NODES} parts`,
        fix: 'use lists and "in" instead of macros in macros',
      });
    }
    this.nodes.push(undefined as unknown as TraceNode); // its place; #end fills it
    return [index, []];
  }

  #end<T extends TraceNode>(node: T): T {
    this.nodes[node.index] = node;
    return node;
  }
}

interface ResolvedComparison {
  readonly comparison: Comparison;
  readonly lists: readonly { readonly name: string; readonly items: readonly Literal[] }[];
}

/** Whether a comparison asks for the type of the event itself, by which rules are sorted. */
export function isAboutType(comparison: Comparison): boolean {
  return isTypeField(comparison) && comparison.right?.kind !== 'field';
}
