/** The work of `list fields`. */
import { CATALOGUES, type Catalogue, type FieldRow } from '../fields/index.js';
import {
  checkSource,
  mentions,
  ours,
  printListing,
  tellNothing,
  type ListFormat,
  type Section,
} from './words/listing.js';

interface Request {
  readonly word?: string | undefined;
  readonly source?: string | undefined;
  readonly format: ListFormat;
}

/**
 * Print the fields by class.
 *
 * @throws {UserError} `SOURCE_UNKNOWN`
 */
export function listFields({ word, source, format }: Request): void {
  checkSource(source);
  const sections = CATALOGUES.filter(
    ({ sources, isUnlisted }) =>
      (source === undefined || sources === undefined || sources.includes(source)) &&
      (isUnlisted !== true || word !== undefined),
  ).map((catalogue): Section => {
    const rows = catalogue.rows.filter((row) => mentions(word, [row.name, row.doc]));
    return {
      heading: `${catalogue.name} (${catalogue.sources?.join(', ') ?? 'every source'})`,
      doc: catalogue.doc,
      rows: rows.map((row) => ({ cells: cellsOf(row), json: jsonOf(row, catalogue) })),
    };
  });
  printListing(['field', 'type', 'description'], sections, format);
  if (word !== undefined && sections.every(({ rows }) => rows.length === 0)) {
    tellNothing(word, CATALOGUES.flatMap(({ rows }) => rows.map(({ name }) => name))); // prettier-ignore
  }
}

function cellsOf(row: FieldRow): readonly string[] {
  const { argument } = row;
  const bracket = argument === undefined ? '' : argument.isRequired ? '[...]' : '[[...]]';
  const notes = [
    ...(row.usage === undefined
      ? []
      : [row.usage === 'filter-only' ? 'only in filters' : 'only in output']),
    ...(row.isDeprecated === true ? ['deprecated'] : []),
  ];
  return [
    `${row.name}${bracket}`,
    row.isList === true ? `list of ${row.type}` : row.type,
    notes.length === 0 ? row.doc : `${row.doc} (${notes.join('; ')})`,
  ];
}

function jsonOf(row: FieldRow, catalogue: Catalogue) {
  const { argument } = row;
  return {
    name: row.name,
    class: catalogue.name,
    sources: catalogue.sources ?? null,
    type: row.type,
    is_list: row.isList === true,
    argument:
      argument === undefined ? null : { is_required: argument.isRequired, form: argument.form },
    usage: row.usage ?? null,
    is_deprecated: row.isDeprecated === true,
    doc: ours(row.doc),
  };
}
