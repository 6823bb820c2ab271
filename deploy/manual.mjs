#!/usr/bin/env node
// Makes dist/man: a manual page for tiercel and one for each command, from what the commands say of themselves. Part of "npm run build".
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'dist/man');
const { version, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const EXIT_STATUS = [
  ['0', 'done'],
  ['1', 'findings, where the command was asked to fail on them, or a failed expectation'],
  ['2', 'the input or the environment is wrong; the message says what, where, why and what to do'],
  ['3', 'a bug of tiercel'],
  ['4', 'done, but evidence was damaged and the results are partial (--allow-damage makes it 0)'],
  ['130', 'interrupted'],
];
const ENVIRONMENT = [
  ['NO_COLOR', 'no colours, wherever the output goes'],
  ['TIERCEL_RECORDER', 'the native recorder, in place of the one that comes with the package'],
];

const { commands } = await Config.load({ root: ROOT, userPlugins: false, devPlugins: false });
const sorted = [...commands].sort((a, b) => (a.id < b.id ? -1 : 1));
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
writeFileSync(join(FOLDER, 'tiercel.1'), overview());
for (const command of sorted) {
  writeFileSync(join(FOLDER, `${pageOf(command)}.1`), manual(command));
}

function overview() {
  return page('tiercel', description, [
    section('SYNOPSIS', '.B tiercel\n.I COMMAND\n[ARGUMENT...]'),
    section('DESCRIPTION', `${roff(description)}. Each command has a page of its own.`),
    section(
      'COMMANDS',
      sorted.map((each) => entry(`.BR ${pageOf(each)} (1)`, each.summary)),
    ),
    section(
      'EXIT STATUS',
      EXIT_STATUS.map(([code, meaning]) => entry(`.B ${code}`, meaning)),
    ),
    section(
      'ENVIRONMENT',
      ENVIRONMENT.map(([name, meaning]) => entry(`.B ${name}`, meaning)),
    ),
  ]);
}

function manual(command) {
  const args = Object.values(command.args);
  const flags = Object.values(command.flags);
  return page(pageOf(command), command.summary, [
    section('SYNOPSIS', synopsis(command, args, flags)),
    section(
      'DESCRIPTION',
      [command.summary, command.description ?? []].flat().map(roff).join('\n.PP\n'),
    ),
    section(
      'ARGUMENTS',
      args.map((arg) => entry(`.I ${roff(arg.name.toUpperCase())}`, arg.description)),
    ),
    section(
      'OPTIONS',
      flags.map((flag) => entry(`.B ${roff(typed(flag))}`, explained(flag))),
    ),
    section('EXAMPLES', (command.examples ?? []).map(exampleOf).join('\n.PP\n')),
    section('EXIT STATUS', 'See\n.BR tiercel (1).'),
  ]);
}

function synopsis({ id, strict }, args, flags) {
  const required = flags.filter((flag) => flag.required);
  const words = [
    ...required.map((flag) => `${roff(typed(flag))}`),
    '[OPTION...]',
    ...args.map(({ name, required: isNeeded }) =>
      isNeeded ? name.toUpperCase() : `[${name.toUpperCase()}]`,
    ),
    ...(strict === false ? ['...'] : []),
  ];
  return `.B tiercel ${id.replaceAll(':', ' ')}\n${words.join(' ')}`;
}

/** As it is typed: `-f, --format=text|json`. */
function typed({ name, char, type, helpValue, options }) {
  const value = type === 'boolean' ? '' : `=${options?.join('|') ?? helpValue ?? '<value>'}`;
  return `${char === undefined ? '' : `-${char}, `}--${name}${value}`;
}

function explained({ summary, description: text, default: preset, multiple }) {
  const notes = [
    ...(typeof preset === 'string' ? [`default: ${preset}`] : []),
    ...(multiple && !/repeatable/.test(text ?? '') ? ['repeatable'] : []),
  ];
  return `${summary ?? text ?? ''}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function exampleOf(example) {
  const { description: what = '', command } =
    typeof example === 'string' ? { command: example } : example;
  const line = roff(command.replaceAll('<%= config.bin %>', 'tiercel'));
  return `${what === '' ? '' : `${roff(what)}:\n.PP\n`}.RS 4\n.nf\n${line}\n.fi\n.RE`;
}

function page(name, summary, sections) {
  const head = [
    `.TH ${name.toUpperCase()} 1 "" "tiercel ${version}" "Tiercel"`,
    '.nh',
    '.ad l',
    section('NAME', `${name} \\- ${roff(lowerFirst(summary.replace(/\.$/, '')))}`),
  ];
  return `${[...head, ...sections].filter((part) => part !== '').join('\n')}\n`;
}

function section(title, body) {
  const text = Array.isArray(body) ? body.join('\n') : body;
  return text === '' ? '' : `.SH ${title}\n${text}`;
}

function entry(term, text) {
  return `.TP\n${term}\n${roff(text ?? '')}`;
}

function pageOf({ id }) {
  return `tiercel-${id.replaceAll(':', '-')}`;
}

/** Text as roff takes it: no backslash, dash or leading dot of it means anything. */
function roff(text) {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll(/^[.']/gm, '\\&$&');
}

function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
