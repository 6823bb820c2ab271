/**
 * The commands, by the words that call them; oclif reads this table. Modules that a command works with are
 * loaded when it runs, so that starting costs little.
 */
import Analyze from './analyze.js';
import Completion from './completion.js';
import Diff from './diff.js';
import Events from './events.js';
import Explain from './explain.js';
import Export from './export.js';
import HuntCancel from './hunt/cancel.js';
import HuntCompact from './hunt/compact.js';
import HuntExport from './hunt/export.js';
import HuntLocal from './hunt/local.js';
import HuntQuery from './hunt/query.js';
import HuntRetry from './hunt/retry.js';
import HuntStatus from './hunt/status.js';
import HuntSubmit from './hunt/submit.js';
import HuntWork from './hunt/work.js';
import Info from './info.js';
import ListEvents from './list/events.js';
import ListFields from './list/fields.js';
import ListSyscalls from './list/syscalls.js';
import Query from './query.js';
import Record from './record.js';
import Report from './report.js';
import RulesCheck from './rules/check.js';
import RulesCoverage from './rules/coverage.js';
import RulesDescribe from './rules/describe.js';
import RulesDiff from './rules/diff.js';
import RulesList from './rules/list.js';
import RulesProfile from './rules/profile.js';
import RulesShow from './rules/show.js';
import Story from './story.js';
import Test from './test.js';
import Tree from './tree.js';

export const COMMANDS = {
  analyze: Analyze,
  completion: Completion,
  diff: Diff,
  events: Events,
  explain: Explain,
  export: Export,
  'hunt:cancel': HuntCancel,
  'hunt:compact': HuntCompact,
  'hunt:export': HuntExport,
  'hunt:local': HuntLocal,
  'hunt:query': HuntQuery,
  'hunt:retry': HuntRetry,
  'hunt:status': HuntStatus,
  'hunt:submit': HuntSubmit,
  'hunt:work': HuntWork,
  info: Info,
  'list:events': ListEvents,
  'list:fields': ListFields,
  'list:syscalls': ListSyscalls,
  query: Query,
  record: Record,
  report: Report,
  'rules:check': RulesCheck,
  'rules:coverage': RulesCoverage,
  'rules:describe': RulesDescribe,
  'rules:diff': RulesDiff,
  'rules:list': RulesList,
  'rules:profile': RulesProfile,
  'rules:show': RulesShow,
  story: Story,
  test: Test,
  tree: Tree,
};
