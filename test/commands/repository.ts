/** A rules repository for `tiercel test`: captures, rules and a test that passes, anew for each test. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

/** Rules that nothing is warned about. */
export const PLAIN_RULES = RULES.replace(' and evt.dir = <', '').replace(
  '%container.info',
  '%container.id',
);
export const PACKAGES = 'Launch Package Management Process in Container';
export const PASSING = `
capture: ../captures/a.scap
rules: ../rules/rules.yaml
expect:
  - rule: ${PACKAGES}
    exactly: 2
    where: { container.name: nginx, user.name: root, k8s.ns.name: team-blue }
  - rule: Anything executed
    at_least: 1
    at_most: 2
`;

/** The repository of the test that runs. */
export class Repository {
  folder = '';

  constructor() {
    const scratch = scratchFolder();
    beforeEach(() => {
      this.folder = mkdtempSync(join(scratch, 'repo-'));
      for (const name of ['captures', 'rules', 'tests']) {
        mkdirSync(join(this.folder, name));
      }
      this.scene('captures/a.scap', { runs: 2 });
      this.scene('captures/b.scap', { argument: 'del' });
      this.put('rules/rules.yaml', PLAIN_RULES);
      this.put('tests/pass.test.yaml', PASSING);
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  put(name: string, content: string | Uint8Array): void {
    put(this.folder, name, content);
  }

  scene(name: string, scene: Parameters<typeof writeScene>[1]): void {
    writeScene(this.path(name), scene);
  }

  /** `tiercel test` there. */
  run(...args: string[]): ReturnType<typeof tiercel> {
    return tiercel(this.folder, ['test', ...args]);
  }

  /** The same as in a GitHub workflow, or with other conditions from outside. */
  runIn(env: Record<string, string>, ...args: string[]): { readonly stdout: string } {
    return spawnSync(process.execPath, [PROGRAM, 'test', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
    });
  }
}
