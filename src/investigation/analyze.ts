/** The work of `analyze`: evidence and rules in, alerts, a case and a summary out. */
import { containerAt, type Alert } from '../alerts/index.js';
import type { Diagnostic } from '../diagnostics.js';
import { VISIBILITY } from '../events/index.js';
import { Interrupted, wasInterrupted } from '../interruption.js';
import { escapeText, say } from '../output/index.js';
import { Matcher, PRIORITIES, type Rule } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { endedEarly } from './analysis/limits.js';
import { planAnalysis, type AnalysisPlan, type Prepared } from './analysis/plan.js';
import type { AnalyzeRequest } from './analysis/request.js';
import { SilenceWatch } from './analysis/silence.js';
import { reportDamage } from './evidence/damage.js';
import { reportPassedOver } from './metadata/read.js';
import { replayEvidence } from './evidence/open.js';
import { reportOthers, unreadFolders, type Piece } from './evidence/pieces.js';
import { shownMoments } from './evidence/shown-moments.js';
import { recorderDiagnostics, RecorderWatch, reportLosses } from './evidence/recorder-words.js';
import { reportFailure } from './failure.js';
import { when, type Outcome } from './outcome.js';

/** Analyse each piece of evidence in turn; `prepared` stands for the rules and the evidence of the request. */
export async function analyze(
  request: AnalyzeRequest,
  prepared?: Prepared,
): Promise<readonly Outcome[]> {
  const plan = await planAnalysis(request, prepared);
  const { found, keeper, notices, outlets, summary } = plan;
  notices.forEach((notice) => {
    say(`Notice: ${escapeText(notice)}`);
  });
  reportPassedOver(plan.metadata);
  const outcomes = [...reportOthers(found, plan.allowsDamage)];
  for (const { folder, findings } of unreadFolders(found)) {
    noteUnread(plan, folder, findings);
  }
  keeper.plan(found.pieces.map(({ path }) => path));
  for (const piece of found.pieces) {
    if (!outlets.isOpen || wasInterrupted()) {
      summary.addNotBegun(piece.path);
    } else {
      outcomes.push(...(await analyzeOne(plan, piece)));
    }
  }
  const ofCase = keeper.close();
  outcomes.push(...(await outlets.close()), ...ofCase);
  if (plan.hasSummary && outlets.isOpen && summary.hasEvidence) {
    say(await summary.render(ofCase.length === 0 ? plan.casePath : undefined));
  }
  if (plan.report !== undefined && plan.casePath !== undefined) {
    const { writePage } = await import('./report.js');
    writePage(plan.casePath, request.tz, plan.report);
  }
  return outcomes;
}

async function analyzeOne(plan: AnalysisPlan, piece: Piece): Promise<readonly Outcome[]> {
  try {
    return await replayOne(plan, piece);
  } catch (error) {
    if (error instanceof Interrupted) {
      plan.keeper.abandonRun(piece.path, []);
      plan.summary.addNotBegun(piece.path);
    } else {
      noteUnread(plan, piece.path, [endedEarly(error)]);
    }
    return [reportFailure(error)];
  }
}

/** Have summary and case say that evidence was not read, or not to its end. */
function noteUnread(
  { keeper, summary }: AnalysisPlan,
  path: string,
  findings: readonly Diagnostic[],
): void {
  keeper.abandonRun(path, findings);
  summary.addUnread(path, findings);
}

async function replayOne(plan: AnalysisPlan, piece: Piece): Promise<readonly Outcome[]> {
  const { outlets, keeper, summary } = plan;
  const { path } = piece;
  const isWanted = await shownMoments(plan, piece);
  const matcher = new Matcher(plan.rules, plan.settings);
  const alarm = new Alarm(plan, path);
  const recorder = new RecorderWatch();
  const silence = new SilenceWatch(plan.rules);
  const result = await replayEvidence(piece, {
    isHashed: plan.casePath !== undefined,
    ready: () => outlets.ready(),
    watchers: [recorder],
    supplement: plan.metadata?.supplement(),
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
    ...(plan.metadata?.findings ?? []),
    ...recorderDiagnostics(recorder),
    ...summary.limitsOf(result),
  ];
  const silent = silence.silent(result);
  const { fate, losses } = keeper.endRun({ ...result, diagnostics }, silent, recorder.gaps);
  summary.addEvidence({ ...result, diagnostics: [...diagnostics, ...losses] }, { fate, silent });
  return [
    ...reportDamage(
      { ...result, diagnostics: [...result.diagnostics, ...losses] },
      plan.allowsDamage,
    ),
    ...when(alarm.hasFindings, 'findings'),
  ];
}

/** Makes alerts of one piece of evidence, and hands them to everybody who wants them. */
class Alarm {
  hasFindings = false;
  readonly #plan: AnalysisPlan;
  readonly #path: string;

  constructor(plan: AnalysisPlan, path: string) {
    this.#plan = plan;
    this.#path = path;
  }

  /** `false` once nobody reads any more. */
  raise(moment: Moment, matched: readonly Rule[]): boolean {
    const { isFirstOnly, outlets, keeper, summary, failRank } = this.#plan;
    const isRead = outlets.areRead || keeper.isKeeping;
    for (const rule of isFirstOnly ? summary.noteShadowed(matched) : matched) {
      summary.addAlert(
        isRead ? this.#send(moment, rule) : { rule, container: containerAt(moment) },
      );
      this.hasFindings ||= PRIORITIES.indexOf(rule.priority) <= failRank;
    }
    return outlets.isOpen;
  }

  #send(moment: Moment, rule: Rule): Alert {
    const { builder, outlets, keeper } = this.#plan;
    const alert = builder.build(moment, rule);
    outlets.alert(alert, { evidence: this.#path, hostname: moment.world.machine?.hostname });
    keeper.addAlert(alert, moment);
    return alert;
  }
}
