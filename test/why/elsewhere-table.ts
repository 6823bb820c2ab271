/**
 * The kinds of broken rules again: other fields, other operators, other captures. A row is the id of the reason, the evidence
 * below fixtures/ (or a name of a scene), and a condition; or rules files, text by text, that define R.
 */

/** What differs from a plain run. */
export interface More {
  readonly files?: readonly string[];
  /** Lines of the rule below its condition. */
  readonly lines?: string;
  readonly filter?: string;
  readonly tag?: readonly string[];
  readonly 'disable-tag'?: readonly string[];
  readonly disable?: readonly string[];
  readonly 'min-priority'?: string;
}

/** A rule that stays silent, and why. */
export type Elsewhere = readonly [id: string, on: string, condition: string, more?: More];

const RUNS = 'evt.type in (execve, execveat)';
const OPENS = 'evt.type in (open, openat, openat2)';

/** A rule of the name R. */
export function ruleOf(condition: string, lines = ''): string {
  return `- rule: R\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n${lines}`;
}

const earlier = (condition: string): string =>
  ruleOf(condition).replace('rule: R', 'rule: Earlier');

const APK = `${RUNS} and proc.name = apk`;
const KUBERNETES = 'audit/every-kubernetes-rule.log';
const OF_KUBERNETES = { lines: '  source: k8s_audit\n' };

// prettier-ignore
export const ELSEWHERE: readonly Elsewhere[] = [
  ['other-directory', 'host.scap', `${OPENS} and fd.name startswith /usr/local/etc/`],
  ['other-directory', 'host.scap', `${OPENS} and fd.name in (/home/user/.bash_history, /home/user/x)`],
  ['other-directory', 'host.scap', `${OPENS} and fd.name glob /home/*/.bash_history`],
  ['other-directory', 'host.scap', `${OPENS} and fd.name pmatch (/home/root, /opt/app)`],
  ['other-directory', 'on-host.scap', `${RUNS} and proc.exepath startswith /usr/local/sbin`],
  ['other-directory', 'attack.scap', 'evt.type = openat and fd.name startswith /srv/www/html'],
  ['part-of-value', 'attack.scap', `${RUNS} and container.image.repository = nginx`],
  ['part-of-value', 'audit/quiet-cloudtrail.json', 'ct.src = ec2', { lines: '  source: aws_cloudtrail\n' }],

  ['direction', 'exam.scap', 'evt.type = execve and evt.dir = > and proc.name = apk'],
  ['direction', 'exam.scap', 'evt.type = close and not evt.dir = <'],
  ['direction', 'attack.scap', 'evt.type = clone and evt.dir in (">")'],
  ['direction', 'exam.scap', '', { files: [`- macro: entering\n  condition: evt.dir = >\n${ruleOf('evt.type = close and entering')}`] }],

  ['script-name', 'HOST', `${RUNS} and proc.name in (backup.sh, restore.sh)`],
  ['script-name', 'HOST', `${OPENS} and proc.name endswith .sh`],
  ['script-name', 'HOST', `${OPENS} and proc.name glob "back*"`],
  ['script-name', 'HOST', `${RUNS} and proc.exepath = /srv/backup.sh`],
  ['script-name', 'HOST', `${RUNS} and proc.exepath endswith /backup.sh`],
  ['script-name', 'attack.scap', `${RUNS} and proc.exepath = /tmp/look`],

  ['failed-calls', 'FAILING', `${OPENS} and evt.res = SUCCESS`],
  ['failed-calls', 'host.scap', `${OPENS} and fd.num > 2 and fd.name startswith /run/userdb`],
  ['failed-calls', 'host.scap', `${OPENS} and evt.rawres >= 0 and fd.name = /root/.inputrc`],
  ['failed-calls', 'host.scap', `${OPENS} and not evt.failed = true and fd.name = /root/.inputrc`],
  ['failed-calls', 'host.scap', '', { files: [`- macro: opened\n  condition: (fd.num >= 0 and fd.name = /root/.inputrc)\n${ruleOf(`${OPENS} and opened`)}`] }],

  ['no-container-metadata', 'BARE', `${RUNS} and container.image.tag = latest`],
  ['no-container-metadata', 'BARE', `${RUNS} and k8s.pod.name exists`],
  ['no-container-metadata', 'BARE', `${RUNS} and container.image.repository != nginx`],
  ['no-container', 'on-host.scap', `${RUNS} and container.name = web`],
  ['no-container', 'on-host.scap', `${RUNS} and not container.id = host`],
  ['no-container', 'host.scap', `${OPENS} and k8s.ns.name = prod`],
  ['no-user-list', 'HOST', `${RUNS} and user.name = root`],
  ['no-user-list', 'HOST', `${RUNS} and group.name = wheel`],
  ['old-layout', 'OLD', `${RUNS} and proc.exepath = /sbin/apk`],
  ['old-layout', 'OLD', `${RUNS} and evt.arg.filename = /sbin/apk`],
  ['old-layout', 'OLD', `${RUNS} and proc.is_exe_writable = true`],

  ['exception', 'host.scap', `${OPENS} and fd.name startswith /etc`, { lines: '  exceptions:\n  - name: e\n    fields: [fd.name]\n    comps: [startswith]\n    values:\n    - [/etc/]\n' }],
  ['exception', 'exam.scap', `${RUNS} and proc.name in (sh, sed)`, { lines: '  exceptions:\n  - name: e\n    fields: proc.name\n    comps: in\n    values: [sh]\n  - name: f\n    fields: [container.name, proc.name]\n    values:\n    - [httpd, sed]\n' }],
  ['exception', KUBERNETES, 'ka.verb = create', { lines: '  source: k8s_audit\n  exceptions:\n  - name: e\n    fields: [ka.verb]\n    values:\n    - [create]\n' }],

  ['macro-overridden', 'exam.scap', '', { files: [`- macro: inner\n  condition: proc.name = apk\n- macro: m\n  condition: inner and proc.name exists\n${ruleOf(`${RUNS} and m`)}`, '- macro: inner\n  condition: (evt.num = 0)\n'] }],
  ['macro-overridden', 'exam.scap', '', { files: [`- macro: m\n  condition: proc.name = apk\n${ruleOf(`${RUNS} and m`)}`, '- macro: m\n  condition: and container.name = other\n  override: {condition: append}\n'] }],
  ['macro-overridden', 'exam.scap', '', { files: [`- macro: known\n  condition: (evt.num = 0)\n${ruleOf(`${APK} and not known`)}`, '- macro: known\n  condition: (container.id != host)\n'] }],
  ['list-overridden', 'exam.scap', '', { files: [`- list: inner\n  items: [apk]\n- list: l\n  items: [inner, dnf]\n${ruleOf(`${RUNS} and proc.name in (l)`)}`, '- list: inner\n  items: [zypper]\n'] }],
  ['list-overridden', 'exam.scap', '', { files: [`- list: l\n  items: [apk]\n${ruleOf(`${RUNS} and proc.name in (l)`)}`, '- list: l\n  items: []\n'] }],
  ['list-overridden', 'exam.scap', '', { files: [`- list: known\n  items: [dnf]\n${ruleOf(`${APK} and not proc.name in (known)`)}`, '- list: known\n  items: [apk]\n  override: {items: append}\n'] }],
  ['list-overridden', 'exam.scap', '', { files: [`- list: known\n  items: [dnf]\n${ruleOf(APK, '  exceptions:\n  - name: e\n    fields: proc.name\n    comps: in\n    values: [known]\n')}`, '- list: known\n  items: [apk]\n'] }],
  ['rule-overridden', 'exam.scap', '', { files: [ruleOf(APK), '- rule: R\n  condition: and container.name = other\n  override: {condition: append}\n'] }],
  ['rule-overridden', 'exam.scap', '', { files: [ruleOf(APK), ruleOf(`${RUNS} and proc.name = dnf`)] }],

  ['shadowed', 'exam.scap', '', { files: [earlier(`${RUNS} and proc.name = sed`) + ruleOf(`${RUNS} and container.id != host and proc.name = sed`)] }],
  ['shadowed', KUBERNETES, '', { files: [earlier('ka.verb exists\n  source: k8s_audit') + ruleOf('ka.verb = create', '  source: k8s_audit\n')] }],
  ['disabled', 'exam.scap', '', { files: [ruleOf(APK), '- rule: R\n  enabled: false\n  override: {enabled: replace}\n'] }],
  ['left-out-by-name', 'host.scap', OPENS, { disable: ['*'] }],
  ['left-out-by-tag', 'host.scap', OPENS, { lines: '  tags: [x]\n', 'disable-tag': ['x'] }],
  ['left-out-by-priority', 'host.scap', OPENS, { 'min-priority': 'notice' }],
  ['no-source', KUBERNETES, RUNS],
  ['not-shown', 'exam.scap', APK, { filter: 'evt.type = openat' }],
  ['no-event-type', 'exam.scap', 'evt.type in (init_module, finit_module)'],
  ['never-true', 'exam.scap', `${APK} and proc.name in (sh, bash)`],
  ['never-together', 'exam.scap', `${APK} and not proc.args contains curl`],

  ['case', 'host.scap', `${OPENS} and fd.name startswith /ETC`],
  ['case', 'exam.scap', `${RUNS} and proc.name glob "AP*"`],
  ['case', 'exam.scap', `${RUNS} and proc.name regex "APK|DNF"`],
  ['case', 'exam.scap', `(evt.type = execve and proc.name = APK) or (evt.type = openat and fd.name = /ETC/PASSWD)`],
  ['case', KUBERNETES, 'ka.verb = create and ka.target.resource in (PODS)', OF_KUBERNETES],
  ['comm-length', 'HOST', `${RUNS} and proc.name in (unattended-upgrades, gnome-keyring-daemon)`],
  ['comm-length', 'HOST', `${RUNS} and proc.name startswith gnome-keyring-daemon`],
  ['comm-length', 'HOST', `${RUNS} and proc.name endswith keyring-daemon`],
  ['symlink', 'host.scap', `${RUNS} and proc.exepath startswith /bin/`],
  ['symlink', 'on-host.scap', `${RUNS} and proc.exepath = /bin/sh`],
  ['symlink', 'exam.scap', `${RUNS} and proc.exepath in (/bin/sed, /bin/awk)`],
  ['symlink', 'on-host.scap', 'evt.type = connect and fd.name endswith /var/run/docker.sock'],
  ['symlink', 'host.scap', `${OPENS} and fd.name glob /usr/lib/*/libc.so*`],
  ['relative-path', 'host.scap', `${OPENS} and fd.name = ./notes.txt`],
  ['relative-path', 'host.scap', `${OPENS} and fd.name startswith etc/`],
  ['relative-path', 'host.scap', `${OPENS} and fd.name = "~/notes.txt"`],
  ['relative-path', 'HOST', `${OPENS} and evt.arg.name startswith /srv/data/`],
  ['trailing-slash', 'host.scap', `${OPENS} and fd.directory in (/etc/pam.d/)`],
  ['trailing-slash', 'on-host.scap', `${RUNS} and proc.cwd = /tmp`],

  ['no-descriptor', 'attack.scap', 'evt.type = clone and fd.sport != 22'],
  ['missing-value', KUBERNETES, 'ka.target.subresource != exec and ka.verb = list', OF_KUBERNETES],
  ['never-missing', 'host.scap', `${OPENS} and not user.uid exists`],
  ['never-missing', KUBERNETES, 'not ka.verb exists', OF_KUBERNETES],
];
