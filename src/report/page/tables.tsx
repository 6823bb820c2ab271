/** Files, containers, users, audit requests, rules. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { describeFile } from './deeds.js';
import { Grid, type Column } from './grid.jsx';
import { describeProcess, Panel, type SectionProps } from './panel.jsx';
import { clock, grouped } from './words.js';

/** What was written, renamed, removed, executed. */
export function Files(props: SectionProps): VNode {
  const { data, index, view, onChoose } = props;
  const { files } = data.tables;
  const of = describeProcess(props);
  const columns: Column[] = [
    {
      name: 'first',
      share: 1.2,
      text: (row) => clock(files.time('first_ns', row), data.zone),
      sort: (row) => files.time('first_ns', row),
    },
    { name: 'path', share: 4, text: (row) => files.text('path', row) ?? '' },
    { name: 'what was done', share: 3, text: (row) => describeFile(data, row) },
    { name: 'program', share: 3, text: (row) => of(index.fileProcess[row]).command },
    { name: 'where', share: 1.3, text: (row) => of(index.fileProcess[row]).place },
  ];
  return (
    <Panel
      id="files"
      title="Files"
      note={`${grouped(view.files.length)}; those only read are here if an alert is about them`}
    >
      <Grid
        label="Files"
        rows={view.files}
        columns={columns}
        onSelect={(row) => {
          const process = index.fileProcess[row] ?? -1;
          if (process >= 0) {
            onChoose({ selected: `p${process}` });
          }
        }}
      />
    </Panel>
  );
}

/** Containers and pods; choosing one restricts the page to it. */
export function Containers({ data, index, view, onChoose }: SectionProps): VNode {
  const { containers } = data.tables;
  const counts = useMemo(() => {
    const found = new Int32Array(containers.count);
    for (const row of view.alerts) {
      const container = index.alertContainer[row] ?? -1;
      found[container] = (found[container] ?? 0) + 1; // of -1, the host, nothing is kept
    }
    return found;
  }, [index, view]);
  const columns: Column[] = [
    { name: 'name', share: 2, text: (row) => containers.text('name', row) ?? 'unknown' },
    { name: 'id', share: 1.4, text: (row) => containers.text('id', row) ?? '' },
    { name: 'image', share: 3, text: (row) => containers.text('image', row) ?? 'unknown' },
    {
      name: 'pod',
      share: 2.4,
      text: (row) =>
        [containers.text('namespace', row), containers.text('pod', row)]
          .filter((word) => word !== undefined)
          .join('/'),
    },
    { name: 'engine', share: 1, text: (row) => containers.text('type', row) ?? '' },
    {
      name: 'privileged',
      share: 0.9,
      text: (row) => ['no', 'yes'][containers.number('is_privileged', row) ?? -1] ?? 'unknown',
    },
    {
      name: 'alerts',
      share: 0.7,
      text: (row) => grouped(counts[row] ?? 0),
      sort: (row) => counts[row],
    },
  ];
  return (
    <Panel id="containers" title="Containers and pods" note={grouped(containers.count)}>
      <Grid
        label="Containers"
        rows={containers.rows()}
        columns={columns}
        height={200}
        onSelect={(row) => {
          onChoose({ container: String(containers.number('container_key', row) ?? '') });
        }}
      />
    </Panel>
  );
}

/** Users of the machine, by programs and alerts. */
export function Users({ data, view }: SectionProps): VNode {
  const { processes } = data.tables;
  const users = useMemo(() => {
    const { at } = processes.texts('user');
    const found = new Map<
      number,
      {
        name: string;
        uid: number | undefined;
        programs: number;
        alerts: number;
        logins: Set<number>;
      }
    >();
    for (const row of view.processes) {
      const uid = processes.number('uid', row);
      const name = processes.text('user', row) ?? 'unknown';
      const key = (at[row] ?? -1) * 2 ** 33 + (uid ?? -1); // ids of users have 32 bits
      const user = found.get(key) ?? {
        name,
        uid,
        programs: 0,
        alerts: 0,
        logins: new Set<number>(),
      };
      user.programs += 1;
      user.alerts += view.alertCounts[row] ?? 0;
      const login = processes.number('login_uid', row);
      if (login !== undefined && login >= 0 && login !== 4294967295) {
        user.logins.add(login);
      }
      found.set(key, user);
    }
    return [...found.values()].sort((a, b) => b.alerts - a.alerts || b.programs - a.programs);
  }, [data, view]);
  const columns: Column[] = [
    { name: 'user', share: 2, text: (row) => users[row]?.name ?? '' },
    {
      name: 'uid',
      share: 1,
      text: (row) => String(users[row]?.uid ?? 'unknown'),
      sort: (row) => users[row]?.uid,
    },
    {
      name: 'logged in as uid',
      share: 1.4,
      text: (row) => [...(users[row]?.logins ?? [])].join(', '),
    },
    {
      name: 'programs',
      share: 1,
      text: (row) => grouped(users[row]?.programs),
      sort: (row) => users[row]?.programs,
    },
    {
      name: 'alerts',
      share: 1,
      text: (row) => grouped(users[row]?.alerts),
      sort: (row) => users[row]?.alerts,
    },
  ];
  return (
    <Panel id="users" title="Users" note={grouped(users.length)}>
      <Grid label="Users" rows={users.map((_, row) => row)} columns={columns} height={200} />
    </Panel>
  );
}

/** Requests of audit logs. */
export function Requests({ data, index, view, onChoose }: SectionProps): VNode | null {
  const { audit_events: requests, processes } = data.tables;
  if (requests.count === 0) {
    return null;
  }
  const columns: Column[] = [
    {
      name: 'time',
      share: 1.3,
      text: (row) => clock(requests.time('time_ns', row), data.zone),
      sort: (row) => requests.time('time_ns', row),
    },
    { name: 'user', share: 2, text: (row) => requests.text('user', row) ?? 'unknown' },
    { name: 'verb', share: 1.2, text: (row) => requests.text('verb', row) ?? '' },
    {
      name: 'object',
      share: 2.6,
      text: (row) =>
        [
          requests.text('resource', row),
          requests.text('subresource', row),
          requests.text('namespace', row),
          requests.text('name', row),
        ]
          .filter((word) => word !== undefined && word !== '')
          .join(' '),
    },
    { name: 'command', share: 2, text: (row) => requests.text('command', row) ?? '' },
    { name: 'from', share: 1.2, text: (row) => requests.text('source_address', row) ?? '' },
    { name: 'outcome', share: 0.9, text: (row) => requests.text('outcome', row) ?? '' },
    {
      name: 'process it started',
      share: 2.2,
      text: (row) =>
        (index.started.get(row) ?? [])
          .map(
            ({ process }) =>
              `${processes.number('pid', process) ?? ''} ${processes.text('cmdline', process) ?? ''}`,
          )
          .join(', '),
    },
  ];
  return (
    <Panel id="requests" title="Audit requests" note={grouped(view.requests.length)}>
      <Grid
        label="Audit requests"
        rows={view.requests}
        columns={columns}
        onSelect={(row) => {
          const [start] = index.started.get(row) ?? [];
          if (start !== undefined) {
            onChoose({ selected: `p${start.process}` });
          }
        }}
      />
    </Panel>
  );
}

/** Rules that ran: those that fired, were silent, or could not fire. */
export function Rules({ data, onChoose }: SectionProps): VNode {
  const { rules } = data.tables;
  const columns: Column[] = [
    { name: 'rule', share: 3, text: (row) => rules.text('name', row) ?? '' },
    {
      name: 'priority',
      share: 1,
      text: (row) => rules.text('priority', row) ?? '',
      sort: (row) => rules.number('priority_rank', row),
    },
    { name: 'source', share: 1, text: (row) => rules.text('source', row) ?? '' },
    {
      name: 'alerts',
      share: 0.7,
      text: (row) => grouped(rules.number('alert_count', row)),
      sort: (row) => rules.number('alert_count', row),
    },
    {
      name: 'could not fire',
      share: 3,
      text: (row) => rules.text('cannot_fire_detail', row) ?? '',
    },
  ];
  const rows = rules.rows();
  const fired = rows.filter((row) => (rules.number('alert_count', row) ?? 0) > 0).length;
  const unable = rows.filter((row) => rules.text('cannot_fire', row) !== undefined).length;
  return (
    <Panel
      id="rules"
      title="Rules"
      note={`${grouped(rules.count)} ran, ${grouped(fired)} fired, ${grouped(unable)} could not fire on this evidence`}
    >
      <Grid
        label="Rules"
        rows={rows}
        columns={columns}
        onSelect={(row) => {
          onChoose({ rule: rules.text('name', row) ?? '' });
        }}
      />
    </Panel>
  );
}
