/** Why a field has no value: what the evidence, or a system call, does not give. */
import { ANSWER, type AskingNode } from '../../rules/index.js';
import { isAboutFailure, type RuleWatch } from './watch.js';

export const OF_CONTAINERS = /^(?:container|k8s)\./;
/** What is read from parameters, those of the start of a program too: later layouts have more of them. */
export const OF_LAYOUT =
  /^(?:evt\.(?:arg|rawarg|args)|proc\.(?:exepath|exe_|is_exe_|tty|loginuid|v?pgid|sid)|thread\.cap_|user\.|group\.)/;

/** Values that stand for what the capture does not say. */
export const UNKNOWN_TEXTS: readonly string[] = ['<NA>', ''];

/** A cause, its id as reasons have it. */
interface Cause {
  readonly id: string;
  readonly why: string;
}

/** Why a field of a class has no value; the first whose fields fit, and which is true, counts. */
const CAUSES: readonly (Cause & {
  readonly fields: RegExp;
  readonly isTrue: (watch: RuleWatch, node: AskingNode) => boolean;
})[] = [
  {
    id: 'no-container-metadata',
    fields: OF_CONTAINERS,
    isTrue: ({ knowledge }) => !knowledge.hasContainerMetadata,
    why: 'the evidence has no container metadata',
  },
  {
    id: 'no-user-list',
    fields: /^(?:user|group)\./,
    isTrue: ({ knowledge }) => !knowledge.hasUsers,
    why: 'the evidence has no list of users',
  },
  {
    id: 'old-layout',
    fields: OF_LAYOUT,
    isTrue: ({ oldLayoutCount }) => oldLayoutCount > 0,
    why: 'the events are of an older layout, without that parameter',
  },
  {
    id: 'failed-calls',
    fields: /^(?:fd|evt)\./,
    isTrue: (watch, node) => isAboutFailure(node) && areMissingFailed(watch, node),
    why: 'these are system calls that failed, which give no descriptor',
  },
  {
    id: 'no-descriptor',
    fields: /^fd\./,
    isTrue: () => true,
    why: 'the events are about no such descriptor, or it was opened before the recording',
  },
  {
    id: 'unknown-process',
    fields: /^(?:proc|thread)\./,
    isTrue: () => true,
    why: 'the capture does not describe those processes so far',
  },
];

const NO_CAUSE: Cause = { id: 'missing-value', why: 'these events have none' };

/** Why what a comparison asks for was missing. */
export function causeOf(node: AskingNode, watch: RuleWatch): Cause {
  const { name } = node.comparison.left;
  return CAUSES.find(({ fields, isTrue }) => fields.test(name) && isTrue(watch, node)) ?? NO_CAUSE;
}

/** Whether all events without a value were system calls that failed. */
function areMissingFailed({ groups }: RuleWatch, { predicate }: AskingNode): boolean {
  const missing = [...groups].filter(([{ answers }]) => answers[predicate.id] === ANSWER.MISSING);
  return missing.length > 0 && missing.every(([{ count }, failed]) => count === failed);
}

/** What surprises of `!=`. */
export function withoutValueText({ comparison }: AskingNode): string {
  return comparison.operator === '!=' ? '; without a value no comparison holds, not even !=' : '';
}
