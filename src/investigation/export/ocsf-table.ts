/**
 * OCSF's Detection Finding (class 2004): the attributes that version 1.3.0 of the schema requires, and where ours come from.
 * `test/commands/export.test.ts` holds every finding against this table. Source: schema.ocsf.io, class `detection_finding`.
 */

/** Version of the schema that findings say they follow. */
export const OCSF_VERSION = '1.3.0';

/** An attribute that the schema requires. */
interface Required {
  /** Names from the outermost object inwards. */
  readonly path: readonly string[];
  readonly type: 'integer' | 'string';
  /** The only values that it may have, where the schema says so. */
  readonly values?: readonly number[];
}

// prettier-ignore
export const REQUIRED_ATTRIBUTES: readonly Required[] = [
  { path: ['activity_id'], type: 'integer', values: [0, 1, 2, 3, 99] },
  { path: ['category_uid'], type: 'integer', values: [2] },
  { path: ['class_uid'], type: 'integer', values: [2004] },
  { path: ['type_uid'], type: 'integer', values: [200400, 200401, 200402, 200403, 200499] },
  { path: ['severity_id'], type: 'integer', values: [0, 1, 2, 3, 4, 5, 6, 99] },
  { path: ['time'], type: 'integer' },
  { path: ['metadata', 'version'], type: 'string' },
  { path: ['metadata', 'product', 'vendor_name'], type: 'string' },
  { path: ['finding_info', 'uid'], type: 'string' },
  { path: ['finding_info', 'title'], type: 'string' },
];

/** Severities by Falco's priorities. */
export const SEVERITIES: Readonly<Record<string, { readonly id: number; readonly name: string }>> =
  {
    Emergency: { id: 6, name: 'Fatal' },
    Alert: { id: 5, name: 'Critical' },
    Critical: { id: 5, name: 'Critical' },
    Error: { id: 4, name: 'High' },
    Warning: { id: 3, name: 'Medium' },
    Notice: { id: 2, name: 'Low' },
    Informational: { id: 1, name: 'Informational' },
    Debug: { id: 1, name: 'Informational' },
  };
