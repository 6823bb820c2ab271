/**
 * What an analysis is going to do: all words are understood, rules chosen, templates and filters compiled, and outputs
 * opened. A mistake in any of them is found here, before evidence is read, and leaves no file behind.
 */
import { createHash } from 'node:crypto';
import { AlertBuilder, compileTemplate, compileWords, type Template } from '../../alerts/index.js';
import { SYSCALL_SOURCE } from '../../events/index.js';
import type { FieldSettings } from '../../fields/index.js';
import { PRIORITIES, switchRules, type Rule } from '../../rules/index.js';
import { bytesOfText } from '../../units.js';
import { BySource } from '../evidence/by-source.js';
import { openOutput, refuseUnopenable, type Sink } from '../../output/index.js';
import { refuseEvidence } from '../evidence/guard.js';
import { piecesOf, type Pieces } from '../evidence/pieces.js';
import { planTimes, type RangeWithin } from '../evidence/times.js';
import { readMetadata, type Metadata } from '../metadata/read.js';
import { noticeFilterOnly, noticeNoFields } from '../rules/filter-only.js';
import { compileFilter, type Filter } from '../rules/filter.js';
import { loadRuleFiles, type LoadedRules } from '../rules/rule-files.js';
import { chooseRules, parsePriority } from '../rules/selection.js';
import { settingsOf } from '../words/settings.js';
import { CaseKeeper } from './case-keeper.js';
import { keepingOf, keepsByCondition } from './kept-events.js';
import { limitsOfRequest } from './limits.js';
import { Outlets } from './outlets.js';
import { decisiveOptions, settle, type AnalyzeRequest, type Settled } from './request.js';
import { Summary } from './summary.js';

/** Everything that stays the same from one piece of evidence to the next. */
export interface AnalysisPlan {
  readonly found: Pieces;
  readonly allowsDamage: boolean;
  /** Those that run, in loading order. */
  readonly rules: readonly Rule[];
  readonly settings: FieldSettings;
  /** Whether an event alerts only the first rule that matches. */
  readonly isFirstOnly: boolean;
  readonly filter: Filter | undefined;
  readonly rangeWithin: RangeWithin;
  readonly builder: AlertBuilder;
  readonly outlets: Outlets;
  /** Path of the case; `undefined` where none is kept, and evidence need not be hashed. */
  readonly casePath: string | undefined;
  readonly keeper: CaseKeeper;
  readonly summary: Summary;
  readonly hasSummary: boolean;
  /** Alerts of this rank (0 is the most urgent) or a more urgent one are findings; -1: none is. */
  readonly failRank: number;
  /** Names that captures lack. */
  readonly metadata: Metadata | undefined;
  /** What the user should know before anything else. */
  readonly notices: readonly string[];
  /** Where a report of the case goes, in the end. */
  readonly report: Sink | undefined;
}

/** What whoever asks has already: of many analyses with the same rules, they are loaded once. */
export interface Prepared {
  readonly rules: LoadedRules;
  readonly pieces: Pieces;
}

/**
 * Make a plan of a request, and open what it writes to.
 *
 * @param request - The words.
 * @param prepared - Instead of the rules and the evidence that the request names.
 * @throws {UserError} for the first mistake in it
 */
export async function planAnalysis(
  request: AnalyzeRequest,
  prepared?: Prepared,
): Promise<AnalysisPlan> {
  const settled = await settle(request);
  const loaded = prepared?.rules ?? (await loadRulesOf(settled));
  const metadata = await readMetadata(settled.metadata);
  const casePath = settled['no-store'] ? undefined : settled.store;
  const found = prepared?.pieces ?? (await piecesOf(settled.evidence, casePath !== undefined));
  refuseOutputs(settled, casePath, found);
  const settings = settingsOf(settled.tz);
  const failRank = failRankOf(settled);
  const rules = chooseRules(switchRules(loaded.ruleSet, settled.switches), settled);
  const template = templateOf(settled, settings);
  const builder = await builderFor(rules, settled, { template, settings });
  const filter =
    settled.filter === undefined
      ? undefined
      : compileFilter({ text: settled.filter, definitions: loaded.definitions, settings });
  const keeping = keepingOf(settled.keep, { definitions: loaded.definitions, settings });
  const rangeWithin = planTimes(settled);
  noticeTemplate(settled, template);
  // files are made last: a mistake elsewhere leaves none behind
  const keeper = await CaseKeeper.open(casePath, {
    rules,
    keeping,
    ...identityOf(settled, loaded, metadata),
  });
  const opened: (() => unknown)[] = [() => keeper.close()];
  try {
    const outlets = await Outlets.open({
      ...settled,
      columns: template === undefined ? undefined : columnsFor(builder, rules),
      columnsOf: (rule) => builder.templateOf(rule).columns,
    });
    opened.push(() => outlets.close());
    return {
      ...{ found, rules, settings, filter, rangeWithin, builder, outlets, casePath, keeper },
      ...{ failRank, metadata },
      allowsDamage: settled['allow-damage'],
      isFirstOnly: settled.match === 'first',
      summary: summaryOf(settled, loaded, rules),
      hasSummary: !settled['no-summary'],
      notices: [...settled.notices, ...noticesAbout(rules, loaded)],
      report: settled.report === undefined ? undefined : openOutput(settled.report, settled.force),
    };
  } catch (error) {
    for (const close of opened) {
      await close();
    }
    throw error;
  }
}

function loadRulesOf({ rules, filter, keep }: Settled): Promise<LoadedRules> {
  const needsDefinitions = filter !== undefined || keepsByCondition(keep);
  return loadRuleFiles(rules, { needsDefinitions });
}

/** What would replace evidence, or could not be opened. */
function refuseOutputs(
  { output, channels, report, force }: Settled,
  casePath: string | undefined,
  { pieces }: Pieces,
): void {
  const files = pieces.flatMap((piece) => piece.files);
  refuseEvidence(output, files, '--output');
  refuseEvidence(casePath, files, '--store');
  refuseEvidence(report, files, '--report');
  for (const channel of channels) {
    if (channel.kind === 'file') {
      refuseEvidence(channel.path, files, 'file_output.filename');
    }
  }
  for (const path of [output, report]) {
    if (path !== undefined) {
      refuseUnopenable(path, force);
    }
  }
}

function failRankOf({ 'fail-on': word }: Settled): number {
  return word === undefined ? -1 : PRIORITIES.indexOf(parsePriority(word, '--fail-on'));
}

type TemplateBySource = (source: string) => Template;

/** The user's template, by source: of an alert, a missing value is shown. */
function templateOf(
  { print, fields }: Settled,
  settings: FieldSettings,
): TemplateBySource | undefined {
  if (print !== undefined) {
    const text = `*${bytesOfText(print).replace(/^\*/, '')}`;
    return (source) => compileTemplate(text, source, { settings });
  }
  return fields === undefined ? undefined : (source) => compileWords(fields, source, { settings });
}

async function builderFor(
  rules: readonly Rule[],
  settled: Settled,
  common: { readonly template: TemplateBySource | undefined; readonly settings: FieldSettings },
): Promise<AlertBuilder> {
  const { appendedText, extraFields } = await import('./rule-texts.js');
  const builder = new AlertBuilder({
    ...common,
    append: appendedText(settled.append, settled.appends),
    extraFields: extraFields(settled.appends),
    timeFormat: settled['time-format'],
  });
  builder.prepare(rules);
  return builder;
}

/** Say of the user's template, once, what it cannot print. */
function noticeTemplate({ print }: Settled, template: TemplateBySource | undefined): void {
  if (template !== undefined) {
    const { any } = new BySource(template);
    noticeFilterOnly(any);
    noticeNoFields(print, any);
  }
}

/** Where words mean other fields in audit logs, the names are those of system calls, if rules for them run. */
function columnsFor(builder: AlertBuilder, rules: readonly Rule[]): Template['columns'] {
  const mostly = rules.filter(({ source }) => source === SYSCALL_SOURCE);
  return builder.columns([...mostly, ...rules]);
}

function summaryOf(settled: Settled, { ruleSet }: LoadedRules, rules: readonly Rule[]): Summary {
  const asked = { chosen: rules, offered: chooseRules(ruleSet, {}), idle: ruleSet.idle };
  return new Summary({
    limits: limitsOfRequest(settled, asked),
    ruleCount: rules.length,
    isVerbose: settled.verbose,
  });
}

/** That no rule runs would otherwise read like innocence. */
function noticesAbout(rules: readonly Rule[], { ruleSet }: LoadedRules): readonly string[] {
  if (rules.length > 0) {
    return [];
  }
  return ruleSet.rules.length + ruleSet.idle.length === 0
    ? ['no rule runs: the rules files hold none']
    : ['no rule runs: all are disabled, left out, or for sources that no evidence has'];
}

/** What makes two runs over the same evidence the same run. */
function identityOf(settled: Settled, { ruleSet }: LoadedRules, metadata: Metadata | undefined) {
  const { files } = ruleSet;
  const hashes = files.map(({ sha256 }) => sha256).join('\n');
  return {
    ruleFiles: files,
    rulesSha256: createHash('sha256').update(hashes).digest('hex'),
    metadataFiles: metadata?.files ?? [],
    options: JSON.stringify(decisiveOptions(settled, metadata?.identity ?? [])),
  };
}
