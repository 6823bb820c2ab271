/** What `docker inspect` and `podman inspect` print of real containers, as `--metadata` reads it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetadata } from '../../src/investigation/metadata/read.js';
import { openDocker } from '../../src/recorder/docker.js';
import { containerJson } from '../../src/recorder/engine.js';
import { parseContainer } from '../../src/state/index.js';
import { bytesOfText } from '../../src/units.js';
import {
  makeImageTar,
  missingPrograms,
  startDocker,
  startPodman,
  type TestEngine,
} from './engines.js';
import { makeFolder } from './support.js';

const missing = missingPrograms('dockerd', 'docker', 'podman', 'runc', 'busybox');
const isRoot = process.getuid?.() === 0;
const reason =
  missing.length > 0
    ? `not installed: ${missing.join(', ')}`
    : isRoot
      ? undefined
      : 'engines need root';
const folder = makeFolder();

describe.skipIf(reason !== undefined)(
  `inspections${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const engines: Record<string, TestEngine> = {};
    beforeAll(async () => {
      const tar = makeImageTar(folder.path);
      const docker = await startDocker(folder.path);
      engines['docker'] = docker;
      const podman = await startPodman(folder.path);
      engines['podman'] = podman;
      for (const engine of [docker, podman]) {
        await engine.run('import', tar, 'localhost/web:1.19');
        // made only: this machine may not be able to start them
        await engine.run('create', '--privileged', '--network=none', '--name', 'mighty', '--label', 'team=blue', '-v', '/usr/share:/data:ro', '--user', '7', 'localhost/web:1.19', '/bin/id'); // prettier-ignore
        await engine.run('create', '--network=host', '--pid=host', '--name', 'plain', 'localhost/web:1.19', '/bin/id'); // prettier-ignore
      }
    }, 120_000);
    afterAll(async () => {
      for (const engine of Object.values(engines)) {
        await engine.run('rm', '-f', 'mighty', 'plain');
        await engine.stop();
      }
      folder.remove();
    }, 60_000);

    it.each(['docker', 'podman'])(
      'of %s say what the recorder is answered by the engine',
      async (name) => {
        const engine = engines[name] as TestEngine;
        const path = join(folder.path, `${name}.json`);
        writeFileSync(path, await engine.run('inspect', 'mighty', 'plain'));
        const metadata = await readMetadata([path]);
        expect(metadata?.files[0]).toMatchObject({ kind: `${name} inspect`, entryCount: 2 });
        const names = metadata?.supplement();
        const asked = await openDocker(engine.socket, () => undefined);
        for (const container of ['mighty', 'plain']) {
          const id = await engine.run('inspect', '-f', '{{.Id}}', container);
          const facts = await asked.describe(id);
          const recorded = parseContainer(bytesOfText(containerJson(facts as NonNullable<typeof facts>))); // prettier-ignore
          const { imageDigest, ...found } = names?.describe(id.slice(0, 12)) ?? { imageDigest: '' };
          expect(found).toEqual({
            ...recorded,
            imageDigest: undefined,
            metadataFile: 1,
          });
          expect(imageDigest).toMatch(name === 'podman' ? /^sha256:/ : /^$/); // docker knows of none: nothing was pulled
        }
        asked.close();
        expect(names?.diagnostics(true)).toEqual([]);
      },
      60_000,
    );
  },
);
