/** `required_engine_version` and `required_plugin_versions`: what rules ask for, against what this program claims. */
import { ItemReader, describeNode } from './item-reader.js';
import type { Context, LocationType } from './problem.js';
import { itemContext, warnUnknownKeys, type Reading } from './reading.js';
import type { PlacedText } from './source-text.js';
import {
  ENGINE_VERSION,
  K8S_AUDIT_SISTERS,
  PLUGIN_VERSIONS,
  parseEngineVersion,
  parseVersion,
  printVersion,
  satisfies,
} from './versions.js';
import { valueOf, type YamlMapping, type YamlNode } from './yaml.js';

/** Read a required engine version. */
export function readEngineVersion(item: YamlMapping, reading: Reading): void {
  const context = itemContext(item, reading, 'required_engine_version', '');
  const reader = new ItemReader(item, context, reading);
  const text = reader.text('required_engine_version');
  reader.settle();
  const version = text === undefined ? undefined : parseEngineVersion(text.text);
  if (text === undefined || version === undefined) {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `an engine version is a number or like 0.26.0; found "${text?.text ?? ''}"`,
      at: text?.at(0),
      length: text?.text.length,
      fix: `write a number such as ${ENGINE_VERSION[1]}, or a version such as ${printVersion(ENGINE_VERSION)}`,
    });
  }
  if (!satisfies(ENGINE_VERSION, version)) {
    throw reading.problems.fault('LOAD_ERR_VALIDATE', context, {
      message: `these rules require engine version ${printVersion(version)}; this program has ${printVersion(ENGINE_VERSION)}`,
      at: text.at(0),
      length: text.text.length,
      fix: 'use rules for an older engine, or a newer version of this program',
    });
  }
  warnUnknownKeys(reader, ['required_engine_version']);
}

/** Read required plugins. */
export function readPluginVersions(item: YamlMapping, reading: Reading): void {
  const node = valueOf(item, 'required_plugin_versions') ?? item;
  const context = itemContext(node, reading, 'required plugin versions', '');
  if (node.kind !== 'sequence') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `required_plugin_versions is a list of names and versions; found ${describeNode(node)}`,
      fix: 'write "- name: NAME" and "version: X.Y.Z" under it',
    });
  }
  for (const entry of node.items) {
    readPluginRequirement(entry, reading, context);
  }
  warnUnknownKeys(
    new ItemReader(item, itemContext(item, reading, 'required plugin versions', ''), reading),
    ['required_plugin_versions'],
  );
}

interface PluginRequirement {
  readonly name: string;
  readonly version: PlacedText;
}

function readPluginRequirement(node: YamlNode, reading: Reading, parent: Context): void {
  const { context, requirement, reader } = requirementOf(
    node,
    'required plugin versions entry',
    reading,
    parent,
  );
  const alternatives = reader.value('alternatives');
  if (alternatives !== undefined && alternatives.kind !== 'sequence') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', context, {
      message: `alternatives is a list of names and versions; found ${describeNode(alternatives)}`,
      at: reader.at(alternatives),
      fix: 'write alternatives: [{name: NAME, version: X.Y.Z}]',
    });
  }
  const others = (alternatives?.kind === 'sequence' ? alternatives.items : []).map(
    (other) =>
      requirementOf(other, 'required plugin versions alternative', reading, context).requirement,
  );
  checkPlugins([requirement, ...others], reading, context);
}

function requirementOf(node: YamlNode, type: LocationType, reading: Reading, parent: Context) {
  const nameless: Context = [...parent, { type, name: '', at: reading.source.at(node.start) }];
  if (node.kind !== 'mapping') {
    throw reading.problems.fault('LOAD_ERR_YAML_VALIDATE', nameless, {
      message: `a required plugin has a name and a version; found ${describeNode(node)}`,
      fix: 'write "- name: NAME", and "version: X.Y.Z" under it',
    });
  }
  const before = new ItemReader(node, nameless, reading);
  const name = before.text('name')?.text ?? '';
  before.settle();
  const context: Context = [...parent, { type, name, at: reading.source.at(node.start) }];
  const reader = new ItemReader(node, context, reading);
  const version = reader.text('version');
  reader.settle();
  return { context, reader, requirement: { name, version: version as PlacedText } };
}

function checkPlugins(
  requirements: readonly PluginRequirement[],
  { problems }: Reading,
  context: Context,
): void {
  const seen = new Set<string>();
  const unmet: string[] = [];
  let isMet = false;
  for (const { name, version } of requirements) {
    const asked = parseVersion(version.text);
    if (asked === undefined) {
      throw problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `the version of a plugin is like 0.4.0; found "${version.text}" for "${name}"`,
        at: version.at(0),
        length: version.text.length,
        fix: 'write three numbers with dots between them',
      });
    }
    if (seen.has(name)) {
      throw problems.fault('LOAD_ERR_VALIDATE', context, {
        message: `the plugin "${name}" is required twice, each as an alternative to the other`,
        at: version.at(0),
        length: version.text.length,
        fix: 'keep one of them',
      });
    }
    seen.add(name);
    const ours = PLUGIN_VERSIONS.get(name);
    isMet ||=
      (ours !== undefined && satisfies(ours, asked)) ||
      (K8S_AUDIT_SISTERS.has(name) && asked[0] === 0);
    unmet.push(
      ours === undefined
        ? `"${name}" is not known`
        : `"${name}" ${printVersion(asked)} is asked for and ${printVersion(ours)} is there`,
    );
  }
  if (isMet) {
    return;
  }
  throw problems.fault('LOAD_ERR_VALIDATE', context, {
    message: `these rules require a plugin that this program does not stand in for: ${unmet.join('; ')}`,
    fix: `it stands in for ${[...PLUGIN_VERSIONS].map(([name, version]) => `${name} ${printVersion(version)}`).join(', ')}`,
  });
}
