/** What was found in rules files, in the shape that Falco prints with `-o json_output=true -V`, and notices. */
import { describeCode } from './codes-table.js';
import type { FileResult, LoadResult } from './load.js';
import type { Problem } from './problem.js';

/** `falco_load_results`: one object a file. Lines and columns count from 1. `omitted` counts what is in no list, where there is too much. */
export function loadResultsJson({
  files,
  omitted,
}: Pick<LoadResult, 'files' | 'omitted'>): Readonly<Record<string, unknown>> {
  return {
    falco_load_results: files.map((file) => ({
      name: file.name,
      successful: file.successful,
      ...schemaJson(file.schemaWarnings),
      errors: file.errors.map(problemJson),
      warnings: file.warnings.map(problemJson),
      notices: file.notices.map(problemJson),
    })),
    ...(Object.values(omitted).some((count) => count > 0) && { omitted }),
  };
}

/** As in Falco, absent where the file was not held against the schema: it is not YAML, or has no items. */
function schemaJson(warnings: FileResult['schemaWarnings']): Readonly<Record<string, unknown>> {
  return warnings === undefined
    ? {}
    : { schema_valid: warnings.length === 0, schema_warnings: warnings };
}

function problemJson(problem: Problem): Readonly<Record<string, unknown>> {
  return {
    code: problem.code,
    codedesc: describeCode(problem.code),
    message: problem.message,
    fix: problem.fix,
    position: { name: problem.at.file, line: problem.at.line, column: problem.at.column },
    context: {
      locations: problem.context.map(({ type, name, at }) => ({
        item_type: type,
        item_name: name,
        position: { name: at.file, line: at.line, column: at.column },
      })),
      snippet: problem.snippet,
    },
  };
}
