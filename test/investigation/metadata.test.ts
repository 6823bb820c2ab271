/** Names that a capture lacks, from files: what each kind of file says, whose word counts, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { UserError } from '../../src/errors.js';
import { readMetadata, type Metadata } from '../../src/investigation/metadata/read.js';
import { runReplayJob, type JobResult } from '../../src/investigation/tests/replay-job.js';
import { replay } from '../../src/pipeline.js';
import type { Container, Supplement } from '../../src/state/index.js';
import { bytesOfText } from '../../src/units.js';
import { writeNameless } from './nameless.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const FILES = fileURLToPath(new URL('metadata', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tiercel-metadata-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let count = 0;

/** A file of its own with `content`. */
function file(content: string | Uint8Array): string {
  count += 1;
  const path = join(folder, `file-${count}`);
  writeFileSync(path, content);
  return path;
}

async function read(...words: readonly string[]): Promise<Metadata> {
  const metadata = await readMetadata(words);
  if (metadata === undefined) {
    throw new Error('nothing was read');
  }
  return metadata;
}

async function namesFrom(...contents: readonly string[]): Promise<Supplement> {
  return (await read(...contents.map(file))).supplement();
}

async function mistakeOf(...words: readonly string[]): Promise<UserError['story']> {
  const error: unknown = await readMetadata(words).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).story;
}

/** The containers that a capture describes, as its events have them. */
async function containersIn(capture: string): Promise<readonly Container[]> {
  const { world } = await replay(await openEvidence(capture, { isHashed: false }), {
    onMoment: () => undefined,
  });
  return world.seenContainers.described;
}

/** What `docker inspect` prints of them. */
function inspectionOf(containers: readonly Container[]): string {
  return JSON.stringify(
    containers.map((container) => ({
      Id: container.fullId,
      Created: new Date(container.createdTime * 1000).toISOString(),
      Name: `/${container.name}`,
      Image: `sha256:${container.imageId}`,
      HostConfig: {
        Privileged: container.isPrivileged,
        NetworkMode: container.usesHostNetwork === true ? 'host' : 'bridge',
        PidMode: container.usesHostPid === true ? 'host' : '',
        IpcMode: container.usesHostIpc === true ? 'host' : 'private',
      },
      Mounts: container.mounts.map((mount) => ({
        Type: 'bind',
        Source: mount.source,
        Destination: mount.destination,
        Mode: mount.mode,
        RW: mount.isWritable,
        Propagation: mount.propagation,
      })),
      Config: {
        Image: container.image,
        User: container.user,
        Labels: Object.fromEntries(container.labels),
      },
      NetworkSettings: { IPAddress: container.ip },
    })),
  );
}

describe('a capture that lost the names of its containers', () => {
  it.each(['escape', 'left-alone'])(
    'gives the alerts of the whole one where docker inspect names them (%s)',
    async (name) => {
      const original = join(FIXTURES, `${name}.scap`);
      const nameless = writeNameless(original, join(folder, `${name}.scap`), { containers: true });
      const inspection = file(inspectionOf(await containersIn(original)));
      const fields = ['container.id', 'container.name', 'container.image.repository', 'container.privileged']; // prettier-ignore
      const alertsOf = async (
        capture: string,
        metadata?: Metadata,
      ): Promise<JobResult['alerts']> => {
        const names = metadata?.descriptions;
        return (await runReplayJob({ capture, rules: [], fields, names })).alerts;
      };
      const whole = await alertsOf(original);
      expect(whole.length).toBeGreaterThan(0);
      expect(await alertsOf(nameless)).not.toEqual(whole);
      expect(await alertsOf(nameless, await read(inspection))).toEqual(whole);
      expect(await alertsOf(original, await read(inspection))).toEqual(whole);
    },
  );
});

const CART = 'c0ffee000001';
const CART_LABELS = {
  'io.kubernetes.container.name': 'cart',
  'io.kubernetes.pod.name': 'cart-6d4cf56db6-x2x9q',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': '0e6f6f7e-3b0a-4a53-9f0e-6f2d7a0c9b11',
};

describe('each kind of file', () => {
  it('kubectl get pods names containers, those that ran before them, and their pods', async () => {
    const metadata = await read(join(FILES, 'kubectl-pods.json'));
    expect(metadata.files[0]).toMatchObject({ kind: 'kubectl get pods', entryCount: 3 });
    expect(metadata.findings).toEqual([]); // one that waits for its image has no id yet
    const names = metadata.supplement();
    const cart = names.describe(CART);
    expect(cart).toMatchObject({
      id: CART,
      name: 'cart',
      type: 'containerd',
      image: 'registry.example/shop/cart:4.2',
      imageTag: '4.2',
      isPrivileged: true,
      usesHostNetwork: true,
      usesHostPid: false,
      ip: '10.0.0.23',
    });
    expect(cart?.imageDigest).toMatch(/^sha256:9f2c/);
    expect(Object.fromEntries(cart?.labels ?? [])).toEqual(CART_LABELS);
    expect(cart?.podSandboxLabels.get('app')).toBe('cart');
    expect(names.describe('c0ffee000000')?.name).toBe('cart');
    expect(names.describe('c0ffee000002')).toMatchObject({ name: 'migrate', isPrivileged: false });
  });

  it('crictl inspect has what kubectl has, and mounts', async () => {
    const [byCrictl, byKubectl] = await Promise.all(
      ['crictl-inspect.json', 'kubectl-pods.json'].map(async (name) =>
        (await read(join(FILES, name))).supplement().describe(CART),
      ),
    );
    for (const key of ['name', 'type', 'image', 'imageDigest', 'isPrivileged'] as const) {
      expect(byCrictl?.[key]).toBe(byKubectl?.[key]);
    }
    expect(Object.fromEntries(byCrictl?.labels ?? [])).toEqual(CART_LABELS);
    expect(byCrictl?.mounts).toEqual([
      { source: '/srv/cart', destination: '/data', mode: '', isWritable: false, propagation: '' },
    ]);
    expect(byCrictl?.usesHostPid).toBeUndefined(); // that is the pod's, and not in there
    expect(byCrictl?.createdTime).toBe(Date.parse('2026-10-07T09:14:21Z') / 1000);
  });

  it('crictl pods names pods, and completes what crictl inspect says of their containers', async () => {
    const words = ['crictl-inspect.json', 'crictl-pods.json'].map((name) => join(FILES, name));
    const names = (await read(...words)).supplement();
    expect(names.describe('90d000000001')).toMatchObject({
      name: 'cart-6d4cf56db6-x2x9q',
      isPodSandbox: true,
      isPrivileged: undefined,
    });
    expect(names.describe(CART)?.podSandboxLabels.get('app')).toBe('cart');
    expect(names.diagnostics(true)).toEqual([]);
  });

  it('CSV has what its heading says, and what it leaves out is unknown', async () => {
    const names = await namesFrom(
      '\ufeffname,container-id,namespace\r\n"shop ""web"", 1",docker://ABCDEF012345,a\r\n\r\n,,\r\n',
    );
    expect(names.describe('ABCDEF012345')).toMatchObject({
      name: 'shop "web", 1',
      image: '',
      type: '',
      isPrivileged: undefined,
    });
    const plain = await namesFrom('abcdef012345,web,nginx,pod-1,shop\n');
    expect(plain.describe('abcdef012345')?.labels.get('io.kubernetes.pod.name')).toBe('pod-1');
  });

  it('several values one after the other are read as one list, also in UTF-16', async () => {
    const one = (id: string) => ({ Id: id.repeat(64), Name: '/a{"b', Config: { Image: 'x' } });
    const text = `${JSON.stringify(one('a'), undefined, 2)}\n${JSON.stringify([one('b')])}`;
    const metadata = await read(file(Buffer.from(`\ufeff${text}`, 'utf16le')));
    expect(metadata.files[0]).toMatchObject({ kind: 'docker inspect', entryCount: 2 });
  });

  it('passwd and group name users of the host, or of one container', async () => {
    const passwd = file('# users\nroot:x:0:0:root:/root:/bin/sh\n\nann:x:1000:1000:,,,:/home/ann:/bin/bash\n+::::::\nan error\n'); // prettier-ignore
    const own = file('app:x:1000:1000::/app:\n');
    const group = file('staff:x:1000:ann,bob\n');
    const metadata = await read(passwd, group, `containerd://abcd=${own}`);
    expect(metadata.files.map(({ kind, containerId }) => [kind, containerId])).toEqual([
      ['passwd', ''],
      ['group', ''],
      ['passwd', 'containerd://abcd'],
    ]);
    expect(metadata.findings).toEqual([
      expect.objectContaining({ id: 'metadata/left-out', detail: expect.stringContaining('1 of 3') as unknown }), // prettier-ignore
    ]);
    const names = metadata.supplement();
    expect(names.user('', 1000)).toMatchObject({ value: { name: 'ann', home: '/home/ann' }, file: 1 }); // prettier-ignore
    expect(names.group('', 1000)).toMatchObject({ value: 'staff', file: 2 });
    expect(names.user('abcdef012345', 1000)).toMatchObject({ value: { name: 'app' }, file: 3 });
    expect(names.user('abcdef012345', 7)).toBeUndefined();
    expect(names.user('ffffffffffff', 1000)).toBeUndefined();
  });
});

describe('ids', () => {
  const full = (start: string): string => start.padEnd(64, '0');
  const csv = (...rows: readonly (readonly [string, string])[]): string =>
    ['container-id,name', ...rows.map((row) => row.join(','))].join('\n');

  it('match by their beginning, whichever side is shorter', async () => {
    const names = await namesFrom(csv([full('aaaa11'), 'whole'], ['bbbb2', 'short']));
    expect(names.describe(full('aaaa11').slice(0, 12))?.name).toBe('whole');
    expect(names.describe('bbbb22222222')?.name).toBe('short');
    expect(names.describe('cccc22222222')).toBeUndefined();
  });

  it('that fit two containers name none', async () => {
    const names = await namesFrom(csv([full('aaaaaaaaaaaa1'), 'one'], [full('aaaaaaaaaaaa2'), 'two'], ['b', 'short'])); // prettier-ignore
    expect(names.describe('aaaaaaaaaaaa')).toBeUndefined();
    expect(names.describe('b11111111111')?.name).toBe('short');
    expect(names.describe('b22222222222')).toBeUndefined();
    const found = names.diagnostics(true);
    expect(found.map(({ id }) => id)).toEqual(['metadata/ambiguous-id', 'metadata/ambiguous-id']);
  });

  it('that are words are whole', async () => {
    const names = await namesFrom(csv(['web', 'one'], ['web-2', 'two']));
    expect(names.describe('web')?.name).toBe('one');
    expect(names.describe('web-2')?.name).toBe('two');
    expect(names.describe('we')).toBeUndefined();
  });
});

describe('whose word counts', () => {
  it('the capture names the container: its word, and the file that says otherwise is reported', async () => {
    const capture = join(FIXTURES, 'beside.scap');
    const [own] = (await containersIn(capture)) as readonly [Container];
    const metadata = await read(
      file(`container-id,name,image,pod\n${own.id},other,${own.image},pod-1\n`),
    );
    const result = await replay(await openEvidence(capture, { isHashed: false }), {
      supplement: metadata.supplement(),
      onMoment: () => undefined,
    });
    const container = result.world.containers.get(own.id);
    expect(container?.name).toBe(own.name);
    expect(container?.labels.get('io.kubernetes.pod.name')).toBe('pod-1'); // the capture has no pod
    expect(container?.isPrivileged).toBe(own.isPrivileged);
    const found = result.diagnostics.filter(({ id }) => id.startsWith('metadata/'));
    expect(found).toEqual([
      {
        id: 'metadata/contradiction',
        detail: expect.stringMatching(
          `^container ${own.id}: its name is "${own.name}" in the capture and "other" in .*; the capture's counts$`,
        ) as unknown,
      },
    ]);
  });

  it('two files name one container: the first, completed by the second', async () => {
    const names = await namesFrom(
      'abcdef012345,first,docker.io/library/nginx:latest\n',
      'abcdef012345,second,nginx,pod-1,shop\n',
    );
    const container = names.describe('abcdef012345');
    expect(container?.name).toBe('first');
    expect(container?.labels.get('io.kubernetes.pod.namespace')).toBe('shop');
    expect(names.diagnostics(true).map(({ id }) => id)).toEqual(['metadata/contradiction']); // one image, two spellings
  });

  it('the capture lists users: its word', async () => {
    const names = await namesFrom('eve:x:0:0::/:\n');
    names.compareUser('', 0, 'root');
    names.compareUser('', 0, 'root');
    expect(names.diagnostics(true)).toEqual([
      expect.objectContaining({
        detail: expect.stringMatching(/^user 0 of the host: "root" .* "eve"/) as unknown,
      }),
    ]);
  });

  it('contradictions are bounded, and their number is not lost', async () => {
    const names = await namesFrom(
      Array.from({ length: 6000 }, (_row, uid) => `a${uid}:x:${uid}:0::/:`).join('\n'),
    );
    for (let uid = 0; uid < 6000; uid += 1) {
      names.compareUser('', uid, 'other');
    }
    const found = names.diagnostics(true);
    expect(found).toHaveLength(21);
    expect(found[20]?.detail).toBe('5980 more such findings');
  });

  it('a file of another machine is reported, unless the capture was not read whole', async () => {
    const names = await namesFrom('abcdef012345,web\n');
    expect(names.diagnostics(true).map(({ id }) => id)).toEqual(['metadata/unused']);
    expect(names.diagnostics(false)).toEqual([]);
  });
});

describe('a file that nothing can be made of', () => {
  let kubectl = '';
  beforeAll(() => {
    kubectl = readFileSync(join(FILES, 'kubectl-pods.json'), 'utf8');
  });

  it.each([
    ['METADATA_UNREADABLE', 'is missing', () => join(folder, 'none')],
    ['METADATA_UNREADABLE', 'is a folder', () => folder],
    ['METADATA_UNKNOWN', 'is empty', () => file(' \n')],
    ['METADATA_UNKNOWN', 'is some text', () => file('hello\nworld\n')],
    ['METADATA_UNKNOWN', 'is binary', () => file(Uint8Array.from({ length: 3000 }, (_, at) => at))],
    ['METADATA_UNKNOWN', 'is other JSON', () => file('{"a": 1}')],
    ['METADATA_UNKNOWN', 'lists images', () => file('[{"Id": "sha256:00", "RepoTags": ["a"]}]')],
    ['METADATA_WRONG', 'was cut short', () => file(kubectl.slice(0, 2000))],
    ['METADATA_WRONG', 'nests too deep', () => file('['.repeat(100_000))],
    ['METADATA_WRONG', 'is of a container, and no passwd', () => `abcd=${file(kubectl)}`],
    ['METADATA_TOO_LARGE', 'is huge', () => file(Buffer.alloc(64 * 1024 * 1024 + 1, 'a'))],
  ])('is refused: %s, it %s', async (code, _why, make) => {
    expect(await mistakeOf(make())).toMatchObject({ code });
  });

  it('but strange members, hostile names and other kinds of objects in one that is known only cost themselves', async () => {
    const odd = [
      { Id: 'a'.repeat(64), Config: { Image: 5, Labels: { __proto__: null, a: 1 } }, Mounts: 'x' },
      { Id: '', Config: {} },
      { Id: 'b'.repeat(64), Name: '/\u001b[31m\u202ered\ud800', Config: {} },
      { Id: 'c'.repeat(64), Name: 'x'.repeat(2_000_000), Config: {} },
      { kind: 'Service' },
      null,
    ];
    const metadata = await read(file(JSON.stringify(odd)));
    expect(metadata.files[0]).toMatchObject({ entryCount: 2 });
    expect(metadata.findings[0]?.detail).toContain('4 of 6 entries were passed over');
    const names = metadata.supplement();
    expect(names.describe('aaaaaaaaaaaa')?.image).toBe('');
    expect(names.describe('bbbbbbbbbbbb')?.name).toBe(bytesOfText('\u001b[31m\u202ered\ufffd'));
  });
});
