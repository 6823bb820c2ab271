/**
 * Why a rule stays silent, as far as that is known: from what most surely is the cause to what may be. Each reason has an id
 * that does not change, and a sentence in which every text of others is made safe to show.
 */
import { escapeLine, escapeText, grouped } from '../../output/index.js';
import type { Definitions, Overridden, Silence, TraceNode } from '../../rules/index.js';
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
  (facts) => overriddenReasons(facts, 'on the way'),
  exceptionReasons,
  culpritReasons,
  (facts) => overriddenReasons(facts, 'elsewhere'),
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
    : [{ id: silence.reason, text: silenceText(silence), at: plan.subject.at }];
}

/** Of one rule; the details are phrases about several. */
function silenceText({ reason, detail }: Silence): string {
  switch (reason) {
    case 'never-true':
      return 'its condition can never hold';
    case 'no-such-container':
      return 'no container that was recorded is one that it asks for';
    case 'no-container-metadata':
      return 'the evidence has no container metadata';
    default:
      return escapeText(detail);
  }
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

/**
 * Where what the rule is made of was replaced or changed by a later item: on the way to the part that nothing passed, which may
 * well be the cause, or elsewhere.
 */
function overriddenReasons(
  { plan: { overridden, subject }, watch, deciding }: Facts,
  where: 'on the way' | 'elsewhere',
): readonly Reason[] {
  const { lists } = subject.buildings.definitions;
  const onTheWay = withInner(
    deciding.flatMap(({ node }) => (node ? namesIn(node) : [])),
    lists,
  );
  if (watch.trace.holdCount === 0) {
    onTheWay.add(`rule ${subject.name}`);
  }
  const used = withInner(
    [...watch.trace.tree.nodes.flatMap(ownNames), `rule ${subject.name}`],
    lists,
  );
  const last = new Map<string, Overridden>();
  for (const each of overridden) {
    const key = `${each.kind} ${each.name}`;
    // what a file appends to its own items is no surprise
    const isNews = each.how === 'replaced' || each.by.file !== each.before.file;
    if (isNews && used.has(key) && onTheWay.has(key) === (where === 'on the way')) {
      last.set(key, each);
    }
  }
  return [...last.values()].map(overriddenReason);
}

function ownNames({ kind, name, through, written }: TraceNode): readonly string[] {
  const macros = through.map((each) => `macro ${each}`);
  if (kind === 'macro' || kind === 'list') {
    return [...macros, `${kind} ${name}`];
  }
  // an empty list leaves no node
  const right = written.kind === 'comparison' ? written.right : undefined;
  const items = right?.kind === 'list' ? right.items : [];
  const lists = items.flatMap((item) =>
    item.kind === 'literal' && item.isBare === true ? [`list ${item.text}`] : [],
  );
  return [...macros, ...lists];
}

function namesIn(node: TraceNode): readonly string[] {
  return [...ownNames(node), ...node.children.flatMap(namesIn)];
}

/** Also the lists that these lists name. */
function withInner(names: readonly string[], lists: Definitions['lists']): Set<string> {
  const found = new Set(names);
  for (const key of found) {
    const list = key.startsWith(LIST) ? lists.get(key.slice(LIST.length)) : undefined;
    for (const { text } of list?.items ?? []) {
      if (lists.has(text)) {
        found.add(LIST + text); // is looked at in turn
      }
    }
  }
  return found;
}

const LIST = 'list ';

const OVERRIDES: Readonly<Record<Overridden['how'], (each: Overridden) => string>> = {
  replaced: ({ kind, name, before, by }) =>
    `the ${kind} "${escapeText(name)}" of ${shortPlace(before)} counts no more: ${shortPlace(by)} replaces it`,
  appended: ({ kind, name, before, by }) =>
    `${shortPlace(by)} appends to the ${kind} "${escapeText(name)}" of ${shortPlace(before)}`,
  changed: ({ kind, name, before, by }) =>
    `${shortPlace(by)} changes the ${kind} "${escapeText(name)}" of ${shortPlace(before)}`,
};

function overriddenReason(each: Overridden): Reason {
  return { id: `${each.kind}-overridden`, text: OVERRIDES[each.how](each), at: each.by };
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
