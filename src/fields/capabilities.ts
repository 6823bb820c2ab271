/** Names of Linux capabilities, by bit. */
// prettier-ignore
const CAPABILITIES = [
  'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_SETGID',
  'CAP_SETUID', 'CAP_SETPCAP', 'CAP_LINUX_IMMUTABLE', 'CAP_NET_BIND_SERVICE', 'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_IPC_LOCK', 'CAP_IPC_OWNER', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT', 'CAP_SYS_PTRACE', 'CAP_SYS_PACCT', 'CAP_SYS_ADMIN', 'CAP_SYS_BOOT', 'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_MKNOD', 'CAP_LEASE', 'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL', 'CAP_SETFCAP', 'CAP_MAC_OVERRIDE', 'CAP_MAC_ADMIN', 'CAP_SYSLOG', 'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND', 'CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF', 'CAP_CHECKPOINT_RESTORE',
];

/** Texts of sets: a machine has a few, and a hostile capture any. */
const TEXTS = new Map<bigint, string>();
const MAX_TEXTS = 64;

/** Names of the capabilities in a set, with blanks between them; bits without a name are left out. */
export function capabilitiesText(set: bigint): string {
  const known = TEXTS.get(set);
  if (known !== undefined) {
    return known;
  }
  if (TEXTS.size >= MAX_TEXTS) {
    TEXTS.clear();
  }
  const text = CAPABILITIES.filter((_, bit) => ((set >> BigInt(bit)) & 1n) === 1n).join(' ');
  TEXTS.set(set, text);
  return text;
}
