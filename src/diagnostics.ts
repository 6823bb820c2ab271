/**
 * Every way an analysis can be less than complete. One row each; ids are stable. A diagnostic is a
 * value, never an exception: analysis goes on, and the summary says what was not seen.
 */

interface DiagnosticRow {
  /**
   * `data-loss`: something in the evidence was not seen; `limit`: the evidence is as it was recorded, but what rules could
   * find in it is limited; `notice`: seen, and worth reporting.
   */
  readonly severity: 'data-loss' | 'limit' | 'notice';
  readonly doc: string;
}

// prettier-ignore
export const DIAGNOSTICS = {
  'analysis/ended-early': {
    severity: 'limit',
    doc: 'The evidence could not be opened, or not be read on: an error was printed, with its reason. The run holds what was found before, and is incomplete.',
  },
  'analysis/idle-rules': {
    severity: 'limit',
    doc: 'Rules of a source that the evidence has no events of could not fire.',
  },
  'analysis/incomplete': {
    severity: 'limit',
    doc: 'The evidence was not read to its end: what came after was not seen, and its hash is not known.',
  },
  'analysis/narrowed': {
    severity: 'limit',
    doc: 'The user had rules see a part of the events only (--filter, --from, --to, --last).',
  },
  'analysis/not-begun': {
    severity: 'limit',
    doc: 'The analysis ended before it came to this evidence, or the case was full by then: nothing of it is in the case. The same command does what is missing.',
  },
  'analysis/rules-left-out': {
    severity: 'limit',
    doc: 'Rules that would have run were left out by the user (--rule, --tag, --disable, --disable-tag, --min-priority, or rules of a configuration).',
  },
  'analysis/shadowed-rule': {
    severity: 'limit',
    doc: 'A rule matched events that an earlier rule took, so it has no alert of them (--match all gives both).',
  },
  'analysis/unfinished': {
    severity: 'limit',
    doc: 'The run is still going on, or it was ended without a word: the program was killed, or the disk was full. The rows of the first events are in the case. The same command does the run again.',
  },
  'analysis/unknown': {
    severity: 'limit',
    doc: 'The evidence does not hold something that rules and answers need, such as container metadata or a list of users.',
  },
  'audit/broken-json': {
    severity: 'data-loss',
    doc: 'A line (or a record) of the log is not JSON, so whatever it said was not seen; reading went on behind it. Usual cause: two writers on one file, or a full disk.',
  },
  'audit/truncated-log': {
    severity: 'data-loss',
    doc: 'The log ends inside a record. Usual cause: it was copied while it was being written. Copy it again, or treat the end time as a lower bound.',
  },
  'audit/oversized-event': {
    severity: 'data-loss',
    doc: 'A record is longer than 16 MiB and was not read: an API server truncates its events to far less. Memory stays bounded however long a line is.',
  },
  'audit/no-time': {
    severity: 'data-loss',
    doc: 'An audit event has no usable time (stageTimestamp, or eventTime in CloudTrail), so it has no place among the others and was not seen.',
  },
  'audit/other-json': {
    severity: 'notice',
    doc: 'JSON between the events that is no audit event; passed over.',
  },
  'audit/other-file': {
    severity: 'notice',
    doc: 'A file in a folder of evidence is neither a capture nor an audit log, or was not opened (symbolic links are not followed); passed over. Digest files of CloudTrail are such.',
  },
  'audit/unreadable-file': {
    severity: 'data-loss',
    doc: 'A file in a folder of evidence is empty, packed in a way that is not unpacked here, or may not be read, so its events, if it has some, were not seen.',
  },
  'audit/wrapped': {
    severity: 'notice',
    doc: 'Events lay inside what a log collector or a cloud service puts around them; that was taken off. Places in the file are those of the wrapping.',
  },
  'audit/encoding': {
    severity: 'notice',
    doc: 'The log is UTF-16, as Windows tools write it, and was read as that. Places are those of the file.',
  },
  'audit/nested-too-deep': {
    severity: 'data-loss',
    doc: 'A record is wrapped, or lies in lists, more than eight times over. What lies deeper was not looked at; real logs have two or three layers.',
  },
  'audit/other-text': {
    severity: 'notice',
    doc: 'Lines of text between the events that are no event, nor a part of one: what the API server and other programs print; passed over.',
  },
  'audit/old-time': {
    severity: 'notice',
    doc: 'Events of API servers before 1.8 have no stageTimestamp; their time was taken from timestamp.',
  },
  'audit/rebuilt': {
    severity: 'notice',
    doc: 'Events were rebuilt from Cloud Audit Logs of GKE, which keep less than the API server wrote: groups, impersonated users and audit policy are missing, and the status of calls that succeeded is inferred.',
  },
  'audit/insight': {
    severity: 'notice',
    doc: 'CloudTrail Insights records are statistics about calls, not calls; passed over, as the reference does.',
  },
  'audit/metadata-level': {
    severity: 'notice',
    doc: 'The audit policy recorded changes without their request: what a pod or a role would be is not known, so rules about it cannot fire. Ask for level Request or RequestResponse.',
  },
  'audit/truncated-by-server': {
    severity: 'data-loss',
    doc: 'The API server cut request and response out of an event because it was too large (--audit-log-truncate-enabled), so fields about them are missing.',
  },
  'capture/truncated-block': {
    severity: 'data-loss',
    doc: 'The file ends inside a block, so events after this offset were never read. Usual cause: the recorder was killed. Re-copy the file, or treat the end time as a lower bound.',
  },
  'capture/torn-compression': {
    severity: 'data-loss',
    doc: 'The compressed file ends early: all that could be unpacked was read, what came after it is not there. Usual cause: an interrupted copy, or a recorder that was killed. Re-copy the file.',
  },
  'capture/bad-compression': {
    severity: 'data-loss',
    doc: 'The compressed data is damaged at this place: what lies before it was read, and reading went on at the next compressed member, if there is one. Re-copy the file.',
  },
  'capture/trailing-garbage': {
    severity: 'notice',
    doc: 'Behind the compressed data are bytes that belong to no compressed member; they were left out. Usual cause: padding, or something that was appended to the file.',
  },
  'capture/resynchronised': {
    severity: 'data-loss',
    doc: 'Bytes at this offset are no block, and no length there can be trusted: they were passed over up to the next place where a whole block lies. Events among them were not seen.',
  },
  'capture/length-mismatch': {
    severity: 'notice',
    doc: 'The two lengths of a block disagree, or point beyond the file; its true length was found from what is in it and around it, and the block was read. The file was damaged or edited.',
  },
  'capture/bad-event': {
    severity: 'data-loss',
    doc: 'An event claims more bytes than its block holds. Parameters that lie wholly inside the block were kept, the others are missing.',
  },
  'capture/bad-metadata': {
    severity: 'data-loss',
    doc: 'A list of processes, descriptors, users or interfaces is cut short or lies about a length: entries before that place were kept, so some names may be missing later on.',
  },
  'capture/unknown-block': {
    severity: 'notice',
    doc: 'Blocks of a type that is in no version of the format known here were passed over by their length. A newer recorder may have written them.',
  },
  'capture/no-section-header': {
    severity: 'data-loss',
    doc: 'The evidence does not begin with a section header: its beginning is missing, and so may be the process list. It was read as little-endian, as all recorders write.',
  },
  'capture/newer-version': {
    severity: 'notice',
    doc: 'A section says that it was written in a newer major version of the format. It was read as the version known here.',
  },
  'capture/foreign-byte-order': {
    severity: 'notice',
    doc: 'A section was recorded on a machine of the other byte order (big-endian). It was converted; only the parameters of the oldest block types, which do not say how many there are, cannot be.',
  },
  'capture/changed-while-read': {
    severity: 'data-loss',
    doc: 'The file was cut, grew or was written to while it was being read: what was read is no file that ever was, so it has no SHA-256, and its run is incomplete. Copy the file to a safe place and read the copy.',
  },
  'capture/read-error': {
    severity: 'data-loss',
    doc: 'The operating system could not read the file any further (a bad disk, a network folder that went away). What was read before was kept; it is no whole file, so it has no SHA-256, and its run is incomplete.',
  },
  'capture/not-hashed': {
    severity: 'data-loss',
    doc: 'The file was read to its end, but its SHA-256 could not be made (the thread that hashes met a read error, or died), so what was analysed cannot be proven to be this file: its run is incomplete. Analyse it again.',
  },
  'events/unknown-code': {
    severity: 'data-loss',
    doc: 'The capture holds events with numbers beyond the event table: a newer recorder wrote it. They were skipped and counted; nothing of them was seen.',
  },
  'events/out-of-order': {
    severity: 'notice',
    doc: 'Events do not lie in the order of time: logs that are listed newest first, or a recorder that merged processors late. They were read in the order of the file, and what depends on order (which process was whose) follows that order.',
  },
  'events/params-beyond-record': {
    severity: 'data-loss',
    doc: 'An event claims more parameter bytes than its record has. The parameters that reach beyond it are treated as absent; the rest of the event was used.',
  },
  'metadata/ambiguous-id': {
    severity: 'notice',
    doc: 'An id in a metadata file fits several containers, or several ids there fit one container, so no name was taken from it. Give more of the id.',
  },
  'metadata/contradiction': {
    severity: 'notice',
    doc: "A metadata file names a container, a user or a group otherwise than the capture (whose word counts) or than a file before it (which counts). It may be of another machine or of another time.",
  },
  'metadata/left-out': {
    severity: 'notice',
    doc: 'Entries of a metadata file were passed over: they have no id, or are lines that are none of their kind. The rest of the file was used.',
  },
  'metadata/unused': {
    severity: 'notice',
    doc: 'A metadata file describes containers, and none of this capture: it may be of another machine.',
  },
  'recorder/left-out': {
    severity: 'limit',
    doc: 'The recorder was asked to record only a part: one command, one container, some system calls, fewer bytes of data, or a file of a rotation. What it left out no rule sees.',
  },
  'recorder/losses': {
    severity: 'data-loss',
    doc: 'The recorder says that it could not keep up and lost events in this time. The file is whole; what happened in between nobody recorded.',
  },
  'store/additions': {
    severity: 'notice',
    doc: 'The case holds views, indexes or tables that tiercel did not make. They change nothing in what tiercel stores, but a view of a familiar look may say something else.',
  },
  'store/case-changed': {
    severity: 'data-loss',
    doc: 'Rows of the case were changed, added or removed since they were sealed, so what it says of earlier runs may not be what they found. Analyse the evidence again into another case; "query --verify" names the runs.',
  },
  'store/row-lost': {
    severity: 'data-loss',
    doc: 'The case could not take some rows: what they hold is in the output of the analysis, but not in the case. The rest of the run is stored.',
  },
  'state/table-full': {
    severity: 'data-loss',
    doc: 'The capture has more threads, descriptors, environments, command lines, users or containers at once than are kept: what is known of the machine is bounded in bytes, against hostile captures. The counts say what was given up; its fields are empty, and rules on it do not fire.',
  },
  'state/deep-lineage': {
    severity: 'data-loss',
    doc: 'A process has more ancestors than are looked at. Fields and rules about ancestors see the nearest only. No real machine nests processes so deep: somebody may have wanted to hide what began them.',
  },
  'state/odd-id': {
    severity: 'notice',
    doc: 'Ids of threads, processes, descriptors or users that no Linux kernel gives: negative, or beyond 32 bits. They were used as they are. The capture was damaged or made up.',
  },
} as const satisfies Record<string, DiagnosticRow>;

export type DiagnosticId = keyof typeof DIAGNOSTICS;

/** One finding about the evidence. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  /** Offset in the uncompressed evidence, in bytes. */
  readonly offset?: number | undefined;
  /** What was found there, in one sentence. */
  readonly detail: string;
}
