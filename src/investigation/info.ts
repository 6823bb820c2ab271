/** The work of `info`: what a piece of evidence is, what it lacks, and what follows for rules. No rule alerts here. */
import { writeJson } from '../alerts/index.js';
import { VISIBILITY } from '../events/index.js';
import { openStdout } from '../output/index.js';
import { selectRules, type Rule, type RuleSet } from '../rules/index.js';
import { when, type Outcome } from './outcome.js';
import { reportFailure } from './failure.js';
import { wasInterrupted } from '../interruption.js';
import { SilenceWatch } from './analysis/silence.js';
import { hasLoss } from './evidence/damage.js';
import { RecorderWatch } from './evidence/recorder-words.js';
import { replayEvidence } from './evidence/open.js';
import { piecesOf, reportOthers, type Piece } from './evidence/pieces.js';
import { EvidenceWatch } from './doctor/evidence-watch.js';
import type { Examination } from './doctor/examination.js';
import { FieldsAsked } from './doctor/fields-asked.js';
import { examinationJson } from './doctor/json.js';
import { printExamination } from './doctor/text.js';
import { readMetadata, reportPassedOver, type Metadata } from './metadata/read.js';
import { loadRuleFiles } from './rules/rule-files.js';

/** The words of the command line, as oclif parsed them. */
export interface InfoRequest {
  readonly evidence: readonly string[];
  readonly rules?: readonly string[] | undefined;
  readonly metadata?: readonly string[] | undefined;
  readonly format: 'text' | 'json';
  readonly 'allow-damage': boolean;
}

/** What stays the same from one piece of evidence to the next. */
interface InfoPlan {
  readonly rules: readonly Rule[];
  readonly ruleSet: RuleSet;
  readonly metadata: Metadata | undefined;
}

/** Print what each piece of evidence is. */
export async function inform(request: InfoRequest): Promise<readonly Outcome[]> {
  const { ruleSet } = await loadRuleFiles(request.rules);
  const metadata = await readMetadata(request.metadata);
  reportPassedOver(metadata);
  const plan = { rules: selectRules(ruleSet, {}), ruleSet, metadata };
  const sink = openStdout();
  const outcomes: Outcome[] = [];
  const found = await piecesOf(request.evidence, true);
  outcomes.push(...reportOthers(found, request['allow-damage']));
  for (const piece of found.pieces) {
    try {
      const examination = await examine(plan, piece);
      if (request.format === 'json') {
        sink.writeJson(writeJson(examinationJson(examination)));
      } else {
        printExamination(examination, sink);
      }
      outcomes.push(
        ...when(hasLoss(examination.result) && !request['allow-damage'], 'damaged'),
        ...when(wasInterrupted(), 'interrupted'),
      );
    } catch (error) {
      outcomes.push(reportFailure(error));
    }
    if (wasInterrupted()) {
      break;
    }
  }
  sink.close();
  return outcomes;
}

async function examine({ rules, ruleSet, metadata }: InfoPlan, piece: Piece): Promise<Examination> {
  const watch = new EvidenceWatch();
  const recorder = new RecorderWatch();
  const asked = new FieldsAsked(rules, ruleSet);
  const silence = new SilenceWatch(rules);
  const result = await replayEvidence(piece, {
    isHashed: true,
    supplement: metadata?.supplement(),
    watchers: [recorder],
    onRecord: watch.onRecord,
    onMoment: (moment, visibility) => {
      watch.look(moment, visibility);
      if (visibility !== VISIBILITY.STATE) {
        silence.look(moment);
        asked.look(moment);
      }
      return undefined;
    },
  });
  const { events, state, jumps, halves } = watch;
  return {
    result,
    events,
    state,
    jumps,
    halves,
    gaps: recorder.gaps,
    statement: recorder.statement,
    shares: asked.shares,
    ruleCount: rules.length,
    silent: silence.silent(result),
    metadataFiles: metadata?.files ?? [],
  };
}
