/** Hashes, versions, options, and how to check them. */
import type { VNode } from 'preact';
import type { Data } from './data.js';
import { Panel, type SectionProps } from './panel.jsx';
import { Text } from './text.jsx';
import { dateAndClock, grouped } from './words.js';

/** Hashes, versions, options, and how to check them. */
export function Integrity({ data }: SectionProps): VNode {
  const { evidence, runs, rule_files: files, case_seals: seals } = data.tables;
  const seal = seals.text('sha256', 0);
  return (
    <Panel id="integrity" title="Integrity" note="what this report rests on, and how to check it">
      {[
        <table key="evidence">
          <caption>Evidence</caption>
          <thead>
            <tr>
              <th scope="col">file</th>
              <th scope="col">bytes</th>
              <th scope="col">events</th>
              <th scope="col">from</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {evidence.rows().map((row) => (
              <tr key={row}>
                <td>
                  <Text of={evidence.text('path', row) ?? ''} isWhole />
                </td>
                <td>{grouped(evidence.number('size_bytes', row))}</td>
                <td>{grouped(evidence.number('event_count', row))}</td>
                <td>{dateAndClock(evidence.time('first_event_ns', row), data.zone)}</td>
                <td>
                  <code>
                    <Text of={evidence.text('sha256', row) ?? ''} />
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>,
        <table key="runs">
          <caption>Analyses</caption>
          <thead>
            <tr>
              <th scope="col">evidence</th>
              <th scope="col">status</th>
              <th scope="col">alerts</th>
              <th scope="col">tiercel</th>
              <th scope="col">options</th>
              <th scope="col">SHA-256 of the rules</th>
            </tr>
          </thead>
          <tbody>
            {runs.rows().map((row) => (
              <tr key={row}>
                <td>
                  <Text of={runs.text('path', row) ?? ''} isWhole />
                </td>
                <td>
                  <Text of={runs.text('status', row) ?? ''} />
                </td>
                <td>{grouped(runs.number('alert_count', row))}</td>
                <td>
                  <Text of={runs.text('tool_version', row) ?? ''} />
                </td>
                <td>
                  <Text of={runs.text('options', row) ?? ''} isWhole />
                </td>
                <td>
                  <code>
                    <Text of={runs.text('rules_sha256', row) ?? ''} />
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>,
        <table key="files">
          <caption>Rule files</caption>
          <thead>
            <tr>
              <th scope="col">file</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {distinctFiles(data).map(([path, sha256]) => (
              <tr key={path + sha256}>
                <td>
                  <Text of={path} isWhole />
                </td>
                <td>
                  <code>
                    <Text of={sha256} />
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>,
        files.count === 0 ? <p key="no-files">The case names no rule files.</p> : undefined,
        <HowToCheck key="how" seal={seal} />,
      ]}
    </Panel>
  );
}

function HowToCheck({ seal }: { readonly seal: string | undefined }): VNode {
  return (
    <div>
      <h3>How to check</h3>
      <ul>
        <li>
          The evidence: <code>sha256sum FILE</code> gives the SHA-256 above.
        </li>
        <li>
          The case: <code>tiercel query CASE --verify</code> reports rows that were changed, added
          or removed.{' '}
          {seal === undefined ? (
            'It was not sealed when this report was made.'
          ) : (
            <>
              Its digest when this report was made:{' '}
              <code>
                <Text of={seal} />
              </code>
            </>
          )}
        </li>
        <li>
          The findings: the same version of tiercel, with the same rules and options, gives the same
          alerts from the same evidence.
        </li>
        <li>This page does not prove itself. Note its SHA-256 where it cannot be changed.</li>
      </ul>
      <p class="signature">Name, date, signature:</p>
    </div>
  );
}

function distinctFiles({
  tables: { rule_files: files },
}: Data): readonly (readonly [string, string])[] {
  const found = new Map(
    files.rows().map((row) => {
      const pair = [files.text('path', row) ?? '', files.text('sha256', row) ?? ''] as const;
      return [pair.join('\n'), pair] as const;
    }),
  );
  return [...found.values()];
}
