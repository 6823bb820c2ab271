/** The story of one process, or all about one alert. */
import type { ComponentChildren, VNode } from 'preact';
import type { Data } from './data.js';
import { describeFile, describePeer } from './deeds.js';
import type { Choice } from './state.js';
import { Text } from './text.jsx';
import type { Index, Start } from './catalogue.js';
import { dateAndClock, grouped, shellWord } from './words.js';

interface DetailProps {
  readonly data: Data;
  readonly index: Index;
  readonly choice: Choice;
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** So many of a kind are listed; the tables below have all. */
const LISTED = 50;

/** What is selected. */
export function Detail(props: DetailProps): VNode {
  const { selected } = props.choice;
  const row = Number(selected.slice(1));
  const { alerts, processes } = props.data.tables;
  const isAlert = selected.startsWith('a') && row < alerts.count;
  const isProcess = selected.startsWith('p') && row < processes.count;
  return (
    <section class="detail" aria-labelledby="detail" aria-live="polite">
      <h2 id="detail">{isAlert ? 'Alert' : isProcess ? 'Process' : 'Detail'}</h2>
      {isAlert ? <AlertDetail {...props} row={row} /> : undefined}
      {isProcess ? <ProcessDetail {...props} row={row} /> : undefined}
      {isAlert || isProcess ? undefined : <p class="none">Choose an alert or a process.</p>}
    </section>
  );
}

function Facts({ of }: { readonly of: readonly (readonly [string, string | undefined])[] }): VNode {
  return (
    <dl>
      {of.map(([name, value]) =>
        value === undefined || value === '' ? undefined : (
          <div key={name}>
            <dt>
              <Text of={name} />
            </dt>
            <dd>
              <Text of={value} isWhole />
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

function AlertDetail({
  data,
  index,
  row,
  onChoose,
}: DetailProps & { readonly row: number }): VNode {
  const { alerts, rules, runs } = data.tables;
  const rule = index.alertRule[row] ?? -1;
  const run = index.runRow.row(alerts.number('run_id', row));
  const process = index.alertProcess[row] ?? -1;
  const path = runs.text('path', run) ?? '';
  const number = alerts.number('event_number', row) ?? 0;
  return (
    <div>
      <h3>
        <Text of={rules.text('name', rule) ?? ''} />
      </h3>
      <p>
        <Text of={data.alertTexts.line(row)} isWhole />
      </p>
      {alerts.number('near_loss', row) === 1 ? (
        <p class="warning">Events were lost at this time: what led to it may be missing.</p>
      ) : undefined}
      <Facts
        of={[
          [
            'time',
            dateAndClock(
              alerts.time('time_ns', row),
              data.zone,
              alerts.nanoseconds('time_ns', row),
            ),
          ],
          ['priority', rules.text('priority', rule)],
          ['evidence', path],
          [
            'event',
            `number ${number}, at byte ${alerts.number('byte_offset', row) ?? ''} (uncompressed)`,
          ],
          ['to see it', `tiercel events ${shellWord(path)} 'evt.num = ${number}'`],
          ...data.alertTexts.fields(row).map(([name, text]) => [name, text ?? 'none'] as const),
          ['what the rule says', rules.text('description', rule)],
          ['condition', rules.text('condition', rule)],
          ['stands in', `${rules.text('file', rule) ?? ''}:${rules.number('line', rule) ?? ''}`],
          ['tags', (JSON.parse(rules.text('tags', rule) ?? '[]') as string[]).join(', ')],
        ]}
      />
      {process < 0 ? undefined : (
        <Ancestors data={data} index={index} row={process} onChoose={onChoose} isWhole />
      )}
    </div>
  );
}

/** Oldest first; a chain may be long. */
function Ancestors({
  data,
  index,
  row,
  onChoose,
  isWhole,
}: Omit<DetailProps, 'choice'> & { readonly row: number; readonly isWhole?: boolean }): VNode {
  const { processes } = data.tables;
  const chain: number[] = isWhole === true ? [row] : [];
  let at = index.processParent[row] ?? -1;
  while (at >= 0 && chain.length < LISTED) {
    chain.unshift(at);
    at = index.processParent[at] ?? -1;
  }
  return (
    <div>
      <h4>{isWhole === true ? 'Process and its ancestors' : 'Ancestors'}</h4>
      {chain.length === 0 ? (
        <p class="none">None is known.</p>
      ) : (
        <ol class="chain">
          {chain.map((process) => (
            <li key={process}>
              <button
                type="button"
                class="link"
                onClick={() => {
                  onChoose({ selected: `p${process}` });
                }}
              >
                {processes.number('pid', process)}{' '}
                <code>
                  <Text
                    of={processes.text('cmdline', process) ?? processes.text('name', process) ?? ''}
                  />
                </code>
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function ProcessDetail({
  data,
  index,
  row,
  onChoose,
}: DetailProps & { readonly row: number }): VNode {
  const { processes, containers, alerts, rules } = data.tables;
  const container = index.processContainer[row] ?? -1;
  const children = index.children.of(row);
  const asked = startsBehind(index, row);
  const { zone } = data;
  return (
    <div>
      <h3>
        <code>
          <Text of={processes.text('cmdline', row) ?? ''} isWhole />
        </code>
      </h3>
      <Facts
        of={[
          ['name', processes.text('name', row)],
          ['file', processes.text('exepath', row)],
          ['process id', String(processes.number('pid', row) ?? '')],
          [
            'user',
            [processes.text('user', row), `uid ${processes.number('uid', row) ?? 'unknown'}`]
              .filter((word) => word !== undefined)
              .join(', '),
          ],
          ['login uid', String(processes.number('login_uid', row) ?? '')],
          ['folder', processes.text('cwd', row)],
          [
            'container',
            [
              containers.text('name', container),
              containers.text('id', container),
              containers.text('image', container),
            ]
              .filter((word) => word !== undefined)
              .join(', '),
          ],
          [
            'pod',
            [containers.text('namespace', container), containers.text('pod', container)]
              .filter((word) => word !== undefined)
              .join('/'),
          ],
          ['service', processes.text('service', row)],
          ['began', dateAndClock(processes.time('start_ns', row), zone) || 'before the evidence'],
          ['ended', dateAndClock(processes.time('end_ns', row), zone) || 'after the evidence'],
        ]}
      />
      <Ancestors data={data} index={index} row={row} onChoose={onChoose} />
      <Listed name="Asked for in an audit log" rows={asked.map((_, at) => at)}>
        {(at) => <Text of={describeStart(data, asked[at])} />}
      </Listed>
      <Listed name="Started" rows={children}>
        {(child) => (
          <button
            type="button"
            class="link"
            onClick={() => {
              onChoose({ selected: `p${child}` });
            }}
          >
            {processes.number('pid', child)}{' '}
            <code>
              <Text of={processes.text('cmdline', child) ?? ''} />
            </code>
          </button>
        )}
      </Listed>
      <Listed name="Alerts" rows={index.alertsOf.of(row)}>
        {(alert) => (
          <button
            type="button"
            class="link"
            onClick={() => {
              onChoose({ selected: `a${alert}` });
            }}
          >
            {dateAndClock(alerts.time('time_ns', alert), zone)}{' '}
            <Text of={rules.text('name', index.alertRule[alert] ?? -1) ?? ''} />
          </button>
        )}
      </Listed>
      <Listed name="Files" rows={index.filesOf.of(row)}>
        {(file) => (
          <span>
            <code>
              <Text of={data.tables.files.text('path', file) ?? ''} />
            </code>{' '}
            <Text of={describeFile(data, file)} />
          </span>
        )}
      </Listed>
      <Listed name="Connections" rows={index.connectionsOf.of(row)}>
        {(connection) => <Text of={describePeer(data, connection)} />}
      </Listed>
    </div>
  );
}

/** Requests that started a process or one of its ancestors. */
function startsBehind({ askedBy, processParent }: Index, row: number): readonly Start[] {
  const starts: Start[] = [];
  for (let at = row; at >= 0 && starts.length < LISTED; at = processParent[at] ?? -1) {
    starts.push(...(askedBy.get(at) ?? []));
  }
  return starts;
}

function describeStart({ tables }: Data, start: Start | undefined): string {
  const { audit_events: requests, processes } = tables;
  const { request = -1, process = -1, delay } = start ?? {};
  const text = (column: 'user' | 'source_address' | 'namespace' | 'name' | 'command'): string =>
    requests.text(column, request) ?? 'unknown';
  return `${text('user')} (from ${text('source_address')}) ran “${text('command')}” in pod ${text('namespace')}/${text('name')}; process ${processes.number('pid', process) ?? ''} began ${delay ?? ''} ms later`;
}

function Listed({
  name,
  rows,
  children,
}: {
  readonly name: string;
  readonly rows: readonly number[];
  readonly children: (row: number) => ComponentChildren;
}): VNode | null {
  if (rows.length === 0) {
    return null;
  }
  return (
    <div>
      <h4>
        {name} ({grouped(rows.length)})
      </h4>
      <ul>
        {rows.slice(0, LISTED).map((row) => (
          <li key={row}>{children(row)}</li>
        ))}
      </ul>
      {rows.length > LISTED ? (
        <p class="beyond">and {grouped(rows.length - LISTED)} more</p>
      ) : undefined}
    </div>
  );
}
