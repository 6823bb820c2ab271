/** Two sets of rules at each moment of one replay: which alerts are the same, gained, lost or changed. */
import { AlertBuilder, compileTemplate, type Template } from '../../alerts/index.js';
import { DEFAULT_SETTINGS } from '../../fields/index.js';
import { Matcher, type Rule } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';
import { SightMaker } from '../why/sight.js';
import type { RuleChanges } from './rule-changes.js';
import { ModeTally, type Example, type Kind, type ModeDifference } from './tally.js';

/** Who did it, in a word. */
const WHO: Readonly<Record<string, string>> = {
  syscall: '*%proc.name',
  k8s_audit: '*%ka.user.name',
  aws_cloudtrail: '*%ct.user',
};
const ANYBODY = '*%evt.plugininfo';
/** Outputs and names of examples are kept this long, in bytes. */
const MAX_OUTPUT = 400;
const MAX_WHO = 64;

/** One for all the evidence. */
export class Comparison {
  readonly #old: readonly Rule[];
  readonly #now: readonly Rule[];
  /** Names of old rules that have another one now. */
  readonly #newNames: ReadonlyMap<string, string>;
  /** The new rules by name: what is lost is shown at the rule that lost it. */
  readonly #nowByName: ReadonlyMap<string, Rule>;
  readonly #modes = { all: new ModeTally('all'), first: new ModeTally('first') };
  readonly #builder = new AlertBuilder({ timeFormat: 'clock' });
  readonly #sights = new Map<string, SightMaker>();
  readonly #who = new Map<string, Template>();
  #matchers: { readonly old: Matcher; readonly now: Matcher };
  #evidence = '';

  constructor(old: readonly Rule[], now: readonly Rule[], { renamed }: RuleChanges) {
    this.#old = old;
    this.#now = now;
    this.#newNames = new Map(renamed.map((each) => [each.old.name, each.now.name]));
    this.#nowByName = new Map(now.map((rule) => [rule.name, rule]));
    this.#builder.prepare([...old, ...now]);
    this.#matchers = this.#newMatchers();
  }

  #newMatchers(): { readonly old: Matcher; readonly now: Matcher } {
    return { old: new Matcher(this.#old), now: new Matcher(this.#now) };
  }

  /** A piece of evidence begins: another machine. */
  begin(evidence: string): void {
    this.#evidence = evidence;
    this.#matchers = this.#newMatchers();
  }

  /** Whether some rule of either set may match at an event of this moment's kind. */
  wants(moment: Moment): boolean {
    return this.#matchers.old.wants(moment) || this.#matchers.now.wants(moment);
  }

  look(moment: Moment): void {
    const old = this.#matchers.old.match(moment);
    const now = this.#matchers.now.match(moment);
    if (old.length > 0 || now.length > 0) {
      this.#compare(this.#modes.all, { old, now }, moment);
      this.#compare(this.#modes.first, { old: old.slice(0, 1), now: now.slice(0, 1) }, moment);
      this.#noteMove(old, now);
    }
  }

  /** First those that all rules make, then those of the first rule alone. */
  results(): readonly ModeDifference[] {
    return [this.#modes.all.result(), this.#modes.first.result()];
  }

  #nameNow(rule: Rule): string {
    return this.#newNames.get(rule.name) ?? rule.name;
  }

  #compare(
    tally: ModeTally,
    { old, now }: { readonly old: readonly Rule[]; readonly now: readonly Rule[] },
    moment: Moment,
  ): void {
    tally.oldCount += old.length;
    tally.newCount += now.length;
    const note = (kind: Kind, before: Rule | undefined, after: Rule | undefined): void => {
      const named = (after ?? before) as Rule;
      const rule = this.#nowByName.get(this.#nameNow(named)) ?? named;
      tally.note(kind, rule, this.#whoAt(moment), () => this.#example(before, after, moment));
    };
    for (const before of old) {
      const after = now.find(({ name }) => name === this.#nameNow(before));
      if (after === undefined) {
        note('lost', before, undefined);
      } else if (this.#isChanged(tally, before, after, moment)) {
        note('changed', before, after);
      }
    }
    for (const after of now) {
      if (!old.some((before) => this.#nameNow(before) === after.name)) {
        note('gained', undefined, after);
      }
    }
  }

  #isChanged({ changes }: ModeTally, before: Rule, after: Rule, moment: Moment): boolean {
    const name = before.name !== after.name;
    const priority = before.priority !== after.priority;
    const output =
      before.output !== after.output &&
      this.#outputOf(before, moment) !== this.#outputOf(after, moment);
    changes.name += name ? 1 : 0;
    changes.priority += priority ? 1 : 0;
    changes.output += output ? 1 : 0;
    return name || priority || output;
  }

  /** Where only the first rule alerts: which rule took the event from which. */
  #noteMove(old: readonly Rule[], now: readonly Rule[]): void {
    const [before] = old;
    const [after] = now;
    if (before === undefined || after === undefined || this.#nameNow(before) === after.name) {
      return;
    }
    const stillMatches = now.some(({ name }) => name === this.#nameNow(before));
    const matchedBefore = old.some((rule) => this.#nameNow(rule) === after.name);
    const why = stillMatches ? (matchedBefore ? 'asked-first' : 'matches-now') : 'matches-no-more';
    this.#modes.first.move(before.name, after.name, why);
  }

  #outputOf(rule: Rule, moment: Moment): string {
    return this.#builder.templateOf(rule).render(moment) ?? '';
  }

  #example(before: Rule | undefined, after: Rule | undefined, moment: Moment): Example {
    const text = (rule: Rule | undefined): string | undefined =>
      rule && cut(`${rule.priority}: ${this.#outputOf(rule, moment)}`, MAX_OUTPUT);
    let sights = this.#sights.get(moment.source);
    if (sights === undefined) {
      sights = new SightMaker(moment.source, DEFAULT_SETTINGS);
      this.#sights.set(moment.source, sights);
    }
    return { event: sights.at(moment, this.#evidence), old: text(before), now: text(after) };
  }

  #whoAt(moment: Moment): string {
    const { source } = moment;
    let who = this.#who.get(source);
    if (who === undefined) {
      who = compileTemplate(WHO[source] ?? ANYBODY, source);
      this.#who.set(source, who);
    }
    return cut(who.render(moment) ?? '', MAX_WHO);
  }
}

function cut(bytes: string, most: number): string {
  return bytes.length > most ? `${bytes.slice(0, most)}...` : bytes;
}
