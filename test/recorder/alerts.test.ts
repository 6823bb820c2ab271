/** From a live machine to an alert: recorded, then analyzed with a rule, through the program as it is run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, tiercelIn, whyNoProgram, whyNotHere } from './support.js';

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
afterAll(() => {
  folder.remove();
});

const RULE = `- rule: Shadow read
  desc: the file of password hashes is opened
  condition: evt.type in (open, openat, openat2) and evt.is_open_read=true and fd.name=/etc/shadow
  output: "%proc.cmdline parent=%proc.pname user=%user.name exe=%proc.exepath cwd=%proc.cwd"
  priority: WARNING
`;

describe.skipIf(reason !== undefined)(`alerts${reason === undefined ? '' : ` (${reason})`}`, () => {
  const file = join(folder.path, 'live.scap');
  const rules = join(folder.path, 'rules.yaml');

  it('fire on what tiercel record has just recorded', () => {
    writeFileSync(rules, RULE);
    const run = tiercel(
      'record',
      '-w',
      file,
      '--only-command',
      '--',
      'sh',
      '-c',
      'cd /tmp; cat /etc/shadow >/dev/null; true',
    );
    expect(run.stderr).toMatch(/none lost \(the command ended\)/);
    expect(run.status).toBe(0);
    const alerts = tiercel('analyze', file, '-r', rules, '--no-store');
    expect(alerts.stdout).toMatch(
      /Warning cat \/etc\/shadow parent=sh user=root exe=\/usr\/bin\/cat cwd=\/tmp\/\n$/,
    );
  });

  it("come out as the exam's line", () => {
    const line = tiercel(
      'analyze',
      file,
      '-r',
      rules,
      '--no-store',
      '-p',
      '%evt.time,%container.id,%container.name,%user.name',
    );
    expect(line.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{9},[^,]+,[^,]+,root\n$/);
  });

  it('come from recordings that never replace a file', () => {
    const again = tiercel('record', '-w', file, '--duration', '1s');
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('RECORD_FILE_EXISTS');
  });
});

describe.runIf(reason !== undefined)('alerts', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
