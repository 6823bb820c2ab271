/**
 * Logs that were written by the programs themselves: rsyslogd, dockerd, and containerd through its runtime interface.
 * Each is given the same audit log, and what it leaves is read as the events that went in.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/recorder/clients.js';
import {
  makeImageTar,
  missingPrograms,
  startDocker,
  startPodman,
  until,
} from '../recorder/engines.js';
import { makeFolder, whyNotHere } from '../recorder/support.js';
import { auditEvent, inputOf, readLog } from './audit-logs.js';

const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

/** Short ones, one with other characters, and one that engines cut into parts. */
const EVENTS = [
  auditEvent({ auditID: 'short' }),
  auditEvent({ auditID: 'characters', requestObject: { text: 'é \u{1f600} <b> & "\\" \t' } }),
  auditEvent({ auditID: 'long', requestObject: { text: 'x y '.repeat(10_000) } }),
  auditEvent({ auditID: 'last' }),
];
const LOG = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('');

async function expectEvents(path: string, wrapping: string): Promise<void> {
  const log = await readLog(inputOf(readFileSync(path)));
  expect(log.data.map((text) => JSON.parse(text) as unknown)).toEqual(
    JSON.parse(JSON.stringify(EVENTS)),
  );
  expect(log.reader.diagnostics.map(({ detail }) => detail)).toEqual([
    `${EVENTS.length} events taken out of ${wrapping}`,
  ]);
}

function whyNot(...programs: readonly string[]): string | undefined {
  const missing = missingPrograms(...programs);
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined;
}
const because = (reason: string | undefined): string =>
  reason === undefined ? '' : ` (${reason})`;

const noSyslog = whyNot('rsyslogd', 'logger');
describe.skipIf(noSyslog !== undefined)(`rsyslogd${because(noSyslog)}`, () => {
  const FORMATS = [
    ['RSYSLOG_FileFormat', 'syslog lines'],
    ['RSYSLOG_TraditionalFileFormat', 'syslog lines'],
    ['RSYSLOG_SyslogProtocol23Format', 'syslog messages (RFC 5424)'],
  ] as const;

  it('writes logs that are read as what it was given, in each of its formats', async () => {
    const path = (name: string): string => join(folder.path, name);
    const actions = FORMATS.map(
      ([format]) => `*.* action(type="omfile" file="${path(format)}" template="${format}")\n`,
    );
    writeFileSync(path('audit.log'), LOG);
    writeFileSync(
      path('rsyslog.conf'),
      `global(maxMessageSize="256k" workDirectory="${folder.path}")\nmodule(load="imuxsock" SysSock.Use="off")\n` +
        `input(type="imuxsock" Socket="${path('log.sock')}")\n${actions.join('')}`,
    );
    const daemon = spawn(
      'rsyslogd',
      ['-n', '-f', path('rsyslog.conf'), '-i', path('rsyslog.pid')],
      { stdio: 'ignore' },
    );
    try {
      await until(() => existsSync(path('log.sock')));
      execFileSync('logger', [
        '-u',
        path('log.sock'),
        '-t',
        'kube-apiserver',
        '--size',
        '262144',
        '-f',
        path('audit.log'),
      ]);
      const isWhole = (file: string) =>
        existsSync(file) && readFileSync(file, 'utf8').includes('"last"');
      await until(() => FORMATS.every(([format]) => isWhole(path(format))));
    } finally {
      daemon.kill('SIGTERM');
      await new Promise((resolve) => daemon.once('exit', resolve));
    }
    for (const [format, wrapping] of FORMATS) {
      await expectEvents(path(format), wrapping);
    }
  }, 60_000);
});

const noDocker = whyNotHere() ?? whyNot('dockerd', 'docker', 'busybox');
describe.skipIf(noDocker !== undefined)(`dockerd${because(noDocker)}`, () => {
  it('writes a json-file log that is read as what the container printed', async () => {
    const docker = await startDocker(folder.path);
    try {
      await docker.run(
        'import',
        makeImageTar(join(folder.path, 'docker-image'), { 'audit.log': LOG }),
        'audit:1',
      );
      const id = await docker.run(
        'create',
        '--network=none',
        '--log-driver=json-file',
        'audit:1',
        '/bin/cat',
        '/audit.log',
      );
      await docker.run('start', '-a', id);
      await expectEvents(
        await docker.run('inspect', '-f', '{{.LogPath}}', id),
        'docker json-file entries',
      );
      await docker.run('rm', '-f', id);
    } finally {
      await docker.stop();
    }
  }, 120_000);
});

const noContainerd = whyNotHere() ?? whyNot('containerd', 'ctr', 'podman', 'runc', 'busybox');
describe.skipIf(noContainerd !== undefined)(`containerd${because(noContainerd)}`, () => {
  const HOST_NETWORK = 2;
  const methods = loadSync(join(import.meta.dirname, '../recorder/cri.proto'), { keepCase: true })[
    'runtime.v1.RuntimeService'
  ] as ServiceDefinition;

  it('writes a CRI log that is read as what the container printed', async () => {
    const path = (name: string): string => join(folder.path, name);
    const socket = path('containerd.sock');
    writeFileSync(
      path('config.toml'),
      `version = 2\nroot = "${path('root')}"\nstate = "${path('state')}"\n[grpc]\naddress = "${socket}"\n` +
        '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "localhost/audit:1"\nrestrict_oom_score_adj = true\n',
    );
    const podman = await startPodman(folder.path);
    const tar = makeImageTar(path('containerd-image'), { 'audit.log': LOG });
    await podman.run(
      'import',
      '--change',
      'ENTRYPOINT ["/bin/sleep","1000"]',
      tar,
      'localhost/audit:1',
    );
    await podman.run('save', '-o', path('image.tar'), 'localhost/audit:1');
    await podman.stop();
    const daemon = spawn('containerd', ['-c', path('config.toml')], { stdio: 'ignore' });
    try {
      await until(() => existsSync(socket));
      execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'import', path('image.tar')], {
        stdio: 'ignore',
      });
      const runtime = await connect(socket, methods);
      mkdirSync(path('pod-logs')); // as the kubelet does
      const pod = {
        metadata: { name: 'audit', uid: 'u', namespace: 'kube-system' },
        log_directory: path('pod-logs'),
        linux: { security_context: { namespace_options: { network: HOST_NETWORK } } },
      };
      const { pod_sandbox_id: podId } = (await runtime.ask('RunPodSandbox', { config: pod })) as {
        pod_sandbox_id: string;
      };
      const log = path('pod-logs/0.log');
      try {
        const { container_id: id } = (await runtime.ask('CreateContainer', {
          pod_sandbox_id: podId,
          config: {
            metadata: { name: 'c' },
            image: { image: 'localhost/audit:1' },
            command: ['/bin/cat'],
            args: ['/audit.log'],
            log_path: '0.log',
          },
          sandbox_config: pod,
        })) as { container_id: string };
        await runtime.ask('StartContainer', { container_id: id });
        await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('"last"'));
      } finally {
        await runtime.ask('StopPodSandbox', { pod_sandbox_id: podId });
        await runtime.ask('RemovePodSandbox', { pod_sandbox_id: podId });
        runtime.close();
      }
      expect(readFileSync(log, 'utf8')).toContain(' stdout P ');
      await expectEvents(log, 'CRI log lines');
    } finally {
      daemon.kill('SIGTERM');
      await new Promise((resolve) => daemon.once('exit', resolve));
    }
  }, 180_000);
});
