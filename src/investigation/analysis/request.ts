/** What `analyze` was asked, in words, and where a Falco configuration fills in what was not said. */
import type { TimeFormat } from '../../alerts/index.js';
import { UserError } from '../../errors.js';
import type { AlertFormat, Channel, JsonParts } from '../../output/index.js';
import type { AppendEntry, FalcoConfig, RuleSwitch } from '../configuration/falco-config.js';
import type { Selection } from '../rules/selection.js';

/** The words of the command line, as oclif parsed them. */
export interface AnalyzeRequest extends Selection {
  readonly evidence: readonly string[];
  readonly rules?: readonly string[] | undefined;
  readonly store: string;
  readonly 'no-store': boolean;
  readonly format?: AlertFormat | undefined;
  readonly print?: string | undefined;
  readonly fields?: string | undefined;
  readonly 'no-header': boolean;
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
  readonly force: boolean;
  /** The file that a report of the case goes to. */
  readonly report?: string | undefined;
  readonly config?: string | undefined;
  readonly option?: readonly string[] | undefined;
  readonly 'allow-outputs': boolean;
  readonly 'fail-on'?: string | undefined;
  readonly filter?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: string | undefined;
  readonly tz: string;
  readonly match?: 'first' | 'all' | undefined;
  readonly 'time-format'?: TimeFormat | undefined;
  readonly append?: string | undefined;
  readonly 'no-summary': boolean;
  /** Whether the summary names the rules that could not fire. */
  readonly verbose: boolean;
  readonly 'allow-damage': boolean;
  /** Files that name what captures do not: paths, or `ID=PATH`. */
  readonly metadata?: readonly string[] | undefined;
  /** What goes into the case beside what is always there: `reads`, `events`, `events=CONDITION`. */
  readonly keep?: readonly string[] | undefined;
}

/** The words of an analysis that reports nothing but what went wrong. */
export const QUIET = {
  'no-store': false,
  format: 'none',
  'no-header': false,
  'csv-raw': false,
  force: false,
  'allow-outputs': false,
  tz: 'UTC',
  'no-summary': true,
  verbose: false,
} as const;

/** A request in which nothing is left open. */
export interface Settled extends AnalyzeRequest {
  readonly format: AlertFormat;
  readonly match: 'first' | 'all';
  readonly 'time-format': TimeFormat;
  readonly json: JsonParts | undefined;
  readonly switches: readonly RuleSwitch[];
  readonly appends: readonly AppendEntry[];
  readonly channels: readonly Channel[];
  /** Whether channels get JSON: their lines are distinguished from `format`, which is stdout's. */
  readonly isJsonSent: boolean;
  readonly hasStdout: boolean;
  readonly notices: readonly string[];
}

/** Settle a request: what the command line says counts, then the configuration, then the defaults. */
export async function settle(request: AnalyzeRequest): Promise<Settled> {
  if (request.config === undefined && request.option === undefined) {
    return { ...request, ...defaults(request, undefined) };
  }
  const { readFalcoConfig } = await import('../configuration/falco-config.js');
  const config = readFalcoConfig(request.config, request.option ?? []);
  const isRefused = ({ kind }: Channel): boolean => kind !== 'file' && !request['allow-outputs'];
  const refused = config.channels.filter(isRefused);
  const isJsonSent = request.format === 'json' || (request.format !== 'text' && config.isJson);
  return {
    ...request,
    rules: request.rules ?? rulesOf(config, request),
    'min-priority': request['min-priority'] ?? config.priority,
    ...defaults(request, config),
    json: config.json,
    switches: config.switches,
    appends: config.appends,
    channels: config.channels
      .filter((channel) => !isRefused(channel))
      .map((channel) => (channel.kind === 'http' ? { ...channel, isJson: isJsonSent } : channel)),
    isJsonSent,
    hasStdout:
      config.hasStdout ||
      request.output !== undefined ||
      request.format !== undefined ||
      (refused.length > 0 && refused.length === config.channels.length), // alerts go nowhere else
    notices: [
      ...config.notices,
      ...refused.map(({ kind }) => `${kind}_output is left out; --allow-outputs lets it run`),
    ],
  };
}

/** Other rules than those that were meant would be worse than none. */
function rulesOf({ rulesFiles }: FalcoConfig, { config }: AnalyzeRequest) {
  if (rulesFiles?.length === 0) {
    throw new UserError({
      code: 'CONFIG_WRONG',
      what: 'Cannot use this configuration',
      where: `${config ?? '--option'}, key rules_files`,
      why: 'none of the rules files that it names is there',
      fix: 'name rules with --rules',
    });
  }
  return rulesFiles;
}

function defaults(request: AnalyzeRequest, config: FalcoConfig | undefined) {
  return {
    format: request.format ?? (config?.isJson === true ? 'json' : 'text'),
    match: request.match ?? config?.match ?? 'first',
    'time-format': request['time-format'] ?? (config?.hasIsoTime === true ? 'iso8601' : 'clock'),
    json: undefined,
    switches: [],
    appends: [],
    channels: [],
    isJsonSent: false,
    hasStdout: true,
    notices: [],
  } as const;
}

/** Options that change what is found or how it reads; runs that differ in one of them are different. */
const DECISIVE = [
  'print',
  'fields',
  'rule',
  'tag',
  'disable',
  'disable-tag',
  'min-priority',
  'filter',
  'from',
  'to',
  'last',
  'tz',
  'match',
  'time-format',
  'append',
  'switches',
  'appends',
  'keep',
] as const;

/**
 * The options that decide, for the case: sorted by name, without those that say nothing.
 *
 * @param settled - The request.
 * @param metadata - What stands for metadata files: their digests, not their names.
 */
export function decisiveOptions(
  settled: Settled,
  metadata: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...DECISIVE.map((name) => [name, settled[name]] as const), ['metadata', metadata] as const]
      .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
