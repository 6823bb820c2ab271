import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/fields/index.js';
import { MOMENTS } from './moments.js';
import { CONTAINER_ID, field, POD_ID, print, START } from './scene.js';

/** How fields print at each moment; `undefined`: absent. */
type Expected = Readonly<Record<string, string | undefined>>;

// prettier-ignore
const EXPECTED: Readonly<Record<keyof typeof MOMENTS, Expected>> = {
  open: {
    'evt.num': '1', 'evt.source': 'syscall', 'evt.is_async': 'false', 'evt.asynctype': undefined, 'evt.hostname': 'lab',
    'evt.pluginname': undefined, 'evt.reltime': '000000000', 'evt.deltatime': '0', 'evt.latency': undefined,
    'evt.dir': '<', 'evt.type': 'openat', 'syscall.type': 'openat', 'evt.category': 'file', 'evt.cpu': '0',
    'evt.args': 'fd=9(<f>/srv/data/file.txt) dirfd=5(<d>/srv/data) name=sub/../file.txt(/srv/data/file.txt) flags=16391(O_CREAT|O_RDWR|O_F_CREATED) mode=0755 dev=801 ino=77',
    'evt.arg.name': '/srv/data/file.txt', 'evt.arg[2]': '/srv/data/file.txt', 'evt.arg[mode]': '0755', 'evt.arg[99]': undefined, 'evt.arg.uid': undefined,
    'evt.rawarg.name': 'sub/../file.txt', 'evt.rawarg.flags': '4007', 'evt.rawarg.fd': '9', 'evt.rawarg.mode': '755', 'evt.rawarg.dev': '801',
    'evt.res': 'SUCCESS', 'evt.rawres': '9', 'evt.abspath': '/srv/data/file.txt', 'evt.buffer': undefined, 'evt.buflen': undefined,
    'evt.failed': 'false', 'evt.is_io': 'false', 'evt.io_dir': undefined, 'evt.is_wait': 'false', 'evt.is_syslog': 'false',
    'evt.is_open_read': 'true', 'evt.is_open_write': 'true', 'evt.is_open_exec': 'true', 'evt.is_open_create': 'true',
    'evt.count': '1', 'evt.count.error': '0', 'evt.count.error.file': '0', 'evt.count.error.net': undefined,
    'evt.count.error.memory': undefined, 'evt.count.error.other': undefined, 'evt.count.exit': '1',
    'evt.type.is.openat': undefined, 'evt.around[1]': undefined,
    'evt.count.procinfo': '0', 'evt.count.threadinfo': '0', 'evt.latency.quantized': undefined, 'evt.infra.docker.name': undefined,
    'evt.buflen.in': undefined, 'thread.nametid': 'curl200', 'thread.vmsize.b': '5120000', 'thread.vmrss.b': '614400',
    'proc.exe': 'curl', 'proc.pexe': '-bash', 'proc.aexe': '-bash /sbin/init', 'proc.aexe[0]': 'curl', 'proc.aexe[2]': '/sbin/init', 'proc.aexe[3]': undefined,
    'proc.exepath': '/usr/bin/curl', 'proc.pexepath': '/usr/bin/bash', 'proc.aexepath[1]': '/usr/bin/bash',
    'proc.name': 'curl', 'proc.pname': 'bash', 'proc.aname': 'bash systemd', 'proc.aname[1]': 'bash',
    'proc.args': '-s http://example.org', 'proc.args[0]': '-s', 'proc.args[9]': '', 'proc.aargs': '-i ', 'proc.aargs[1]': '-i',
    'proc.cmdline': 'curl -s http://example.org', 'proc.pcmdline': 'bash -i', 'proc.acmdline': 'bash -i systemd', 'proc.acmdline[2]': 'systemd',
    'proc.cmdnargs': '2', 'proc.cmdlenargs': '20', 'proc.exeline': 'curl -s http://example.org',
    'proc.env': 'PATH=/usr/bin:/bin EMPTY= HOME=/home/ada', 'proc.env[PATH]': '/usr/bin:/bin', 'proc.env[EMPTY]': '', 'proc.env[NONE]': '',
    'proc.aenv': 'PATH=/usr/bin:/bin EMPTY= HOME=/home/ada', 'proc.aenv[1]': 'HOME=/home/ada SHARED=  shell ', 'proc.aenv[SHARED]': 'shell', 'proc.aenv[LANG]': 'C', 'proc.aenv[NONE]': '', 'proc.aenv[9]': undefined,
    'proc.cwd': '/home/ada/', 'proc.loginshellid': '100', 'proc.tty': '34816',
    'proc.pid': '200', 'proc.ppid': '100', 'proc.apid': '200', 'proc.apid[1]': '100', 'proc.vpid': '200', 'proc.pvpid': '100',
    'proc.sid': '100', 'proc.sname': 'bash', 'proc.sid.exe': '-bash', 'proc.sid.exepath': '/usr/bin/bash',
    'proc.vpgid': '200', 'proc.vpgid.name': 'curl', 'proc.vpgid.exe': 'curl', 'proc.vpgid.exepath': '/usr/bin/curl',
    'proc.pgid': '200', 'proc.pgid.name': 'curl', 'proc.pgid.exe': 'curl', 'proc.pgid.exepath': '/usr/bin/curl',
    'proc.is_sid_leader': 'false', 'proc.is_vpgid_leader': 'true', 'proc.is_pgid_leader': 'true',
    'proc.duration': undefined, 'proc.ppid.duration': undefined, 'proc.pid.ts': undefined, 'proc.ppid.ts': '0',
    'proc.is_exe_writable': 'true', 'proc.is_exe_upper_layer': 'true', 'proc.is_exe_lower_layer': 'false', 'proc.is_exe_from_memfd': 'true',
    'proc.exe_ino': '9007199254740993', 'proc.exe_ino.ctime': '1600000000000000001', 'proc.exe_ino.mtime': '1500000000000000002',
    'proc.exe_ino.ctime_duration_proc_start': undefined, 'proc.exe_ino.ctime_duration_pidns_start': undefined, 'proc.pidns_init_start_ts': undefined,
    'thread.cap_permitted': 'CAP_CHOWN CAP_KILL', 'thread.cap_inheritable': '', 'thread.cap_effective': 'CAP_CHECKPOINT_RESTORE',
    'proc.fdopencount': '9', 'proc.fdlimit': '8', 'proc.fdusage': '100.0',
    'proc.vmsize': '5000', 'proc.vmrss': '600', 'proc.vmswap': '7', 'thread.pfmajor': '3', 'thread.pfminor': '44',
    'thread.tid': '200', 'thread.ismain': 'true', 'thread.vtid': '200', 'thread.exectime': '0', 'thread.totexectime': '0',
    'thread.cgroups': 'cpu=/user.slice memory=/user.slice perf_event=/', 'thread.cgroup.memory': '/user.slice', 'thread.cgroup.perf_event': '/', 'thread.cgroup.nosuch': undefined,
    'proc.nthreads': '2', 'proc.nchilds': '1', 'thread.cpu': undefined, 'thread.vmsize': '5000', 'thread.vmrss': '600',
    'proc.stdin.type': 'file', 'proc.stdin.name': '/dev/pts/0', 'proc.stdout.type': 'pipe', 'proc.stdout.name': 'pipe:[9]', 'proc.stderr.type': undefined, 'proc.stderr.name': undefined,
    'user.uid': '1000', 'user.name': 'ada', 'user.homedir': '/home/ada', 'user.shell': '/bin/bash', 'user.loginuid': '1000', 'user.loginname': 'ada',
    'group.gid': '1000', 'group.name': 'ada',
    'fd.num': '9', 'fd.type': 'file', 'fd.typechar': 'f', 'fd.name': '/srv/data/file.txt', 'fd.directory': '/srv/data', 'fd.filename': 'file.txt', 'fd.nameraw': 'sub/../file.txt',
    'fd.types': '(file,pipe,ipv4,directory,unix,ipv6)', 'fd.types[3]': '(ipv4)', 'fd.types[50]': undefined, 'fd.uid': '2009',
    'fd.containername': ':/srv/data/file.txt', 'fd.containerdirectory': ':/srv/data', 'fd.name_changed': 'true',
    'fd.dev': '801', 'fd.dev.major': '8', 'fd.dev.minor': '1', 'fd.ino': '77', 'fd.is_upper_layer': 'false', 'fd.is_lower_layer': 'false',
    'fd.l4proto': '<NA>', 'fd.sockfamily': undefined, 'fd.cip': undefined, 'fd.sport': undefined,
    'fd.cip.name': undefined, 'fd.sip.name': undefined, 'fd.lip.name': undefined, 'fd.rip.name': undefined,
    'fs.path.name': '/srv/data/file.txt', 'fs.path.nameraw': 'sub/../file.txt', 'fs.path.source': undefined, 'fdlist.nums': undefined,
    'container.id': 'host', 'container.full_id': 'host', 'container.name': 'host', 'container.image': '', 'container.type': 'host', 'container.privileged': 'false', 'container.start_ts': undefined,
    'k8s.pod.name': undefined,
  },
  failed: {
    'evt.res': 'ENOENT', 'evt.rawres': '-2', 'evt.failed': 'true', 'evt.count.error': '1', 'evt.count.error.file': '1', 'evt.arg.fd': 'ENOENT', 'evt.rawarg.fd': '-2',
    'fd.num': '-1', 'fd.type': undefined, 'fd.typechar': 'f', 'fd.name': '/home/ada/no/such', 'fd.directory': '/home/ada/no', 'fd.filename': undefined, 'fd.nameraw': 'no/such',
    'fs.path.name': '<UNKNOWN>', 'fs.path.nameraw': 'no//such', 'evt.abspath': '/home/ada/no/such',
  },
  tcp: {
    'evt.category': 'net', 'evt.buffer': 'a.b..', 'evt.buflen': '5', 'evt.is_io': 'true', 'evt.is_io_read': 'true', 'evt.is_io_write': 'false', 'evt.io_dir': 'read', 'evt.count.error.net': '0',
    'evt.buflen.in': '5', 'evt.buflen.out': undefined, 'evt.buflen.file': undefined, 'evt.buflen.net': '5', 'evt.buflen.net.in': '5', 'evt.buflen.net.out': undefined,
    'fd.num': '3', 'fd.type': 'ipv4', 'fd.typechar': '4', 'fd.name': '10.0.0.5:40000->93.184.216.34:80', 'fd.directory': undefined,
    'fd.cip': '10.0.0.5', 'fd.sip': '93.184.216.34', 'fd.lip': '10.0.0.5', 'fd.rip': '93.184.216.34',
    'fd.cport': '40000', 'fd.sport': '80', 'fd.lport': '40000', 'fd.rport': '80', 'fd.cproto': '40000', 'fd.sproto': '80', 'fd.lproto': '40000', 'fd.rproto': '80',
    'fd.l4proto': 'tcp', 'fd.sockfamily': 'ip', 'fd.is_server': 'false', 'fd.connected': 'true',
    'fd.ip': undefined, 'fd.port': undefined, 'fd.proto': undefined, 'fd.net': undefined, 'fd.cnet': undefined, 'fd.snet': undefined, 'fd.lnet': undefined, 'fd.rnet': undefined,
  },
  file: {
    'fd.name': '/home/ada/out.txt', 'fd.dev': '103205', 'fd.dev.major': '50', 'fd.dev.minor': '261', 'fd.ino': '4611686018427387905', 'evt.count.error.other': undefined,
  },
  written: { 'evt.buflen.out': '3', 'evt.buflen.file': '3', 'evt.buflen.file.in': undefined, 'evt.buflen.file.out': '3', 'evt.buflen.net': undefined },
  fetched: { 'evt.buflen.file.in': '1', 'evt.buflen.file.out': undefined },
  sent: { 'evt.buflen.net.out': '2', 'evt.buflen.net.in': undefined },
  infrastructure: {
    'evt.infra.docker.name': 'create', 'evt.infra.docker.container.id': CONTAINER_ID.slice(0, 12), 'evt.infra.docker.container.name': 'web',
    'evt.infra.docker.container.image': 'reg.example:5000/nginx:1.25',
  },
  directory: { 'fd.type': 'directory', 'fd.directory': '/srv/data', 'fd.filename': undefined },
  unix: { 'evt.category': 'ipc', 'evt.io_dir': 'write', 'evt.is_syslog': 'true', 'fd.type': 'unix', 'fd.sockfamily': 'unix', 'fd.name': '/dev/log' },
  udp6: { 'fd.type': 'ipv6', 'fd.name': '::1:5000->::1:53', 'fd.cip': undefined },
  listener: { 'fd.is_server': 'true', 'fd.sport': '8080', 'fd.sproto': '', 'fd.cport': undefined, 'fd.l4proto': 'tcp', 'fd.sip': undefined },
  rename: {
    'evt.abspath': '/srv/data/a', 'evt.abspath.src': '/srv/data/a', 'evt.abspath.dst': '/home/ada/b',
    'fs.path.source': '/srv/data/a', 'fs.path.sourceraw': 'a', 'fs.path.target': '/home/ada/b', 'fs.path.targetraw': './b', 'fs.path.name': undefined,
  },
  poll: {
    'fdlist.nums': '3,7,8,99', 'fdlist.names': '10.0.0.5:40000->93.184.216.34:80,::1:5000->::1:53,0.0.0.0:8080,<NA>',
    'fdlist.cips': '10.0.0.5,::1', 'fdlist.sips': '93.184.216.34,::1,0.0.0.0', 'fdlist.cports': '40000,5000', 'fdlist.sports': '80,53', 'evt.is_wait': 'true',
  },
  thread: {
    'proc.name': 'curl-dns', 'thread.tid': '201', 'thread.ismain': 'false', 'thread.vtid': '201', 'proc.pid': '200', 'proc.cwd': '/home/ada/', 'proc.env[HOME]': '/home/ada',
    'proc.fdopencount': '8', 'thread.vmsize': '0', 'thread.vmrss': '0', 'proc.vmsize': '5000', 'proc.aname[0]': 'curl', 'user.loginuid': '-1',
  },
  stranger: {
    'evt.type': 'switch', 'evt.category': 'scheduler', 'syscall.type': undefined, 'thread.tid': '77', 'thread.exectime': '0', 'thread.totexectime': undefined,
    'proc.name': undefined, 'proc.pid': undefined, 'proc.sid': undefined, 'user.uid': undefined, 'user.name': undefined, 'group.name': undefined, 'fd.num': undefined, 'container.id': undefined, 'evt.res': undefined, 'evt.failed': undefined, 'evt.count.exit': undefined,
  },
  second: {
    'evt.num': '2', 'evt.cpu': '1', 'evt.time': '22:13:21.123456794', 'evt.time.s': '22:13:21', 'evt.time.iso8601': '2023-11-14T22:13:21.123456794+0000',
    'evt.datetime': '2023-11-14 22:13:21.123456794', 'evt.datetime.s': '2023-11-14 22:13:21', 'evt.outputtime': '22:13:21.123456794',
    'evt.rawtime': '1700000001123456794', 'evt.rawtime.s': '1700000001', 'evt.rawtime.ns': '123456794',
    'evt.reltime': '1000000005', 'evt.reltime.s': '1', 'evt.reltime.ns': '000000005', 'evt.deltatime': '1000000005', 'evt.deltatime.s': '1', 'evt.deltatime.ns': '000000005',
    'evt.info': 'res=5 data=a.b.. fd=3(<4t>10.0.0.5:40000->93.184.216.34:80) size=4096',
  },
  waited: { 'evt.reltime': '000000000', 'evt.latency': '10340000', 'evt.latency.s': '0', 'evt.latency.ns': '010340000', 'evt.latency.human': '10.34ms', 'evt.latency.quantized': '7', 'evt.wait_latency': '10340000' },
  child: {
    'proc.name': 'sh', 'proc.pid': '400', 'proc.pname': 'curl', 'proc.duration': '250', 'proc.pid.ts': '1700000000123456789', 'proc.sname': 'bash', 'evt.type': 'getpid', 'evt.args': '', 'evt.res': undefined,
    'proc.fdusage': '12.5', 'user.name': 'root', 'user.homedir': '/root', 'user.shell': '<NA>', 'group.name': 'root', 'evt.reltime': '000000250',
  },
  grandchild: {
    'proc.ppid.duration': '100', 'proc.ppid.ts': '1700000000123456789', 'proc.duration': '95', 'evt.count.error.other': '1', 'evt.count.error': '1', 'evt.res': 'ENOENT',
  },
  exec: {
    'proc.name': 'tool', 'proc.exe': './tool', 'proc.exepath': '/opt/tool', 'proc.args': '', 'proc.env': 'A=1 B=2', 'proc.env[0]': 'A=1 B=2', 'proc.exe_ino': '5',
    'proc.exe_ino.ctime_duration_proc_start': '1123456789',
  },
  // what an open asks for is reported before it returns, and time begins there
  asked: { 'evt.type': 'openat', 'evt.reltime': '000000050', 'evt.deltatime': '0' },
  // what is no error number is no error name
  unread: { 'evt.res': '-1', 'evt.failed': 'true' },
  unborn: { 'evt.res': '-11', 'evt.failed': 'true' },
  // an executable that nobody knows is no path, and several are none either
  orphan: { 'proc.aname': 'sh sh', 'proc.aexepath': undefined },
  // root is not in the scene's list
  toRoot: { 'evt.arg.ruid': 'root', 'evt.arg.euid': 'ada' },
  memory: { 'evt.category': 'memory', 'evt.count.error.memory': '1', 'evt.res': 'ENOMEM' },
  procinfo: { 'evt.count.procinfo': '1', 'evt.count.threadinfo': '1', 'thread.cpu': '31.0', 'thread.cpu.user': '30.0', 'thread.cpu.system': '1.0' },
  drop: { 'evt.is_async': 'true', 'evt.asynctype': 'drop', 'evt.dir': '>', 'evt.type': 'drop', 'evt.category': 'internal' },
  container: {
    'proc.sid': '-1', 'proc.sname': '', 'proc.vpgid': '-1', 'proc.pgid': '-1', 'proc.pidns_init_start_ts': '1699999900000000000', 'user.name': '<NA>',
    'container.id': '3ad7b26ded6d', 'container.full_id': CONTAINER_ID, 'container.name': 'web', 'container.image': 'reg.example/nginx:1.25', 'container.image.id': 'f00d',
    'container.image.repository': 'reg.example/nginx', 'container.image.tag': '1.25', 'container.image.digest': 'sha256:beef', 'container.type': 'docker', 'container.privileged': 'true',
    'container.mounts': '/srv:/data:ro:false:rprivate,/etc/x:/x::true:', 'container.mount[0]': '/srv:/data:ro:false:rprivate', 'container.mount[/etc]': '/etc/x:/x::true:', 'container.mount[^/x$]': undefined, 'container.mount[7]': undefined,
    'container.mount[(]': undefined,
    'container.mount.source[/data]': '/srv', 'container.mount.dest[/srv]': '/data', 'container.mount.mode[0]': 'ro', 'container.mount.rdwr[1]': 'true', 'container.mount.propagation[0]': 'rprivate',
    'container.start_ts': '1699999900000000000', 'container.duration': '100123456789', 'container.ip': '172.17.0.2', 'container.cni.json': '',
    'container.host_pid': 'true', 'container.host_network': 'false', 'container.host_ipc': 'true',
    'container.labels': 'a, b:2', 'container.label[b]': '2', 'container.label.b': '2', 'container.label[zz]': undefined,
    'container.healthcheck': undefined, 'container.liveness_probe': undefined, 'container.readiness_probe': undefined,
    'proc.is_container_healthcheck': undefined, 'proc.is_container_liveness_probe': undefined, 'proc.is_container_readiness_probe': undefined,
    'k8s.pod.name': 'web-0', 'k8s.ns.name': 'shop', 'k8s.pod.id': 'u-1', 'k8s.pod.uid': 'u-1', 'k8s.pod.sandbox_id': 'aaaabbbbcccc', 'k8s.pod.full_sandbox_id': POD_ID,
    'k8s.pod.labels': 'app:shop, tier', 'k8s.pod.label[app]': 'shop', 'k8s.pod.label.app': 'shop', 'k8s.pod.label[none]': undefined, 'k8s.pod.ip': '10.1.2.3', 'k8s.pod.cni.json': '{"eth0":{}}',
    'k8s.rc.name': undefined, 'k8s.rc.id': undefined, 'k8s.rc.label[a]': undefined, 'k8s.rc.labels': undefined,
    'k8s.svc.name': undefined, 'k8s.svc.id': undefined, 'k8s.svc.label[a]': undefined, 'k8s.svc.labels': undefined,
    'k8s.ns.id': undefined, 'k8s.ns.label[a]': undefined, 'k8s.ns.labels': undefined,
    'k8s.rs.name': undefined, 'k8s.rs.id': undefined, 'k8s.rs.label[a]': undefined, 'k8s.rs.labels': undefined,
    'k8s.deployment.name': undefined, 'k8s.deployment.id': undefined, 'k8s.deployment.label[a]': undefined, 'k8s.deployment.labels': undefined,
  },
  announced: { 'evt.type': 'container', 'evt.asynctype': 'container', 'container.name': 'web', 'user.name': 'www', 'k8s.pod.labels': 'app:own', 'container.start_ts': undefined },
  audit: { 'evt.source': 'k8s_audit', 'evt.pluginname': 'k8saudit', 'evt.plugininfo': '{"verb":"get"}', 'evt.type': 'pluginevent', 'evt.time': '22:13:20.123456789' },
};

describe.each(Object.entries(EXPECTED))('at the moment "%s"', (name, expected) => {
  const moment = MOMENTS[name as keyof typeof MOMENTS]();

  it.each(Object.entries(expected))('%s prints %s', (text, wanted) => {
    expect(print(moment, text)).toBe(wanted);
  });
});

it('reads every row of the catalogues of system calls in at least one of these tests', () => {
  const read = new Set(
    Object.values(EXPECTED).flatMap((expected) =>
      Object.keys(expected).map((text) => field(text).row.name),
    ),
  );
  const rows = [...FIELDS.values()].filter(
    ({ row, catalogue }) =>
      (catalogue.sources === undefined || catalogue.sources.includes('syscall')) &&
      !/^(?:json|jevt)\./.test(row.name),
  );
  expect(rows.map(({ row }) => row.name).filter((name) => !read.has(name))).toEqual([]);
});

it('shows every row of the catalogues with a value, but for those that never have one', () => {
  const shown = new Set(
    Object.values(EXPECTED).flatMap((expected) =>
      Object.entries(expected)
        .filter(([, value]) => value !== undefined)
        .map(([text]) => field(text).row.name),
    ),
  );
  const silent = [...FIELDS.values()]
    .filter(
      ({ row, catalogue }) =>
        (catalogue.sources === undefined || catalogue.sources.includes('syscall')) &&
        !/^(?:json|jevt)\./.test(row.name) &&
        row.usage !== 'filter-only' &&
        row.format !== 'none' &&
        row.isDeprecated !== true,
    )
    .map(({ row }) => row.name)
    .filter((name) => !shown.has(name));
  expect(silent).toEqual([
    'proc.exe_ino.ctime_duration_pidns_start',
    'proc.stderr.type',
    'proc.stderr.name',
    'fd.cip.name',
    'fd.sip.name',
    'fd.lip.name',
    'fd.rip.name',
  ]);
});

it('gives exact numbers, not only exact texts', () => {
  const moment = MOMENTS.open();
  expect(field('proc.exe_ino').read(moment)).toBe(9_007_199_254_740_993n);
  expect(field('evt.rawtime').read(moment)).toBe(START);
  expect(field('evt.rawarg.fd').read(moment)).toBe(9);
  expect(field('fd.cip').read(MOMENTS.tcp())).toEqual(Uint8Array.of(10, 0, 0, 5));
});
