/** The work of `analyze`: evidence and rules in, alerts, a case and a summary out. */
import { createHash } from 'node:crypto';
import {
  AlertBuilder,
  compileTemplate,
  compileWords,
  containerAt,
  type Alert,
  type Template,
} from '../alerts/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { SYSCALL_SOURCE, VISIBILITY } from '../events/index.js';
import { escapeText, say } from '../output/index.js';
import { Matcher, PRIORITIES, type Definitions, type Rule, switchRules } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { bytesOfText } from '../units.js';
import { when, type Outcome } from './outcome.js';
import { reportFailure } from './failure.js';
import { Interrupted, wasInterrupted } from '../interruption.js';
import { chooseRules, parsePriority } from './rules/selection.js';
import { settingsOf } from './words/settings.js';
import { BySource } from './evidence/by-source.js';
import { CaseKeeper } from './analysis/case-keeper.js';
import { reportDamage } from './evidence/damage.js';
import { compileFilter } from './rules/filter.js';
import { noticeFilterOnly, noticeNoFields } from './rules/filter-only.js';
import { refuseEvidence } from './evidence/guard.js';
import { checkTimes, rangeWithin } from './evidence/last.js';
import { recorderDiagnostics, RecorderWatch, reportLosses } from './evidence/recorder-words.js';
import { replayEvidence } from './evidence/open.js';
import { endedEarly, limitsOfRequest } from './analysis/limits.js';
import { Outlets } from './analysis/outlets.js';
import {
  piecesOf,
  reportOthers,
  unreadFolders,
  type Piece,
  type Pieces,
} from './evidence/pieces.js';
import { decisiveOptions, settle, type AnalyzeRequest, type Settled } from './analysis/request.js';
import { loadRuleFiles, type LoadedRules } from './rules/rule-files.js';
import { SilenceWatch } from './analysis/silence.js';
import { Summary } from './analysis/summary.js';

/** Everything that stays the same from one piece of evidence to the next. */
interface Analysis {
  readonly settled: Settled;
  readonly rules: readonly Rule[];
  readonly builder: AlertBuilder;
  readonly filter: BySource<(moment: Moment) => boolean> | undefined;
  readonly outlets: Outlets;
  readonly keeper: CaseKeeper;
  readonly summary: Summary;
  /** Alerts of this rank (0 is the most urgent) or below it are findings; -1: none is. */
  readonly failRank: number;
  readonly notices: readonly string[];
}

/** Analyse each piece of evidence in turn. */
export async function analyze(request: AnalyzeRequest): Promise<readonly Outcome[]> {
  const settled = await settle(request);
  const loaded = await loadRuleFiles(settled.rules);
  const found = await piecesOf(settled.evidence, !settled['no-store']);
  const analysis = await prepare(settled, loaded, found);
  [...settled.notices, ...analysis.notices].forEach((notice) => {
    say(`Notice: ${escapeText(notice)}`);
  });
  const outcomes = [...reportOthers(found, settled['allow-damage'])];
  for (const { folder, findings } of unreadFolders(found)) {
    noteUnread(analysis, folder, findings);
  }
  for (const piece of found.pieces) {
    outcomes.push(...(await analyzeOne(analysis, piece)));
    if (!analysis.outlets.isOpen || wasInterrupted()) {
      break;
    }
  }
  const caseOutcomes = analysis.keeper.close();
  outcomes.push(...(await analysis.outlets.close()), ...caseOutcomes);
  if (!settled['no-summary'] && analysis.outlets.isOpen && analysis.summary.hasEvidence) {
    const isKept = !settled['no-store'] && caseOutcomes.length === 0;
    say(await analysis.summary.render(isKept ? settled.store : undefined));
  }
  return outcomes;
}

async function prepare(
  settled: Settled,
  loaded: LoadedRules,
  { pieces }: Pieces,
): Promise<Analysis> {
  const files = pieces.flatMap((piece) => piece.files);
  refuseEvidence(settled.output, files, '--output');
  refuseEvidence(settled['no-store'] ? undefined : settled.store, files, '--store');
  for (const channel of settled.channels) {
    if (channel.kind === 'file') {
      refuseEvidence(channel.path, files, 'file_output.filename');
    }
  }
  const failOn = settled['fail-on'];
  const failRank =
    failOn === undefined ? -1 : PRIORITIES.indexOf(parsePriority(failOn, '--fail-on'));
  const rules = chooseRules(switchRules(loaded.ruleSet, settled.switches), settled);
  const builder = await prepareBuilder(settled, rules);
  const filter = prepareFilter(settled, loaded.definitions);
  checkTimes(settled);
  noticeTemplate(settled);
  // files are made last: a mistake elsewhere leaves none behind
  const keeper = await CaseKeeper.open(settled['no-store'] ? undefined : settled.store, {
    rules,
    ...identityOf(settled, loaded),
  });
  const columns = templateOf(settled) === undefined ? undefined : columnsFor(builder, rules);
  try {
    const columnsOf = (rule: Rule) => builder.templateOf(rule).columns;
    const outlets = await Outlets.open(settled, columns, columnsOf);
    const { ruleSet } = loaded;
    const asked = { chosen: rules, offered: chooseRules(ruleSet, {}), idle: ruleSet.idle };
    const summary = new Summary({
      limits: limitsOfRequest(settled, asked),
      ruleCount: rules.length,
      isVerbose: settled.verbose,
    });
    const notices = noticesAbout(rules, loaded);
    return { settled, rules, builder, filter, outlets, keeper, summary, failRank, notices };
  } catch (error) {
    keeper.close();
    throw error;
  }
}

/** Silence of rules that are not there would read like innocence. */
function noticesAbout(rules: readonly Rule[], { ruleSet }: LoadedRules): readonly string[] {
  if (rules.length > 0) {
    return [];
  }
  return ruleSet.rules.length + ruleSet.idle.length === 0
    ? ['no rule runs: the rules files hold none']
    : ['no rule runs: all are disabled, left out, or for sources that no evidence has'];
}

/** Say of the user's template, once, what it cannot print. */
function noticeTemplate(settled: Settled): void {
  const template = templateOf(settled);
  if (template !== undefined) {
    const { any } = new BySource(template);
    noticeFilterOnly(any);
    noticeNoFields(settled.print, any);
  }
}

/** Where words mean other fields in audit logs, the names are those of system calls, if rules for them run. */
function columnsFor(builder: AlertBuilder, rules: readonly Rule[]) {
  const mostly = rules.filter(({ source }) => source === SYSCALL_SOURCE);
  return builder.columns([...mostly, ...rules]);
}

async function prepareBuilder(settled: Settled, rules: readonly Rule[]): Promise<AlertBuilder> {
  const { appendedText, extraFields } = await import('./analysis/rule-texts.js');
  const builder = new AlertBuilder({
    template: templateOf(settled),
    append: appendedText(settled.append, settled.appends),
    extraFields: extraFields(settled.appends),
    timeFormat: settled['time-format'],
    settings: settingsOf(settled.tz),
  });
  builder.prepare(rules);
  return builder;
}

function prepareFilter(
  { filter: text, tz }: Settled,
  definitions: Definitions | undefined,
): BySource<(moment: Moment) => boolean> | undefined {
  if (text === undefined) {
    return undefined;
  }
  const request = { text, definitions, settings: settingsOf(tz) };
  return new BySource((source) => compileFilter(request, source));
}

async function analyzeOne(analysis: Analysis, piece: Piece): Promise<readonly Outcome[]> {
  try {
    return await replayOne(analysis, piece);
  } catch (error) {
    const findings = error instanceof Interrupted ? [] : [endedEarly(error)];
    noteUnread(analysis, piece.path, findings);
    return [reportFailure(error)];
  }
}

/** Have summary and case say that evidence was not read, or not to its end. */
function noteUnread(
  { keeper, summary }: Analysis,
  path: string,
  findings: readonly Diagnostic[],
): void {
  keeper.abandonRun(path, findings);
  summary.addUnread(path, findings);
}

async function replayOne(analysis: Analysis, piece: Piece): Promise<readonly Outcome[]> {
  const { settled, outlets, keeper, summary } = analysis;
  const { path } = piece;
  const isWanted = await wantedMoments(analysis, piece);
  const matcher = new Matcher(analysis.rules, settingsOf(settled.tz));
  const alarm = new Alarm(analysis, path);
  const recorder = new RecorderWatch();
  const silence = new SilenceWatch(analysis.rules);
  const result = await replayEvidence(piece, {
    isHashed: !settled['no-store'],
    ready: () => outlets.ready(),
    watchers: [recorder],
    onOpen: ({ sizeBytes }) => keeper.watchers(path, sizeBytes),
    onTick: () => {
      outlets.flush();
      keeper.commit();
    },
    wants: (moment) => {
      silence.look(moment, isWanted?.(moment) !== false); // types that no rule is asked about were seen too
      return matcher.wants(moment);
    },
    onMoment: (moment, visibility) => {
      if (visibility === VISIBILITY.STATE) {
        return undefined;
      }
      const isShown = isWanted?.(moment) !== false;
      silence.look(moment, isShown);
      if (!isShown) {
        return undefined;
      }
      const matched = matcher.match(moment);
      if (matched.length === 0) {
        return undefined;
      }
      silence.noteFired(matched);
      return alarm.raise(moment, matched);
    },
  });
  outlets.flush();
  reportLosses(path, recorder.gaps);
  const diagnostics = [
    ...result.diagnostics,
    ...recorderDiagnostics(recorder),
    ...summary.limitsOf(result),
  ];
  const seen = { ...result, diagnostics };
  // of what was not read, nothing is known
  const silent = result.isWhole ? silence.silent(result.world) : [];
  const { fate, losses: rowsLost } = keeper.endRun(seen, silent);
  const told = { ...seen, diagnostics: [...seen.diagnostics, ...rowsLost] };
  summary.addEvidence(told, { fate, silent });
  return [
    ...reportDamage(
      { ...result, diagnostics: [...result.diagnostics, ...rowsLost] },
      settled['allow-damage'],
    ),
    ...when(alarm.hasFindings, 'findings'),
  ];
}

/** Makes alerts of one piece of evidence, and tells everybody. */
class Alarm {
  hasFindings = false;
  readonly #analysis: Analysis;
  readonly #path: string;

  constructor(analysis: Analysis, path: string) {
    this.#analysis = analysis;
    this.#path = path;
  }

  /** `false` once nobody reads any more. */
  raise(moment: Moment, matched: readonly Rule[]): boolean {
    const { settled, outlets, keeper, summary, failRank } = this.#analysis;
    const isRead = outlets.areRead || keeper.isKeeping;
    for (const rule of settled.match === 'first' ? summary.noteShadowed(matched) : matched) {
      summary.addAlert(
        isRead ? this.#tell(moment, rule) : { rule, container: containerAt(moment) },
      );
      this.hasFindings ||= PRIORITIES.indexOf(rule.priority) <= failRank;
    }
    return outlets.isOpen;
  }

  #tell(moment: Moment, rule: Rule): Alert {
    const { builder, outlets, keeper } = this.#analysis;
    const alert = builder.build(moment, rule);
    outlets.alert(alert, { evidence: this.#path, hostname: moment.world.machine?.hostname });
    keeper.addAlert(alert);
    return alert;
  }
}

/** Which moments the rules see; `undefined`: all. */
async function wantedMoments(
  { settled, filter }: Analysis,
  piece: Piece,
): Promise<((moment: Moment) => boolean) | undefined> {
  const range = await rangeWithin(piece, settled);
  if (range.isOpen) {
    return filter === undefined ? undefined : (moment) => filter.at(moment)(moment);
  }
  return (moment) =>
    range.contains(moment.event.timeHigh, moment.event.timeLow) &&
    (filter === undefined || filter.at(moment)(moment));
}

/** The user's template, by source: of an alert, a missing value is shown. */
function templateOf({
  print,
  fields,
  tz,
}: AnalyzeRequest): ((source: string) => Template) | undefined {
  const settings = settingsOf(tz);
  if (print !== undefined) {
    const text = `*${bytesOfText(print).replace(/^\*/, '')}`;
    return (source) => compileTemplate(text, source, { settings });
  }
  return fields === undefined ? undefined : (source) => compileWords(fields, source, { settings });
}

function identityOf(settled: Settled, { ruleSet }: LoadedRules) {
  const { files } = ruleSet;
  const hashes = files.map(({ sha256 }) => sha256).join('\n');
  return {
    ruleFiles: files,
    rulesSha256: createHash('sha256').update(hashes).digest('hex'),
    options: JSON.stringify(decisiveOptions(settled)),
  };
}
