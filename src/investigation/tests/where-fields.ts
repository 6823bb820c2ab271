/** The fields that tests name under `where`. */
import { compileFieldText, type CompiledField, type FieldProblem } from '../../fields/index.js';
import { UserError } from '../../errors.js';

const SOURCES = ['syscall', 'k8s_audit', 'aws_cloudtrail'];

/** A field by the sources whose events have it; none, if there is no such field. */
export function fieldBySource(name: string): ReadonlyMap<string, CompiledField> {
  const found = new Map<string, CompiledField>();
  for (const source of SOURCES) {
    const { field } = compileFieldText(name, source);
    if (field !== undefined) {
      found.set(source, field);
    }
  }
  return found;
}

/**
 * Refuse what is no field, or prints nothing: it would differ for ever. `where` is its place.
 *
 * @throws {UserError} `TEST_UNKNOWN_FIELD`
 */
export function checkField(name: string, where: string): void {
  const fields = [...fieldBySource(name).values()];
  if (fields.some(({ row }) => row.usage !== 'filter-only')) {
    return;
  }
  const [problem] =
    fields.length > 0
      ? []
      : SOURCES.flatMap((source) => compileFieldText(name, source).problem ?? []);
  throw new UserError({
    code: 'TEST_UNKNOWN_FIELD',
    what: 'A test asks for a field that cannot be had',
    where,
    why: problem === undefined ? `${name} only works in filters` : reasonOf(problem, name),
    fix: fixOf(problem),
  });
}

function reasonOf(problem: FieldProblem, name: string): string {
  switch (problem.kind) {
    case 'argument-missing':
      return `${name} needs an argument, as in ${name}[...]`;
    case 'argument-not-allowed':
      return `${problem.name} takes no argument`;
    case 'argument-bad':
      return `${name}: ${problem.why}`;
    default:
      return `no field is called "${name}"`;
  }
}

function fixOf(problem: FieldProblem | undefined): string {
  const nearest = problem?.kind === 'unknown-field' ? problem.nearest()[0] : undefined;
  return nearest === undefined
    ? 'run "tiercel list fields" to see every name'
    : `did you mean "${nearest}"?`;
}
