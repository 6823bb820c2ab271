/** An explanation as JSON: the shape is described in docs/why.md. */
import { utcTime } from '../../output/index.js';
import type { Position, Sides } from '../../rules/index.js';
import { textOfBytes } from '../../units.js';
import type { Explanation, ShownMiss, ShownNode, ShownPart, ShownWrong } from './explanation.js';
import type { Sight } from './sight.js';

/** One object, ready to be written. */
export function explanationJson(explanation: Explanation): object {
  const { at, fired, domainTypes, tree } = explanation;
  return {
    rule: explanation.rule,
    source: explanation.source,
    at: at === undefined ? null : placeJson(at),
    verdict: explanation.verdict,
    true_at: explanation.holdCount,
    fired: fired?.count ?? 0,
    first: fired === undefined ? null : sightJson(fired.first),
    last: fired === undefined ? null : sightJson(fired.last),
    evidence: explanation.evidence,
    events: explanation.eventCount,
    domain: {
      events: explanation.domainCount,
      types: domainTypes.map(({ name, count }) => ({ name: textOfBytes(name), events: count })),
    },
    funnels: explanation.funnels.map((parts) =>
      parts.map((part) => ({
        ...partJson(part),
        alone: part.alone,
        is_deciding: part.isDeciding,
        opened: part.opened.map(partJson),
      })),
    ),
    reasons: explanation.reasons.map(({ id, text, at: place }) => ({
      id,
      text,
      at: place === undefined ? null : placeJson(place),
    })),
    nearest_misses: explanation.misses.map(missJson),
    ...(tree === undefined ? {} : { tree: nodeJson(tree) }),
  };
}

/** A place in a rules file, or in the condition of the command line (`filter`). */
export function placeJson({ file, line, column }: Position): object {
  return { file, line, column };
}

/** An event. */
export function sightJson({ evidence, number, time, type, who }: Sight): object {
  return {
    evidence,
    event: number,
    time: utcTime(time),
    type: textOfBytes(type),
    who: textOfBytes(who),
  };
}

function partJson({ text, at, left }: ShownPart): object {
  return { text, at: placeJson(at), left };
}

function missJson({ event, count, wrong, isContradictory }: ShownMiss): object {
  return {
    ...sightJson(event),
    events: count,
    is_contradictory: isContradictory,
    wrong: wrong.map(wrongJson),
  };
}

function wrongJson({ text, at, through, wanted, saw }: ShownWrong): object {
  return { text, at: placeJson(at), through, wanted, ...sidesJson(saw) };
}

/** What a comparison saw; the other side only where it compares two fields. */
export function sidesJson(saw: Sides): object {
  const own = { saw: saw.left === undefined ? null : textOfBytes(saw.left) };
  return 'right' in saw
    ? { ...own, beside: saw.right === undefined ? null : textOfBytes(saw.right) }
    : own;
}

function nodeJson(node: ShownNode): object {
  return {
    kind: node.kind,
    text: node.text,
    at: placeJson(node.at),
    through: node.through,
    is_fixed: node.isFixed,
    true: node.holds,
    missing: node.missing,
    children: node.children.map(nodeJson),
  };
}
