/** An alert of a case as an OCSF Detection Finding. What the case does not know is left out, as the schema wants it. */
import type { JsonObject, JsonValue } from '../../alerts/index.js';
import { OCSF_VERSION, SEVERITIES } from './ocsf-table.js';

/** A row of the case, its texts as byte strings, by column. */
export type ExportRow = Readonly<Record<string, JsonValue>>;

const NS_PER_MS = 1_000_000n;
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

/** The finding that `row`, an answer to `FINDINGS_SQL`, is about. */
export function findingOf(row: ExportRow): JsonObject {
  const time = BigInt(textOf(row['time_ns'])) / NS_PER_MS;
  const severity = SEVERITIES[textOf(row['priority'])] ?? { id: 99, name: 'Other' };
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: 200401,
    severity_id: severity.id,
    severity: severity.name,
    time,
    message: row['output'] ?? '',
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Tiercel', vendor_name: 'Tiercel', version: row['tool_version'] ?? '' },
    },
    finding_info: known({
      uid: [row['sha256'] ?? row['evidence'], row['event_number'], row['rule']]
        .map(textOf)
        .join(':'),
      title: row['rule'],
      desc: row['description'],
      created_time: time,
      analytic: { name: row['rule'] ?? '', type: 'Rule', type_id: 1 },
      attacks: attacksOf(row['tags']),
    }),
    ...known({
      evidences: evidencesOf(row),
      device: isUnknown(row['hostname']) ? null : { hostname: row['hostname'], type_id: 1, type: 'Server' }, // prettier-ignore
    }),
    unmapped: known({
      evidence: row['evidence'],
      evidence_sha256: row['sha256'],
      event_number: row['event_number'],
      byte_offset: row['byte_offset'],
      tags: row['tags'],
    }),
  };
}

function evidencesOf(row: ExportRow): JsonValue {
  const evidence = known({ process: processOf(row), container: containerOf(row) });
  return hasMembers(evidence) ? [evidence] : null;
}

function processOf(row: ExportRow): JsonValue {
  return isUnknown(row['pid'])
    ? null
    : known({
        pid: row['pid'],
        name: row['process'],
        cmd_line: row['cmdline'],
        file: fileOf(row['exepath']),
        user: orNothing(known({ name: row['user'], uid: textOrNull(row['uid']) })),
        parent_process:
          isUnknown(row['parent_pid'])
            ? null
            : known({ pid: row['parent_pid'], name: row['parent'], cmd_line: row['parent_cmdline'] }), // prettier-ignore
      });
}

function fileOf(path: JsonValue | undefined): JsonValue {
  return typeof path !== 'string' || path === ''
    ? null
    : { path, name: path.slice(path.lastIndexOf('/') + 1), type_id: 1 };
}

function containerOf(row: ExportRow): JsonValue {
  return orNothing(
    known({
      uid: row['container'],
      name: row['container_name'],
      image: orNothing(known({ uid: row['image'], name: row['image'] })),
    }),
  );
}

/** Techniques that the rule's tags name. */
function attacksOf(tags: JsonValue | undefined): JsonValue {
  const list: unknown = JSON.parse(typeof tags === 'string' ? tags : '[]');
  const named = (Array.isArray(list) ? list : []).filter(
    (tag): tag is string => typeof tag === 'string' && TECHNIQUE.test(tag),
  );
  return named.length === 0 ? null : named.map((uid): JsonValue => ({ technique: { uid } }));
}

function textOrNull(value: JsonValue | undefined): JsonValue {
  return isUnknown(value) ? null : textOf(value);
}

function isUnknown(value: JsonValue | undefined): value is null | undefined {
  return value === null || value === undefined;
}

/** A value of a column as text; columns hold no objects. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number' ? String(value) : ''; // prettier-ignore
}

/** The members that are known. */
function known(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((each): each is [string, JsonValue] => !isUnknown(each[1])),
  );
}

function hasMembers(object: JsonObject): boolean {
  return Object.keys(object).length > 0;
}

function orNothing(object: JsonObject): JsonValue {
  return hasMembers(object) ? object : null;
}
