/**
 * What a Falco configuration asks of a replay: rules, priority, matching, texts, and where alerts go. Keys
 * about watching a live machine are passed over; see falco-keys-table.ts.
 */
import { existsSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { nearestName } from '../../fields/index.js';
import type { Channel, JsonParts } from '../../output/index.js';
import {
  isMapping,
  readFalcoDocument,
  type FalcoDocument,
  type YamlValue,
} from './falco-document.js';
import { FALCO_KEYS, FALCO_KEYS_BELOW } from './falco-keys-table.js';
import { parsePriority } from '../rules/selection.js';

/** An entry of `rules`: enable or disable rules by name or tag. */
export interface RuleSwitch {
  readonly isEnabled: boolean;
  /** `*` is any text. */
  readonly rule: string | undefined;
  readonly tag: string | undefined;
}

/** An entry of `append_output`. */
export interface AppendEntry {
  readonly source: string | undefined;
  readonly tags: readonly string[];
  readonly rule: string | undefined;
  readonly output: string | undefined;
  readonly isSuggested: boolean;
  /** Fields for JSON alone: by name and template, or a field by itself. */
  readonly fields: readonly { readonly name: string; readonly template: string | undefined }[];
}

/** A configuration, checked. Everything that it does not say is `undefined` or empty. */
export interface FalcoConfig {
  readonly rulesFiles: readonly string[] | undefined;
  readonly isJson: boolean;
  readonly json: JsonParts;
  readonly hasIsoTime: boolean;
  readonly priority: string | undefined;
  readonly match: 'first' | 'all' | undefined;
  readonly switches: readonly RuleSwitch[];
  readonly appends: readonly AppendEntry[];
  readonly hasStdout: boolean;
  readonly channels: readonly Channel[];
  /** What is passed over although it would change alerts, and keys that nobody knows. */
  readonly notices: readonly string[];
}

/**
 * Read the configuration at `path` (`undefined`: only the overrides).
 *
 * @throws {UserError} `CONFIG_UNREADABLE`, `CONFIG_WRONG`
 */
export function readFalcoConfig(
  path: string | undefined,
  overrides: readonly string[],
): FalcoConfig {
  const reader = new ConfigReader(readFalcoDocument(path, overrides), path ?? '--option');
  const channels = readChannels(reader);
  return {
    rulesFiles: readRulesFiles(reader),
    isJson: reader.flag('json_output', false),
    json: {
      hasOutput: reader.flag('json_include_output_property', true),
      hasTags: reader.flag('json_include_tags_property', true),
      hasMessage: reader.flag('json_include_message_property', false),
      hasOutputFields: reader.flag('json_include_output_fields_property', true),
    },
    hasIsoTime: reader.flag('time_format_iso_8601', false),
    priority: readPriority(reader),
    match: readMatch(reader),
    switches: reader.list('rules').map((entry) => readSwitch(entry, reader)),
    appends: reader.list('append_output').map((entry) => readAppend(entry, reader)),
    hasStdout: reader.flag('stdout_output.enabled', channels.length === 0),
    channels,
    notices: [...noticesAbout(reader.document), ...reader.notices],
  };
}

function readPriority(reader: ConfigReader): string | undefined {
  const word = reader.text('priority');
  return word === undefined ? undefined : parsePriority(word, reader.placeOf('priority'));
}

/** A value as text; nothing, where it is none. */
function wordOf(value: YamlValue): string | undefined {
  return value === undefined || value === null || typeof value === 'object'
    ? undefined
    : String(value);
}

/** Reads values by key, and says what was expected where something else stands. */
class ConfigReader {
  readonly document: FalcoDocument;
  readonly notices: string[] = [];
  readonly #where: string;

  constructor(document: FalcoDocument, where: string) {
    this.document = document;
    this.#where = where;
  }

  /** How a key is called in messages. */
  placeOf(key: string): string {
    return `${this.#where}, key ${key}`;
  }

  at(key: string): YamlValue {
    let value: YamlValue = this.document;
    for (const name of key.split('.')) {
      value = isMapping(value) ? value[name] : undefined;
    }
    return value ?? undefined;
  }

  flag(key: string, absent: boolean): boolean {
    const value = this.at(key);
    if (value === undefined) {
      return absent;
    }
    const words: Readonly<Record<string, boolean>> = {
      true: true,
      false: false,
      yes: true,
      no: false,
      on: true,
      off: false,
    };
    const read = words[(wordOf(value) ?? '').toLowerCase()];
    if (read === undefined) {
      throw this.wrong(key, `true or false was expected, not ${JSON.stringify(value)}`);
    }
    return read;
  }

  text(key: string): string | undefined {
    const value = this.at(key);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value === 'object') {
      throw this.wrong(key, 'a text was expected');
    }
    return String(value);
  }

  /** A whole number from 0. */
  count(key: string, absent: number): number {
    const value = this.at(key);
    const read = value === undefined ? absent : Number(wordOf(value) ?? '?');
    if (!Number.isSafeInteger(read) || read < 0) {
      throw this.wrong(key, `a whole number was expected, not ${JSON.stringify(value)}`);
    }
    return read;
  }

  list(key: string): readonly YamlValue[] {
    const value = this.at(key);
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  }

  wrong(key: string, why: string): UserError {
    return new UserError({
      code: 'CONFIG_WRONG',
      what: 'Cannot use this configuration',
      where: this.placeOf(key),
      why,
      fix: "correct it; Falco's own falco.yaml shows every key",
    });
  }
}

function readRulesFiles(reader: ConfigReader): readonly string[] | undefined {
  const listed = [...reader.list('rules_files'), ...reader.list('rules_file')].map(
    (path) => wordOf(path) ?? '',
  );
  if (listed.length === 0) {
    return undefined;
  }
  const there = listed.filter((path) => existsSync(path));
  for (const path of listed.filter((each) => !there.includes(each))) {
    reader.notices.push(`rules_files: ${path} is not there, and passed over`);
  }
  return there;
}

function readMatch(reader: ConfigReader): 'first' | 'all' | undefined {
  const match = reader.text('rule_matching');
  if (match === undefined || match === 'first' || match === 'all') {
    return match;
  }
  throw reader.wrong('rule_matching', `first or all was expected, not "${match}"`);
}

function readSwitch(entry: YamlValue, reader: ConfigReader): RuleSwitch {
  const [[operation, what] = ['', undefined]] = isMapping(entry) ? Object.entries(entry) : [];
  if ((operation !== 'enable' && operation !== 'disable') || !isMapping(what)) {
    throw reader.wrong('rules', 'each entry is enable or disable, with a rule or a tag below it');
  }
  const { rule, tag } = what;
  return {
    isEnabled: operation === 'enable',
    rule: wordOf(rule),
    tag: wordOf(tag),
  };
}

function readAppend(entry: YamlValue, reader: ConfigReader): AppendEntry {
  if (!isMapping(entry)) {
    throw reader.wrong('append_output', 'each entry is a mapping');
  }
  const match = isMapping(entry['match']) ? entry['match'] : {};
  const text = (value: YamlValue): string | undefined => (value === '' ? undefined : wordOf(value));
  const { tags } = match;
  const fields = Array.isArray(entry['extra_fields']) ? entry['extra_fields'] : [];
  return {
    source: text(match['source']),
    rule: text(match['rule']),
    tags: Array.isArray(tags) ? tags.map((tag) => wordOf(tag) ?? '') : [],
    output: text(entry['extra_output']),
    isSuggested: entry['suggested_output'] === true,
    fields: fields.flatMap((field): AppendEntry['fields'] =>
      isMapping(field)
        ? Object.entries(field).map(([name, template]) => ({ name, template: wordOf(template) }))
        : [{ name: wordOf(field) ?? '', template: undefined }],
    ),
  };
}

function readChannels(reader: ConfigReader): readonly Channel[] {
  const channels: Channel[] = [];
  const required = (key: string): string => {
    const value = reader.text(key);
    if (value === undefined || value === '') {
      throw reader.wrong(key, 'the output is enabled, so this key was expected');
    }
    return value;
  };
  if (reader.flag('file_output.enabled', false)) {
    const isKept = reader.flag('file_output.keep_alive', false);
    channels.push({ kind: 'file', path: required('file_output.filename'), isKept });
  }
  if (reader.flag('syslog_output.enabled', false)) {
    channels.push({ kind: 'syslog' });
  }
  if (reader.flag('program_output.enabled', false)) {
    const isKept = reader.flag('program_output.keep_alive', false);
    channels.push({ kind: 'program', command: required('program_output.program'), isKept });
  }
  if (reader.flag('http_output.enabled', false)) {
    channels.push(readHttp(reader, required('http_output.url')));
  }
  return channels;
}

const DEFAULT_PATIENCE = 5;

function readHttp(reader: ConfigReader, url: string): Channel {
  const text = (name: string): string | undefined => {
    const value = reader.text(`http_output.${name}`);
    return value === '' ? undefined : value;
  };
  const hasClient = reader.flag('http_output.mtls', false);
  const authority = text('ca_cert') ?? text('ca_bundle') ?? text('ca_path');
  return {
    kind: 'http',
    url: url.replace(/^(["'])(.*)\1$/, '$2'),
    userAgent: text('user_agent') ?? 'falcosecurity/falco',
    isInsecure: reader.flag('http_output.insecure', false),
    authorities: authority === undefined ? [] : [authority],
    clientCertificate: hasClient ? text('client_cert') : undefined,
    clientKey: hasClient ? text('client_key') : undefined,
    isJson: reader.flag('json_output', false),
    patience: reader.count('http_output.max_consecutive_timeouts', DEFAULT_PATIENCE),
  };
}

/** What is wrong with keys, and, in one notice, which are passed over. */
function noticesAbout(document: FalcoDocument): readonly string[] {
  const keys = Object.keys(document);
  const live = keys.filter((key) => FALCO_KEYS[key] === 'live').sort();
  return [
    ...keys.flatMap((key) => unknownKey(key, Object.keys(FALCO_KEYS))),
    ...Object.entries(FALCO_KEYS_BELOW).flatMap(([key, below]) => {
      const value = document[key];
      const found = isMapping(value) ? Object.keys(value) : [];
      return found.flatMap((name) => unknownKey(name, below, `${key}.`));
    }),
    ...keys
      .filter((key) => FALCO_KEYS[key] === 'unsupported' && isOn(document[key]))
      .map((key) => `${key} is not supported in a replay`),
    ...(live.length === 0
      ? []
      : [`keys about watching a live machine are passed over: ${live.join(', ')}`]),
  ];
}

function isOn(value: YamlValue): boolean {
  return value !== false && value !== null && value !== undefined;
}

function unknownKey(key: string, known: readonly string[], above = ''): readonly string[] {
  if (known.includes(key)) {
    return [];
  }
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? '' : `; did you mean ${above}${nearest}?`;
  return [`no key is called ${above}${key}${hint}`];
}

const SUGGESTED = [
  'container.id',
  'container.name',
  'container.image.repository',
  'container.image.tag',
  'k8s.pod.name',
  'k8s.ns.name',
];

/** What Falco's container plugin suggests to append to every output of system calls. */
export const SUGGESTED_OUTPUT = SUGGESTED.map(
  (name) => `${name.replaceAll('.', '_')}=%${name}`,
).join(' ');
