/**
 * What `explain` is going to do: the rule found (or a condition read), the rules before it chosen, times and filter understood.
 * Nothing of the evidence is read before all of that holds.
 */
import { UserError } from '../../errors.js';
import { nearestName, type FieldSettings } from '../../fields/index.js';
import {
  emptyDefinitions,
  parseFilter,
  parseWritten,
  type Buildings,
  type IdleRule,
  type Overridden,
  type Position,
  type Resolved,
  type Rule,
  type WrittenRule,
} from '../../rules/index.js';
import { bytesOfText, textOfBytes } from '../../units.js';
import { BySource } from '../evidence/by-source.js';
import { piecesOf, type Pieces } from '../evidence/pieces.js';
import { planTimes, type RangeWithin } from '../evidence/times.js';
import { readMetadata, reportPassedOver, type Metadata } from '../metadata/read.js';
import { compileFilter, type Filter } from '../rules/filter.js';
import {
  loadRuleFiles,
  loadWritten,
  type LoadedRules,
  type WrittenRules,
} from '../rules/rule-files.js';
import { chooseRules } from '../rules/selection.js';
import { settingsOf } from '../words/settings.js';
import { fateOf, type Fate } from './fate.js';
import type { ExplainRequest } from './request.js';

/** What is explained. */
export interface Subject {
  /** Its name, text; a condition of the command line is called `--condition`. */
  readonly name: string;
  readonly source: string;
  readonly condition: Resolved;
  readonly written: WrittenRule;
  readonly buildings: Buildings;
  /** Absent for a condition. */
  readonly rule: Rule | undefined;
  /** Where it was written; absent for a condition. */
  readonly at: Position | undefined;
}

/** Everything that was asked. */
export interface ExplainPlan {
  readonly subject: Subject;
  /** Why it would not run at all. */
  readonly fate: Fate | undefined;
  /** Rules that are asked before it, where an event alerts only the first that matches. */
  readonly before: readonly Rule[];
  readonly overridden: readonly Overridden[];
  readonly found: Pieces;
  readonly settings: FieldSettings;
  readonly filter: Filter | undefined;
  readonly rangeWithin: RangeWithin;
  /** Whether the rule is shown all events. */
  readonly isWhole: boolean;
  readonly event: number | undefined;
  readonly hasTree: boolean;
  readonly format: 'text' | 'json';
  readonly allowsDamage: boolean;
  /** Names that captures lack. */
  readonly metadata: Metadata | undefined;
}

/** A rule of a source that no evidence has: there is nothing to trace. */
export interface IdlePlan {
  readonly idle: IdleRule;
  readonly format: 'text' | 'json';
}

/**
 * Make a plan of a request.
 *
 * @throws {UserError} for the first mistake in it: `RULE_UNKNOWN`, `EVIDENCE_MISSING`, `EVENT_OF_MANY`, those of rules and filters
 */
export async function planExplanation(request: ExplainRequest): Promise<ExplainPlan | IdlePlan> {
  const { condition, words, format } = request;
  const settings = settingsOf(request.tz);
  const paths = condition === undefined ? words.slice(1) : words;
  refuseMissing(paths, request);
  const { loaded, subject } =
    condition === undefined
      ? await ruleNamed(words[0] ?? '', request.rules)
      : await conditionTyped(condition, request.rules);
  if (!('condition' in subject)) {
    return { idle: subject, format };
  }
  const company = companyOf(subject, loaded, request);
  const rangeWithin = planTimes(request);
  const { filter: text } = request;
  const filter =
    text === undefined
      ? undefined
      : compileFilter({ text, definitions: await definitionsOf(loaded), settings });
  const metadata = await readMetadata(request.metadata);
  const found = await piecesOf(paths, false);
  refuseManyForOne(request, found);
  reportPassedOver(metadata);
  return {
    subject,
    ...company,
    found,
    settings,
    filter,
    rangeWithin,
    isWhole: filter === undefined && request.from === undefined && request.to === undefined,
    event: request.event,
    hasTree: request.tree,
    format,
    allowsDamage: request['allow-damage'],
    metadata,
  };
}

/** Macros and lists that a filter may name: those of the rules that were loaded, else of the shipped ones. */
async function definitionsOf(loaded: Found['loaded']): Promise<LoadedRules['definitions']> {
  const { definitions } =
    loaded ?? (await loadRuleFiles(undefined, { isQuiet: true, needsDefinitions: true }));
  return definitions;
}

/** What the rules that were loaded with it mean for a rule. */
function companyOf(
  { rule, source }: Subject,
  loaded: Found['loaded'],
  request: ExplainRequest,
): Pick<ExplainPlan, 'fate' | 'before' | 'overridden'> {
  if (loaded === undefined) {
    return { fate: undefined, before: [], overridden: [] };
  }
  const chosen = chooseRules(loaded.ruleSet, request);
  const { overridden } = loaded.written;
  return rule === undefined
    ? { fate: undefined, before: [], overridden }
    : {
        fate: fateOf(rule, loaded.ruleSet, request),
        before:
          request.match === 'all'
            ? []
            : chosen.filter((each) => each.index < rule.index && each.source === source),
        overridden,
      };
}

function refuseMissing(paths: readonly string[], { condition, words }: ExplainRequest): void {
  if (paths.length === 0) {
    throw new UserError({
      code: 'EVIDENCE_MISSING',
      what: 'Cannot explain without evidence',
      where: condition === undefined ? `explain "${words[0] ?? ''}"` : '--condition',
      why: 'a rule and at least one piece of evidence are expected',
      fix: 'write explain RULE EVIDENCE, such as explain "My rule" capture.scap',
    });
  }
}

/** Numbers of events are those of one file. */
function refuseManyForOne({ event }: ExplainRequest, { pieces }: Pieces): void {
  if (event !== undefined && pieces.length !== 1) {
    throw new UserError({
      code: 'EVENT_OF_MANY',
      what: 'Cannot tell which event is meant',
      where: `--event ${event}`,
      why: `there are ${pieces.length} pieces of evidence, and each counts its events from 1`,
      fix: 'name one piece of evidence',
    });
  }
}

interface Found {
  readonly loaded: WrittenRules | undefined;
  readonly subject: Subject | IdleRule;
}

async function ruleNamed(name: string, paths: readonly string[] | undefined): Promise<Found> {
  const loaded = await loadWritten(paths, false);
  const { ruleSet, written, definitions } = loaded;
  const bytes = bytesOfText(name);
  const rule = ruleSet.rules.find((each) => each.name === bytes);
  const own = written.rules.get(bytes);
  if (rule === undefined || own === undefined) {
    const idle = ruleSet.idle.find((each) => each.name === bytes);
    if (idle !== undefined) {
      return { loaded, subject: idle };
    }
    throw unknownRule(name, [...ruleSet.rules, ...ruleSet.idle]);
  }
  const buildings = { definitions, written };
  const { source, condition, at } = rule;
  return { loaded, subject: { name, source, condition, written: own, buildings, rule, at } };
}

function unknownRule(name: string, rules: readonly { readonly name: string }[]): UserError {
  const nearest = nearestName(
    name,
    rules.map((each) => textOfBytes(each.name)),
  );
  return new UserError({
    code: 'RULE_UNKNOWN',
    what: 'Cannot explain this rule',
    where: name,
    why: `no rule "${name}" was loaded`,
    fix:
      nearest === undefined
        ? 'run "tiercel rules list" to see every rule, or name rules files with --rules'
        : `did you mean "${nearest}"?`,
  });
}

/** A condition may name macros of the rules given, else of the shipped ones, which are loaded only where it does. */
async function conditionTyped(text: string, paths: readonly string[] | undefined): Promise<Found> {
  const read = (buildings: Buildings): Subject => {
    // the first source whose events it fits
    const { any } = new BySource(
      (each) => [each, parseFilter(text, buildings.definitions, each)] as const,
    );
    const [source, condition] = any;
    const written = { condition: parseWritten(text), exceptions: [] };
    return {
      name: '--condition',
      source,
      condition,
      written,
      buildings,
      rule: undefined,
      at: undefined,
    };
  };
  const nothing = {
    definitions: emptyDefinitions(),
    written: { rules: new Map(), macros: new Map(), overridden: [] },
  };
  if (paths === undefined) {
    try {
      return { loaded: undefined, subject: read(nothing) };
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
    }
  }
  const loaded = await loadWritten(paths, paths === undefined);
  const { definitions, written } = loaded;
  return { loaded, subject: read({ definitions, written }) };
}
