/** The ATT&CK matrix of what fired. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { Panel, type SectionProps } from './panel.jsx';
import { Text } from './text.jsx';
import { tagsOf } from './view.js';

/** Tactics of ATT&CK for Enterprise, in its order, by the tags that rules have. */
const TACTICS: readonly (readonly [tag: string, name: string])[] = [
  ['mitre_reconnaissance', 'Reconnaissance'],
  ['mitre_resource_development', 'Resource development'],
  ['mitre_initial_access', 'Initial access'],
  ['mitre_execution', 'Execution'],
  ['mitre_persistence', 'Persistence'],
  ['mitre_privilege_escalation', 'Privilege escalation'],
  ['mitre_defense_evasion', 'Defense evasion'],
  ['mitre_credential_access', 'Credential access'],
  ['mitre_discovery', 'Discovery'],
  ['mitre_lateral_movement', 'Lateral movement'],
  ['mitre_collection', 'Collection'],
  ['mitre_command_and_control', 'Command and control'],
  ['mitre_exfiltration', 'Exfiltration'],
  ['mitre_impact', 'Impact'],
];

/** What fired, by tactic. */
export function Attack({ data, index, view, onChoose }: SectionProps): VNode {
  const { rules } = data.tables;
  const cells = useMemo(() => {
    const counts = new Int32Array(rules.count);
    for (const row of view.alerts) {
      const rule = index.alertRule[row] ?? -1;
      counts[rule] = (counts[rule] ?? 0) + 1;
    }
    const found = new Map<string, Map<string, { count: number; techniques: readonly string[] }>>();
    for (const [rule, count] of counts.entries()) {
      if (count === 0) {
        continue;
      }
      const tags = tagsOf(data, rule);
      const techniques = tags.filter((tag) => /^T\d{4}(\.\d{3})?$/.test(tag));
      for (const tag of tags.filter((each) => each.startsWith('mitre_'))) {
        const column =
          found.get(tag) ?? new Map<string, { count: number; techniques: readonly string[] }>();
        const name = rules.text('name', rule) ?? '';
        column.set(name, { count: count + (column.get(name)?.count ?? 0), techniques });
        found.set(tag, column);
      }
    }
    return found;
  }, [data, index, view.alerts]);
  const columns = TACTICS.filter(([tag]) => cells.has(tag));
  return (
    <Panel
      id="attack"
      title="ATT&CK"
      note="tactics and techniques that the rules which fired are tagged with"
    >
      {columns.length === 0 ? (
        <p class="none">No rule with such a tag fired.</p>
      ) : (
        <div class="attack">
          {columns.map(([tag, name]) => (
            <div key={tag}>
              <h3>{name}</h3>
              <ul>
                {[...(cells.get(tag) ?? [])].map(([rule, { count, techniques }]) => (
                  <li key={rule}>
                    <button
                      type="button"
                      class="link"
                      onClick={() => {
                        onChoose({ rule });
                      }}
                    >
                      <Text of={rule} /> ×{count}
                    </button>
                    <span class="note">
                      <Text of={techniques.join(' ')} />
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}
