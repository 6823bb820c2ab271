/** Stories of real captures, and of one in which every name is hostile. */
import { beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escapeText, markdownCode, mermaidText } from '../../src/output/index.js';
import { CaseReader, readCase } from '../../src/store/index.js';
import { findStory, type NoStory, type Selection, type Story } from '../../src/investigation/story/find.js'; // prettier-ignore
import { storyJson } from '../../src/investigation/story/json.js';
import { storyMermaid } from '../../src/investigation/story/mermaid.js';
import { emptyPage, pageOf } from '../../src/investigation/story/page.js';
import { pageMarkdown, pageText } from '../../src/investigation/story/text.js';
import { put, scratchFolder, tiercel } from '../commands/run.js';
import { RULES, writeScene } from '../commands/scene.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = scratchFolder();
const REAL = join(folder, 'real.db');
const HOSTILE = join(folder, 'hostile.db');
const NAME = 'x`y" --> z<b>#35;|@all\u202e[a](http://evil)\u001b[2J\n# h ``` $(id)';

function found(path: string, selection: Selection): Story | NoStory {
  return readCase(path, (database) => findStory(new CaseReader(database, path), selection));
}

function storyOf(path: string, selection: Selection): Story {
  const story = found(path, selection);
  if ('runs' in story) {
    throw new Error('the case has no story');
  }
  return story;
}

beforeAll(async () => {
  const evidence = ['exfiltration', 'on-host'].map((name) => `fixtures/${name}.scap`);
  const real = await tiercel(ROOT, ['analyze', ...evidence, '-s', REAL, '-f', 'none']);
  const rules = put(folder, 'rules.yaml', RULES);
  const scene = join(folder, 'scene.scap');
  writeScene(scene, { argument: NAME, containerName: NAME });
  const hostile = await tiercel(folder, ['analyze', scene, '-r', rules, '-s', HOSTILE, '-f', 'none']);
  expect([real.code, hostile.code]).toEqual([0, 0]);
}, 60_000); // prettier-ignore

describe('a story', () => {
  it('is about the most important incident, and names the others', () => {
    expect(pageText(pageOf(storyOf(REAL, {}), escapeText))).toMatchSnapshot();
  });

  it('of a container has what every program in it wrote, and whom it talked to', () => {
    expect(pageText(pageOf(storyOf(REAL, { incident: 1n }), escapeText))).toMatchSnapshot();
  });

  it('of an alert has its process, the deeds of its ancestors, and the other alerts of its incident', () => {
    expect(pageText(pageOf(storyOf(REAL, { alert: 19n }), escapeText))).toMatchSnapshot();
  });

  it('of a process has what it ran before and afterwards', () => {
    const { rows } = storyOf(REAL, { process: 50n }).processes;
    expect(rows.map(({ cmdline }) => cmdline.slice(0, 12))).toEqual([
      'env HOME=/ro',
      'bash --norc',
      'bash --norc',
      'sh -c echo 1',
      'setpriv --re',
      'backdoor',
    ]);
  });

  it('holds the same in JSON, with times as text', () => {
    const json = JSON.parse(storyJson(storyOf(REAL, { incident: 1n }))) as Record<
      string,
      unknown[]
    >;
    expect(['alerts', 'processes', 'files', 'connections'].map((key) => json[key]?.length)).toEqual([13, 33, 9, 9]); // prettier-ignore
    expect(json['incident']).toMatchObject({ first: '2026-11-22T06:49:29.047329683Z', alerts: 13 });
  });

  it.each([
    ['an alert', { alert: 999n }, 'alert 999'],
    ['an incident', { incident: 999n }, 'it has 1, 2, 3'],
    ['a process', { process: 999n }, '--process 999'],
  ])('of %s that the case does not have is refused', (_what, selection, text) => {
    expect(() => found(REAL, selection)).toThrow();
    try {
      found(REAL, selection);
    } catch (error) {
      expect(JSON.stringify(error)).toContain(text);
    }
  });
});

describe('a story with hostile names', () => {
  it('has them escaped in text: no line is forged, and no control character is in it', () => {
    const text = pageText(pageOf(storyOf(HOSTILE, {}), escapeText));
    expect(text).toContain(escapeText(NAME));
    expect(text).not.toMatch(/[^\n\x20-\x7e\u2500-\u257f]/);
  });

  it('has them in code in Markdown, where nothing is markup', () => {
    const text = pageMarkdown(pageOf(storyOf(HOSTILE, {}), markdownCode, escapeText));
    const [, drawing = ''] = /\n(`{4,})text\n/.exec(text) ?? [];
    expect(drawing).toBe('````'); // longer than the fence in the name
    const outside = text.replace(/\n````text\n[\s\S]*?\n````\n/, '').replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, ''); // prettier-ignore
    expect(outside).not.toMatch(/evil|<b>|@all|\u202e/);
  });

  it('has them as entities in Mermaid: labels hold no syntax', () => {
    const lines = storyMermaid(storyOf(HOSTILE, {})).split('\n');
    const labels = lines.flatMap((line) => (/"(.*)"/.exec(line) ?? []).slice(1));
    expect(labels.some((label) => label.includes(mermaidText('z<b>')))).toBe(true);
    for (const label of labels) {
      expect(label.replaceAll('<br/>', '')).toMatch(/^(?:[A-Za-z0-9 .,/_:=+@()>-]|#\d+;)*$/);
    }
  });

  it('is answered by the command, in every format, as one that is whole', async () => {
    for (const format of ['text', 'json', 'markdown', 'mermaid']) {
      const { code, out } = await tiercel(folder, ['story', HOSTILE, '-f', format]);
      expect([format, code, out.includes('\u001b'), out.includes('\u202e')]).toEqual([
        format,
        0,
        false,
        false,
      ]);
    }
  });
});

it('a case without alerts says so, and what was not seen', async () => {
  const path = join(folder, 'quiet.db');
  const quiet = ['analyze', 'fixtures/quiet-host.scap', '-s', path, '-f', 'none', '--rule', 'Non sudo setuid']; // prettier-ignore
  await tiercel(ROOT, quiet);
  const page = emptyPage(found(path, {}) as NoStory, escapeText);
  expect(page.heading).toBe('No incident');
  expect(page.introduction).toEqual(['No rule fired in 1 run: fixtures/quiet-host.scap.']);
  expect(page.unknowns.join('\n')).toContain('rules did not run');
});
