/** Mistakes on the command line, reported like every other mistake: with the nearest right name. */
import { UserError } from '../errors.js';

interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number };
  readonly code?: string;
  readonly flags?: readonly string[];
  readonly args?: readonly { readonly name: string }[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** Whether this is how oclif ends after help or a version was asked for. */
export function isAsking(error: unknown): boolean {
  return error instanceof Error && (error as OclifError).oclif?.exit === 0;
}

/** A mistake in the use of a command as a {@link UserError}; anything else comes back as it is. */
export async function usageError(error: unknown, argv: readonly string[]): Promise<unknown> {
  if (!(error instanceof Error) || (error as OclifError).oclif === undefined) {
    return error;
  }
  const problem = error as OclifError;
  if (problem.constructor.name === 'NonExistentFlagsError') {
    return unknownFlag(problem, argv);
  }
  if (/^command .* not found$/.test(problem.message)) {
    return unknownCommand(argv);
  }
  const why = reasonOf(problem);
  const { nearestName } = await import('../fields/index.js');
  const [, word = '', choices = ''] = /=(\S+) to be one of: (.*)$/.exec(why) ?? [];
  const nearest = nearestName(word, choices.split(', '));
  return new UserError({
    code: 'USAGE',
    what: 'Cannot understand the command line',
    where: `tiercel ${argv.join(' ')}`,
    why,
    fix:
      nearest === undefined
        ? `run "tiercel ${commandOf(argv)}--help" to see what it takes`
        : `did you mean ${nearest}?`,
  });
}

/** What oclif says, in one sentence. */
function reasonOf({ message, args }: OclifError): string {
  if (message.startsWith('Missing ') && args !== undefined) {
    return `${args.map(({ name }) => name.toUpperCase()).join(' and ')} is missing`;
  }
  const text = (message.split('\nSee more help')[0] ?? '')
    .replace(/^The following errors? occurred:/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/Missing required flag (\S+)/, '--$1 is missing')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return lowerFirst(text);
}

async function unknownFlag(problem: OclifError, argv: readonly string[]): Promise<UserError> {
  const { nearestName } = await import('../fields/index.js');
  const flag = problem.flags?.[0] ?? '';
  const known = Object.keys(problem.parse?.input?.flags ?? {});
  const isShort = /^-[^-]/.test(flag);
  const nearest = isShort ? undefined : nearestName(flag.replace(/^-+/, ''), known);
  return new UserError({
    code: 'USAGE',
    what: 'Cannot understand the command line',
    where: `tiercel ${argv.join(' ')}`,
    why: `there is no flag ${flag}`,
    fix:
      nearest === undefined
        ? `run "tiercel ${commandOf(argv)}--help" to see its flags`
        : `did you mean --${nearest}?`,
  });
}

async function unknownCommand(argv: readonly string[]): Promise<UserError> {
  const { nearestName } = await import('../fields/index.js');
  const { COMMANDS } = await import('./index.js');
  const known = Object.keys(COMMANDS).map((id) => id.replaceAll(':', ' '));
  const words = argv.filter((word) => !word.startsWith('-'));
  const nearest =
    nearestName(words.slice(0, 2).join(' '), known) ?? nearestName(words[0] ?? '', known);
  return new UserError({
    code: 'USAGE',
    what: 'Cannot understand the command line',
    where: `tiercel ${argv.join(' ')}`,
    why: `there is no command "${words.slice(0, 2).join(' ')}"`,
    fix:
      nearest === undefined
        ? 'run "tiercel --help" to see the commands'
        : `did you mean "tiercel ${nearest}"?`,
  });
}

function commandOf(argv: readonly string[]): string {
  const words = argv.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
  return words[0] === 'list' || words[0] === 'rules'
    ? `${words.join(' ')} `
    : words.length > 0
      ? `${String(words[0])} `
      : '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
