/** A file that is no rules file, no test and no configuration may hold anything: no message quotes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFalcoConfig } from '../../src/investigation/configuration/falco-config.js';
import { UserError } from '../../src/errors.js';
import { readTestFile } from '../../src/expectations/index.js';
import { checkFiles } from '../../src/rules/index.js';
import { atOnce } from '../../src/steps.js';
import { put, scratchFolder, tiercel } from './run.js';
import { writeScene } from './scene.js';

const folder = scratchFolder();

/** Each with a word that must not come out. */
const FILES = {
  'passwords': 'root:$6$Secret1$abc:19000:0:99999:7:::\ndaemon:*Secret2:19000:0:99999:7:::\n',
  'a private key': '-----BEGIN OPENSSH PRIVATE KEY-----\nSecret3b3BlbnNzaC1rZXktdjEA\nSecret4: x\n-----END OPENSSH PRIVATE KEY-----\n',
  'an environment': 'Secret_KEY=abc\nSecret_B=def\n',
  'a mapping that is not closed': 'Secret: value\nSecretB: [1, 2\n',
  'JSON': '{"Secret": "tok", "SecretB": {"a": 1}}\n',
  'a list': '- Secret: tok\n- SecretB\n- [Secret]\n',
  'an alias': '*Secret\n',
  'a text with a wrong escape': 'user: Secret\npass: "Secret\\q"\n',
  'a key twice': 'Secret: 1\nSecret: 2\n',
  'a tag': '!Secret x\n',
  'a template': '{{ Secret }}: x\n',
  'a directive': '%Secret x\n---\na\n',
  'bytes': Buffer.from('\x00\x01\xffSecret\xfe', 'latin1'),
} as const; // prettier-ignore

/** Everything that is said about a file, by whoever takes it for its own. */
const READERS: Readonly<Record<string, (path: string) => unknown>> = {
  rules: (path) => atOnce(checkFiles([path])).files,
  'a configuration': (path) => storyOf(() => readFalcoConfig(path, [])),
  'a test': (path) => readTestFile(path, readFileSync(path, 'utf8')).mistakes,
};

function storyOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof UserError ? error.story : error;
  }
}

describe.each(Object.entries(FILES))('%s', (_what, content) => {
  it.each(Object.keys(READERS))('is quoted by no message where it is taken for %s', (reader) => {
    const said = JSON.stringify(READERS[reader]?.(put(folder, 'strange', content)));
    expect(said).toMatch(/"(?:message|why)":/);
    expect(said).not.toContain('Secret');
  });
});

it('a test that names a private key as its rules shows nothing of it', async () => {
  writeScene(join(folder, 'scene.scap'));
  put(folder, 'key', FILES['a private key']);
  put(folder, 'names.test.yaml', 'capture: scene.scap\nrules: key\n');
  const { code, out, err } = await tiercel(folder, ['test', 'names.test.yaml', '--junit', '-']);
  expect(out + err).not.toContain('Secret');
  expect(out).toContain('<error ');
  expect(code).toBe(2);
});
