/**
 * Rules files -> rules. Files are read in order; each must be right in the light of those before it. All
 * mistakes of all files are reported; with one error nothing is loaded.
 */
import type { Location, Problem, Severity } from './problem.js';
import { Collector } from './collector.js';
import { RuleCompiler } from './compile-rules.js';
import { isRulesText, withoutContent } from './foreign-file.js';
import type { Definitions } from './resolution.js';
import { rulesInHelmValues } from './helm.js';
import { Problems } from './problem.js';
import { readItems } from './read-items.js';
import type { RuleSet } from './rule.js';
import { schemaWarnings } from './schema.js';
import { SourceFile, type PlacedText } from './source-text.js';
import { atOnce, type Steps } from '../steps.js';
import { readYaml, type YamlDocument, type YamlFault } from './yaml.js';
import { YamlBudget } from './yaml-documents.js';
import { yamlWords } from './yaml-messages-table.js';
import type { Written } from './written.js';

/** A rules file that was read already. */
export interface RulesInput {
  readonly path: string;
  readonly text: string;
  /** Lower-case hex; goes into the rule set. */
  readonly sha256?: string;
}

/** What was found in one file. */
export interface FileResult {
  readonly name: string;
  /** Whether it has no errors. */
  readonly successful: boolean;
  /** Where the file differs from Falco's schema; `undefined` where there is nothing to hold against it. */
  readonly schemaWarnings: readonly string[] | undefined;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What Falco does not report. */
  readonly notices: readonly Problem[];
}

/** What became of all files. */
export interface LoadResult {
  readonly files: readonly FileResult[];
  /** How many more problems there are, which are in no file's lists: so many were never reported. */
  readonly omitted: Readonly<Record<Severity, number>>;
  /** `undefined` if there is an error in any file. */
  readonly ruleSet: RuleSet | undefined;
  /** The macros and lists, for filters; `undefined` if there is an error in any file. */
  readonly definitions: Definitions | undefined;
  /** Conditions as written; only where that was asked for, and there is no error. */
  readonly written?: Written | undefined;
}

/** What a caller may ask of loading, or knows. */
export interface LoadOptions {
  /** Whether to also look for rules that can never fire, or fire less in Falco (takes 30 ms for 250 rules). */
  readonly isThorough?: boolean;
  /** Whether to keep conditions as they were written. */
  readonly keepsWritten?: boolean;
  /** Whether rules that were not loaded define a macro; asked only for the hint of a mistake. */
  readonly isShipped?: (macro: string) => boolean;
}

/** Load rules files, in order. Never throws because of what the files say. */
export function loadRules(inputs: readonly RulesInput[], options?: LoadOptions): LoadResult {
  return atOnce(loadingRules(inputs, options));
}

/**
 * {@link loadRules} in steps, for those who must be able to end it.
 *
 * @yields {void} Between steps.
 */
export function* loadingRules(
  inputs: readonly RulesInput[],
  { isThorough = false, keepsWritten = false, isShipped = () => false }: LoadOptions = {},
): Steps<LoadResult> {
  const budget = new YamlBudget();
  const sources = new Map(inputs.map(({ path, text }) => [path, new SourceFile(path, text)]));
  const problems = new Problems(sources);
  const collector = new Collector(problems);
  const compiler = new RuleCompiler(collector, problems, isShipped);
  const found = new Map<string, Problem[]>();
  const schemas = new Map<string, readonly string[] | undefined>();
  let compiled = yield* compiler.compile();
  for (const { path } of inputs) {
    const source = sources.get(path) as SourceFile;
    schemas.set(path, yield* readFile(source, collector, problems, budget));
    compiled = yield* compiler.compile();
    found.set(path, [...(found.get(path) ?? []), ...shownOf(problems.list.splice(0), source)]);
  }
  const all = [...found.values()].flat();
  const isRight = all.every(({ severity }) => severity !== 'error');
  if (isRight) {
    compiler.warnUnused();
    yield* compiler.notice(isThorough);
    for (const problem of problems.list.splice(0)) {
      found.get(problem.at.file)?.push(problem);
    }
  }
  const results = {
    files: [...found].map(([name, list]) => resultOf(name, list, schemas.get(name))),
    omitted: problems.omitted,
  };
  if (!isRight) {
    return { ...results, ruleSet: undefined, definitions: undefined, written: undefined };
  }
  const { rules, idle, buildings, definitions } = compiled;
  const files = inputs.map(({ path, sha256 }) => ({ path, sha256: sha256 ?? '' }));
  return {
    ...results,
    ruleSet: { rules, idle, buildings, files },
    definitions,
    written: keepsWritten ? compiler.written() : undefined,
  };
}

/** Problems as they may be shown: of a file that is no rules file, without what stands in it. */
function shownOf(problems: readonly Problem[], { text }: SourceFile): readonly Problem[] {
  return isRulesText(text) ? problems : problems.map(withoutContent);
}

function resultOf(
  name: string,
  list: readonly Problem[],
  schema: readonly string[] | undefined,
): FileResult {
  const errors = list.filter(({ severity }) => severity === 'error');
  const warnings = list.filter(({ severity }) => severity === 'warning');
  const notices = list.filter(({ severity }) => severity === 'notice');
  const successful = errors.length === 0;
  return { name, successful, schemaWarnings: schema, errors, warnings, notices };
}

function* readFile(
  source: SourceFile,
  collector: Collector,
  problems: Problems,
  budget: YamlBudget,
): Steps<readonly string[] | undefined> {
  const root: Location = {
    type: 'rules content',
    name: '',
    at: { file: source.name, line: 1, column: 1 },
  };
  return yield* readText(source, { collector, problems, root, budget, isInner: false });
}

interface Into {
  readonly collector: Collector;
  readonly problems: Problems;
  readonly root: Location;
  /** What all files together may hold. */
  readonly budget: YamlBudget;
  /** Whether this is text inside a Helm values file. */
  readonly isInner: boolean;
}

/**
 * Read a text, and hold its documents against the schema: `undefined` where the text is no YAML, or has no items of its own.
 *
 * @yields {void} Between steps.
 */
function* readText(source: PlacedText, into: Into): Steps<readonly string[] | undefined> {
  const documents = yield* readYaml(source, into.budget);
  let hasItems = documents.every(({ faults }) => faults.length === 0);
  const mismatches: string[] = [];
  const isQuoted = isRulesText(source.text);
  for (const document of documents) {
    const { problems, root, collector } = into;
    for (const fault of document.faults) {
      problems.add('LOAD_ERR_YAML_PARSE', [root], yamlStory(fault, source));
    }
    const before = problems.list.length;
    const inner = into.isInner ? undefined : rulesInHelmValues(document.root);
    if (inner !== undefined) {
      hasItems = false;
      for (const text of inner) {
        yield* readText(text, { ...into, isInner: true });
      }
    } else {
      mismatches.push(...(document.root ? schemaWarnings(document.root, isQuoted) : []));
      const { openQuote } = document;
      yield* readItems(document.root, { source, collector, problems, context: [root], openQuote });
    }
    refuseOpenQuote(document, source, into, before);
    refuseStrayLine(document, source, into, before);
  }
  const isFilled = documents.some(({ root }) => root !== undefined);
  return hasItems && isFilled ? mismatches : undefined;
}

/** A quote that is never closed is a mistake even where everything else happens to be there. */
function refuseOpenQuote(
  document: YamlDocument,
  source: PlacedText,
  into: Into,
  before: number,
): void {
  const { problems, root } = into;
  const hasErrors = problems.list.slice(before).some(({ severity }) => severity === 'error');
  if (document.openQuote !== undefined && !hasErrors) {
    problems.add('LOAD_ERR_YAML_PARSE', [root], {
      message: 'the quote that opens here is never closed',
      at: source.at(document.openQuote),
      fix: 'close it where the text ends',
    });
  }
}

/** A line at the margin, behind the items before it, which may show what is missing in them better. */
function refuseStrayLine(
  { cutAt }: YamlDocument,
  source: PlacedText,
  { problems, root }: Into,
  before: number,
): void {
  const hasErrors = problems.list.slice(before).some(({ severity }) => severity === 'error');
  if (cutAt !== undefined && !hasErrors) {
    problems.add('LOAD_ERR_YAML_VALIDATE', [root], {
      message: 'this line is neither an item, "- ...", nor indented as part of the item above',
      at: source.at(cutAt),
      fix: 'indent it as the other keys of its item',
    });
  }
}

function yamlStory(fault: YamlFault, source: PlacedText) {
  const start = source.text.lastIndexOf('\n', fault.offset - 1) + 1;
  const indent = /^[ \t]*/.exec(source.text.slice(start, start + 200))?.[0] ?? '';
  if (indent.includes('\t')) {
    return {
      message: 'a tab indents this line, and YAML takes only blanks there',
      at: source.at(start + indent.indexOf('\t')),
      fix: 'indent with blanks',
    };
  }
  const { message, fix } = yamlWords(fault.message);
  const blanks = /^ */.exec(source.text.slice(fault.offset, fault.offset + 200))?.[0].length ?? 0;
  const at = source.at(fault.offset + blanks);
  return { message, at, fix: fault.fix ?? fix };
}
