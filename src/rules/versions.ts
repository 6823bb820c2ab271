/** Versions that rules may ask for: of the engine and of plugins, and what this program claims to be. */

/** `major.minor.patch`. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The engine version of Falco 0.44.1, whose behaviour this program has. */
export const ENGINE_VERSION: Version = [0, 62, 0];

/** Plugins whose fields and sources this program has, at the versions current when Falco 0.44.1 was released. */
export const PLUGIN_VERSIONS: ReadonlyMap<string, Version> = new Map<string, Version>([
  ['container', [0, 7, 1]],
  ['k8saudit', [0, 18, 0]],
  ['cloudtrail', [0, 17, 1]],
  ['json', [0, 7, 4]],
]);

/**
 * Plugins that fetch audit logs of one provider, and have the source and the fields of k8saudit: what they are asked for
 * beyond that is fetching, which no rule sees, so any version before 1.0 will do.
 */
export const K8S_AUDIT_SISTERS: ReadonlySet<string> = new Set([
  'k8saudit-aks',
  'k8saudit-eks',
  'k8saudit-gke',
  'k8saudit-ovh',
]);

/** Sources that evidence can have. */
export const SOURCES: readonly string[] = ['syscall', 'k8s_audit', 'aws_cloudtrail'];

/** Three numbers with dots between them, perhaps followed by more; `undefined` if the text is none. */
export function parseVersion(text: string): Version | undefined {
  const found = /^\s*\+?(\d{1,9})\.\s*\+?(\d{1,9})\.\s*\+?(\d{1,9})/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** An engine version as text: a plain number `N` means `0.N.0`. */
export function parseEngineVersion(text: string): Version | undefined {
  const plain = parseUnsigned(text);
  return plain === undefined ? parseVersion(text) : [0, plain, 0];
}

/** Whether something at version `ours` does what `asked` needs: same major number, and not older. */
export function satisfies(ours: Version, asked: Version): boolean {
  if (ours[0] !== asked[0]) {
    return false;
  }
  return ours[1] !== asked[1] ? ours[1] > asked[1] : ours[2] >= asked[2];
}

/** `major.minor.patch`. */
export function printVersion(version: Version): string {
  return version.join('.');
}

/** A number of at most 32 bits as YAML spells it: decimal, `0x` hexadecimal or `0` octal. */
export function parseUnsigned(text: string): number | undefined {
  const trimmed = text.trim();
  let value: number;
  if (/^0[xX][0-9a-fA-F]+$/.test(trimmed)) {
    value = Number.parseInt(trimmed, 16);
  } else if (/^0[0-7]+$/.test(trimmed)) {
    value = Number.parseInt(trimmed, 8);
  } else if (/^\+?\d+$/.test(trimmed)) {
    value = Number(trimmed);
  } else {
    return undefined;
  }
  return value < 2 ** 32 ? value : undefined;
}
