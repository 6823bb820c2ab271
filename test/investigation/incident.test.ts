/** Which alerts belong together. */
import { describe, expect, it } from 'vitest';
import type { Alert, ProcessSnapshot } from '../../src/alerts/index.js';
import { groupOf } from '../../src/investigation/analysis/incident.js';

/** A process; whatever the grouping does not look at is left out. */
function process(pid: number, more: Partial<ProcessSnapshot> = {}): ProcessSnapshot {
  return { pid, name: `p${pid}`, startTime: BigInt(pid) * 10n, ...more } as ProcessSnapshot;
}

/** The group of an alert of a process with these ancestors, nearest first. */
function groupAmong(...processes: readonly ProcessSnapshot[]): { kind: string; key: string; root: number | undefined } {
  const { grouping, rootPid } = groupOf({ processes } as unknown as Alert);
  return { kind: grouping.kind, key: grouping.key, root: rootPid };
} // prettier-ignore

const init = process(1);

describe('an alert on a host', () => {
  it('belongs to the login session, which begins with the oldest ancestor of that user in an unbroken line', () => {
    const session = process(50, { loginuid: 1000 });
    const other = process(40, { loginuid: 1001 });
    const group = groupAmong(process(52, { loginuid: 1000 }), session, other, process(30, { loginuid: 1000 }), init);
    expect(group).toEqual({ kind: 'login', key: 'login:1000:50', root: 50 });
  }); // prettier-ignore

  it('belongs to its service, where nobody logged in', () => {
    const group = groupAmong(process(9, { service: 'nginx.service' }), init);
    expect(group).toEqual({ kind: 'service', key: 'service:nginx.service', root: undefined });
  });

  it('belongs to the oldest ancestor below init, where there is no service', () => {
    const group = groupAmong(process(9), process(8), process(7), init);
    expect(group).toEqual({ kind: 'process', key: 'process:7', root: 7 });
  });

  it('belongs to the same process when that runs another program', () => {
    const later = process(7, { startTime: 99n, name: 'other' });
    expect(groupAmong(later, init).key).toBe(groupAmong(process(7), init).key);
  });

  it('belongs to another incident where a later process has the number of the first', () => {
    const first = process(7, { birthTime: 70n });
    const same = process(7, { birthTime: 70n, startTime: 99n });
    const later = process(7, { birthTime: 500n });
    expect(groupAmong(first, init).key).toBe(groupAmong(same, init).key);
    expect(groupAmong(later, init).key).not.toBe(groupAmong(first, init).key);
    const session = (birthTime: bigint) => groupAmong(process(50, { loginuid: 1000, birthTime }), init);
    expect(session(1n).key).not.toBe(session(2n).key);
  }); // prettier-ignore

  it('belongs to nobody that is known, where the capture describes no process', () => {
    expect(groupAmong()).toEqual({ kind: 'unknown', key: 'unknown', root: undefined });
  });
});

describe('an alert', () => {
  it('of a container belongs to it, whoever logged in', () => {
    const container = { id: '341be781204b', name: 'nginx' };
    const processes = [process(9, { loginuid: 1000 }), init];
    const { grouping } = groupOf({ container, processes } as unknown as Alert);
    expect(grouping.key).toBe('container:341be781204b');
    expect(grouping.why).toBe('All of them happened in container nginx (341be781204b).');
  });

  it('about a request of an audit log belongs to its user', () => {
    const { grouping } = groupOf({ request: { user: 'alice' }, processes: [] } as unknown as Alert);
    expect([grouping.kind, grouping.key]).toEqual(['user', 'user:alice']);
  });
});
