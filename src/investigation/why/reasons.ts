/**
 * Why a rule stays silent, as far as that is known: from what most surely is the cause to what may be. Each reason has an id
 * that does not change, and a sentence in which every text of others is made safe to show.
 */
import { escapeLine, escapeText, grouped } from '../../output/index.js';
import type { Overridden, TraceNode } from '../../rules/index.js';
import { culpritReasons } from './culprits.js';
import { quoted, type Facts, type Reason } from './facts.js';
import { counted } from '../words/counted.js';
import { shortPlace } from './place.js';
import type { Taken } from './watch.js';

/** Values of an exception, and rules that shadow, that are listed. */
const MAX_LISTED = 3;
const MAX_VALUES_TEXT = 160;

/** All reasons that are known. */
export function reasonsOf(facts: Facts): readonly Reason[] {
  return FINDERS.flatMap((find) => find(facts));
}

const FINDERS: readonly ((facts: Facts) => readonly Reason[])[] = [
  fateReasons,
  shadowReasons,
  silenceReasons,
  exceptionReasons,
  culpritReasons,
  overriddenReasons,
  partReasons,
  damageReasons,
];

function fateReasons({ plan: { fate, subject } }: Facts): readonly Reason[] {
  return fate === undefined ? [] : [{ id: fate.id, text: fate.text, at: subject.at }];
}

function shadowReasons({ watch: { shadows } }: Facts): readonly Reason[] {
  return [...shadows]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, MAX_LISTED)
    .map(([rule, { count, first, last }]) => ({
      id: 'shadowed',
      text:
        `shadowed by ${quoted(rule.name)}, which comes before it and took ${counted(count, 'event')} ` +
        `(${count === 1 ? `number ${first.number}` : `numbers ${first.number} to ${last.number}`}); --match all alerts both`,
      at: rule.at,
    }));
}

function silenceReasons({ silence, plan }: Facts): readonly Reason[] {
  return silence === undefined
    ? []
    : [{ id: silence.reason, text: escapeText(silence.detail), at: plan.subject.at }];
}

function exceptionReasons({ watch: { taken } }: Facts): readonly Reason[] {
  return [...taken]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([node, { count, values }]) => ({
      id: 'exception',
      text: `the exception ${quoted(nameOf(node))} took ${counted(count, 'event')} out: ${valuesText(values)}`,
      at: node.at,
    }));
}

function nameOf(node: TraceNode): string {
  return Buffer.from(node.name, 'utf8').latin1Slice();
}

function valuesText(values: Taken['values']): string {
  const sorted = [...values].sort(([, a], [, b]) => b - a);
  const shown = sorted
    .slice(0, MAX_LISTED)
    .map(([text, count]) => `${escapeLine(text.slice(0, MAX_VALUES_TEXT))} (${grouped(count)})`);
  return [...shown, ...(sorted.length > MAX_LISTED ? ['others'] : [])].join(', ');
}

/** Where what the rule is made of was replaced by a later item. */
function overriddenReasons({ plan: { overridden, subject }, watch }: Facts): readonly Reason[] {
  const used = new Set<string>();
  for (const { kind, name } of watch.trace.tree.nodes) {
    if (kind === 'macro' || kind === 'list') {
      used.add(`${kind} ${name}`);
    }
  }
  used.add(`rule ${subject.name}`);
  const last = new Map<string, Overridden>();
  for (const each of overridden) {
    const key = `${each.kind} ${each.name}`;
    if (used.has(key)) {
      last.set(key, each);
    }
  }
  return [...last.values()].map(({ kind, name, before, by }) => ({
    id: `${kind}-overridden`,
    text: `the ${kind} "${escapeText(name)}" of ${shortPlace(before)} counts no more: ${shortPlace(by)} replaces it`,
    at: by,
  }));
}

/** That only part of the evidence was shown explains much. */
function partReasons({ plan, watch }: Facts): readonly Reason[] {
  return plan.isWhole || watch.fired !== undefined || watch.offeredCount > 0
    ? []
    : [{ id: 'not-shown', text: 'no event of the evidence lies in the part that was asked for' }];
}

function damageReasons({ isDamaged, watch }: Facts): readonly Reason[] {
  return isDamaged && watch.fired === undefined
    ? [
        {
          id: 'damaged',
          text: 'parts of the evidence could not be read, and the rule was not asked there',
        },
      ]
    : [];
}
