/** The work of `analyze`: evidence and rules in, alerts, a case and a summary out. */
import { createHash } from 'node:crypto';
import { AlertBuilder, templateOfWords, writeJson, type TimeFormat } from '../../alerts/index.js';
import {
  openAlertFormatter,
  openOutput,
  say,
  type AlertFormat,
  type AlertFormatter,
  type Sink,
} from '../../output/index.js';
import { Matcher, PRIORITIES, type Rule, type RuleSet } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';
import { bytesOfText } from '../../units.js';
import { EXIT, reportFailure, type ExitCode } from '../failure.js';
import { parsePriority, selectRules, type Selection } from '../selection.js';
import { settingsOf } from '../settings.js';
import { TimeRange } from '../time-range.js';
import { damageExit } from './damage.js';
import { compileFilter } from './filter.js';
import { lastRange, rangeOf } from './last.js';
import { replayEvidence, wasInterrupted } from './open.js';
import { loadRuleFiles } from './rule-files.js';
import { CaseKeeper } from './case-keeper.js';
import { Summary } from './summary.js';

/** The words of the command line, as oclif parsed them. */
export interface AnalyzeRequest extends Selection {
  readonly evidence: readonly string[];
  readonly rules?: readonly string[] | undefined;
  readonly store: string;
  readonly 'no-store': boolean;
  readonly format?: AlertFormat | undefined;
  readonly print?: string | undefined;
  readonly fields?: string | undefined;
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly config?: string | undefined;
  readonly option?: readonly string[] | undefined;
  readonly 'allow-outputs': boolean;
  readonly 'fail-on'?: string | undefined;
  readonly filter?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: string | undefined;
  readonly tz: string;
  readonly match?: 'first' | 'all' | undefined;
  readonly 'time-format'?: TimeFormat | undefined;
  readonly append?: string | undefined;
  readonly 'no-summary': boolean;
  readonly 'allow-damage': boolean;
}

/** Everything that stays the same from one piece of evidence to the next. */
interface Analysis {
  readonly request: AnalyzeRequest;
  readonly rules: readonly Rule[];
  readonly builder: AlertBuilder;
  readonly holds: ((moment: Moment) => boolean) | undefined;
  readonly formatter: AlertFormatter;
  readonly sink: Sink;
  readonly keeper: CaseKeeper;
  readonly summary: Summary;
  readonly failRank: number;
}

/** Analyse each piece of evidence in turn. */
export async function analyze(request: AnalyzeRequest): Promise<readonly ExitCode[]> {
  const failRank =
    request['fail-on'] === undefined
      ? -1
      : PRIORITIES.indexOf(parsePriority(request['fail-on'], '--fail-on'));
  const { ruleSet, definitions } = loadRuleFiles(request.rules);
  const rules = selectRules(ruleSet.rules, request);
  const builder = new AlertBuilder({
    template: templateOf(request),
    append: request.append === undefined ? undefined : appendAlways(request.append),
    timeFormat: request['time-format'] ?? 'clock',
    settings: settingsOf(request.tz),
  });
  builder.prepare(rules);
  const holds =
    request.filter === undefined ? undefined : compileFilter(request.filter, definitions);
  const sink = openOutput(request.output ?? '-', request.force);
  const formatter = await openAlertFormatter(request.format ?? 'text', {
    hasHeader: !request['no-header'],
    isCsvRaw: request['csv-raw'],
    columns: templateOf(request) === undefined ? undefined : columnsOf(builder, rules),
  });
  const keeper = await CaseKeeper.open(request['no-store'] ? undefined : request.store, {
    rules,
    ...identityOf(request, ruleSet),
  });
  const analysis: Analysis = {
    request,
    rules,
    builder,
    holds,
    formatter,
    sink,
    keeper,
    summary: new Summary(),
    failRank,
  };
  formatter.begin(sink);
  const codes: ExitCode[] = [];
  for (const path of request.evidence) {
    codes.push(...(await analyzeOne(analysis, path)));
    if (!sink.isOpen || wasInterrupted()) {
      break;
    }
  }
  formatter.end(sink);
  sink.close();
  codes.push(...keeper.close());
  if (!request['no-summary']) {
    say(await analysis.summary.render());
  }
  return codes;
}

async function analyzeOne(analysis: Analysis, path: string): Promise<readonly ExitCode[]> {
  try {
    return await replayOne(analysis, path);
  } catch (error) {
    const code = reportFailure(error);
    analysis.keeper.abandonRun();
    return [code];
  }
}

async function replayOne(analysis: Analysis, path: string): Promise<readonly ExitCode[]> {
  const { request, builder, formatter, sink, keeper, summary } = analysis;
  const range = request.last === undefined ? rangeOf(request) : await lastRange(path, request.last);
  const matcher = new Matcher(analysis.rules);
  const isFirstOnly = (request.match ?? 'first') === 'first';
  const isWanted = wantedMoments(range, analysis.holds);
  let failures = 0;
  keeper.beginRun(path);
  const result = await replayEvidence(path, {
    onTick: () => {
      sink.flush();
      keeper.commit();
    },
    onMoment: (moment, isState) => {
      if (isState) {
        return undefined;
      }
      keeper.watch(moment);
      if (!isWanted(moment)) {
        return undefined;
      }
      const matched = matcher.match(moment);
      if (matched.length === 0) {
        return undefined;
      }
      const hostname = moment.world.machine?.hostname;
      for (const rule of isFirstOnly ? summary.noteShadowed(matched) : matched) {
        const alert = builder.build(moment, rule);
        formatter.alert(sink, alert, { evidence: path, hostname });
        keeper.addAlert(alert);
        summary.addAlert(alert);
        failures += PRIORITIES.indexOf(rule.priority) <= analysis.failRank ? 1 : 0;
      }
      return sink.isOpen;
    },
  });
  sink.flush();
  const isComplete = !wasInterrupted() && sink.isOpen;
  summary.addEvidence(result, keeper.endRun(result, isComplete));
  return [...damageExit(result, request['allow-damage']), ...(failures > 0 ? [EXIT.FINDINGS] : [])];
}

/** Which moments the rules see. */
function wantedMoments(
  range: TimeRange,
  holds: ((moment: Moment) => boolean) | undefined,
): (moment: Moment) => boolean {
  if (range.isOpen) {
    return holds ?? (() => true);
  }
  return (moment) =>
    range.contains(moment.event.timeHigh, moment.event.timeLow) && (holds?.(moment) ?? true);
}

function templateOf(request: AnalyzeRequest): string | undefined {
  const text =
    request.print ?? (request.fields === undefined ? undefined : templateOfWords(request.fields));
  return text === undefined ? undefined : bytesOfText(text);
}

function appendAlways(text: string): () => string {
  const bytes = bytesOfText(text);
  return () => bytes;
}

function columnsOf(builder: AlertBuilder, rules: readonly Rule[]) {
  const [first] = rules;
  return first === undefined ? [] : builder.templateOf(first).columns;
}

/** Options that change what is found or how it reads; runs that differ in one of them are different. */
const DECISIVE = [
  'print',
  'fields',
  'rule',
  'tag',
  'disable',
  'disable-tag',
  'min-priority',
  'filter',
  'from',
  'to',
  'last',
  'tz',
  'match',
  'time-format',
  'append',
  'config',
  'option',
] as const;

function identityOf(request: AnalyzeRequest, loaded: RuleSet) {
  const given = DECISIVE.map((name) => [name, request[name]] as const).filter(
    ([, value]) => value !== undefined,
  );
  const hashes = loaded.files.map(({ sha256 }) => sha256).join('\n');
  return {
    ruleFiles: loaded.files,
    rulesSha256: createHash('sha256').update(hashes).digest('hex'),
    options: writeJson(Object.fromEntries(given)),
  };
}
