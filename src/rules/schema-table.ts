/**
 * What Falco's schema of rules files says (0.44.1): which keys an item may have, and of which shape their values are. It is
 * stricter than loading: `priority: Warning` loads and does not fit, and looser: it has one set of keys for all kinds of items.
 */

/** `text` is any scalar; `switch` is `true` or `false`, written just so. */
export type Shape =
  | { readonly kind: 'any' | 'text' | 'switch' | 'integer' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'mapping';
      readonly keys: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
      /** Whether it must have at least one key. */
      readonly isFilled?: true;
    };

const ANY: Shape = { kind: 'any' };
const TEXT: Shape = { kind: 'text' };
const SWITCH: Shape = { kind: 'switch' };
const list = (of: Shape): Shape => ({ kind: 'list', of });

const VERSION = { name: TEXT, version: TEXT };
const CHANGE: Shape = { kind: 'word', words: ['append', 'replace'] };

const PRIORITY: Shape = {
  kind: 'word',
  words: [
    'EMERGENCY',
    'ALERT',
    'CRITICAL',
    'ERROR',
    'WARNING',
    'NOTICE',
    'INFO',
    'INFORMATIONAL',
    'DEBUG',
  ],
};

const PLUGIN: Shape = {
  kind: 'mapping',
  keys: {
    ...VERSION,
    alternatives: list({ kind: 'mapping', keys: VERSION, required: ['name', 'version'] }),
  },
  required: ['name', 'version'],
};

const EXCEPTION: Shape = {
  kind: 'mapping',
  keys: { name: TEXT, fields: ANY, comps: ANY, values: ANY },
  required: ['name'],
};

const OVERRIDE: Shape = {
  kind: 'mapping',
  keys: {
    items: CHANGE,
    desc: CHANGE,
    condition: CHANGE,
    output: CHANGE,
    priority: CHANGE,
    enabled: CHANGE,
    exceptions: CHANGE,
    capture: CHANGE,
    capture_duration: CHANGE,
    tags: CHANGE,
    warn_evttypes: CHANGE,
    'skip-if-unknown-filter': CHANGE,
  },
  required: [],
  isFilled: true,
};

const ITEM: Shape = {
  kind: 'mapping',
  keys: {
    required_engine_version: TEXT,
    required_plugin_versions: list(PLUGIN),
    macro: TEXT,
    condition: TEXT,
    list: TEXT,
    items: list(TEXT),
    rule: TEXT,
    desc: TEXT,
    enabled: SWITCH,
    output: TEXT,
    append: SWITCH,
    priority: PRIORITY,
    capture: SWITCH,
    capture_duration: { kind: 'integer' },
    source: TEXT,
    exceptions: list(EXCEPTION),
    override: OVERRIDE,
    tags: list(TEXT),
    warn_evttypes: SWITCH,
    'skip-if-unknown-filter': SWITCH,
  },
  required: [],
};

/** A document of a rules file. */
export const RULES_FILE: Shape = list(ITEM);
