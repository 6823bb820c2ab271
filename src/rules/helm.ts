/**
 * Rules inside a Helm values file: `customRules: {my_rules.yaml: |- ...}`, each key a file of its own. They are
 * loaded as the chart mounts them: in order of their names.
 */
import type { PlacedText } from './source-text.js';
import { valueOf, type YamlNode } from './yaml.js';

/** The texts of the rules files in a values file; `undefined` if this is none. */
export function rulesInHelmValues(root: YamlNode | undefined): readonly PlacedText[] | undefined {
  if (root?.kind !== 'mapping') {
    return undefined;
  }
  const custom = valueOf(root, 'customRules');
  if (custom?.kind !== 'mapping') {
    return undefined;
  }
  const files: { name: string; text: PlacedText }[] = [];
  for (const { key, value } of custom.entries) {
    if (key.kind === 'scalar' && value.kind === 'scalar' && !value.isNull) {
      files.push({ name: key.text, text: value });
    }
  }
  files.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return files.map(({ text }) => text);
}
