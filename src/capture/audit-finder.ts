/**
 * Finds the events in what the cutter gives: takes off what collectors and clouds put around them, layer by layer (see
 * `audit-wrappers-table.ts`), and opens lists. What is no event is reported. Held is one text a layer.
 */
import type { DiagnosticId } from '../diagnostics.js';
import { MAX_PREFIX, opensJson, skipSpace } from './audit-cut.js';
import { CUT, MAX_EVENT_BYTES, type AuditCutter } from './audit-cutter.js';
import { kindOf } from './audit-event.js';
import type { AuditFindings } from './audit-findings.js';
import { isObject, parseJson, type JsonObject } from './audit-json.js';
import { isPacked, unpackText } from './audit-packed.js';
import { LineParts } from './audit-parts.js';
import type { AuditFormat } from './audit-record.js';
import { FOUND, RecordSplitter } from './audit-splitter.js';
import { endOfText, looksCut, partOf, Scratch, type Text } from './audit-text.js';
import type { AuditWindow } from './audit-window.js';
import {
  BYSTANDERS,
  contentOf,
  envelopeOf,
  prefixOf,
  type EnvelopeRow,
  type PrefixRow,
  type Wrapping,
} from './audit-wrappers-table.js';
import { findJson } from './json-text.js';

/** So many layers are taken off an event, lists among them. */
const MAX_DEPTH = 8;

/** An event of a log. */
export interface FoundEvent {
  readonly format: AuditFormat;
  readonly event: JsonObject;
  /** Where its JSON lies: valid until the next event is asked for. */
  readonly text: Text;
}

/** Finds events; one for each log. */
export class EventFinder {
  /** An empty list called `Records` was seen: that is an answer too. */
  hasRecords = false;
  readonly #window: AuditWindow;
  readonly #cutter: AuditCutter;
  readonly #findings: AuditFindings;
  readonly #parts = new LineParts(MAX_EVENT_BYTES);
  /** Lists that are being read, the innermost last. */
  readonly #lists: { readonly splitter: RecordSplitter; readonly text: Text }[] = [];
  /** What was taken off what is being read, by depth; lists leave a hole. */
  readonly #wrappings: (Wrapping | undefined)[] = [];
  readonly #scratch = new Scratch();
  /** Other programs write to this log too. */
  #hasBystanders = false;
  /** What stood in front of the document that is being read. */
  #documentPrefix: Wrapping | undefined;

  constructor(window: AuditWindow, cutter: AuditCutter, findings: AuditFindings) {
    this.#window = window;
    this.#cutter = cutter;
    this.#findings = findings;
  }

  /** Look at one text. `undefined`: nothing was in it, go on. */
  next(): FoundEvent | typeof CUT.NEED_MORE | typeof CUT.END | undefined {
    const list = this.#lists.at(-1);
    if (list !== undefined) {
      return this.#nextOfList(list.splitter, list.text);
    }
    const cut = this.#cutter.next();
    if (cut === CUT.END) {
      this.#parts.streams.forEach((stream) => {
        this.#reportUnfinished(stream);
      });
    }
    return cut === CUT.TEXT ? this.#readCut() : cut;
  }

  /** What was taken off an event that was just found, from the outside in. */
  wrappingsOf({ depth }: Text): readonly Wrapping[] {
    return this.#wrappings.slice(1, depth + 1).filter((each) => each !== undefined);
  }

  #readCut(): FoundEvent | undefined {
    const { start, end, line, isLine } = this.#cutter;
    if (isLine) {
      this.#documentPrefix = undefined;
    }
    const depth = this.#documentPrefix === undefined ? 0 : 1;
    this.#wrappings[1] = this.#documentPrefix;
    const { bytes } = this.#window;
    const offset = this.#window.placeOf(skipSpace(bytes, start, end));
    return this.#read({ bytes, start, end, text: undefined, line, offset, depth, isOnDisk: true });
  }

  /** Look for events in a text: JSON, or JSON with something in front of it. */
  #read(text: Text): FoundEvent | undefined {
    const { bytes } = text;
    const start = skipSpace(bytes, text.start, text.end);
    const end = endOfText(bytes, start, text.end);
    if (start === end) {
      this.#reportEmpty(text);
      return undefined;
    }
    if (text.depth > MAX_DEPTH) {
      this.report('audit/nested-too-deep', text, 'is wrapped more than eight times over');
      return undefined;
    }
    const trimmed = partOf(text, start, end, text.depth);
    if (opensJson(bytes, start)) {
      const value = parseJson(bytes, start, end, trimmed.text);
      return value === undefined ? this.#readOther(trimmed) : this.#take(value, trimmed);
    }
    return this.#readOther(trimmed);
  }

  /** A text that is not JSON as a whole. */
  #readOther(text: Text): FoundEvent | undefined {
    const { bytes, start, end, depth } = text;
    const head = bytes.latin1Slice(start, Math.min(end, start + MAX_PREFIX));
    const bystander = BYSTANDERS.find(({ line }) => line.test(head));
    if (bystander !== undefined && !this.#isCutOff(text)) {
      this.#hasBystanders = true;
      this.#findings.count('audit/other-text', bystander.name);
      return undefined;
    }
    const found = prefixOf(head);
    if (found !== undefined) {
      return this.#openPrefix(found.row, found.match, text);
    }
    if (text.isOnDisk && this.#cutter.reopen(start, depth > 0)) {
      this.#documentPrefix = this.#wrappings[depth];
      return undefined;
    }
    if (depth > 0 && isPacked(head)) {
      return this.#unpack(text);
    }
    // the 2 of a line that was cut is JSON too
    const isScalar = !opensJson(bytes, start) && !this.#isCutOff(text);
    const value = isScalar ? parseJson(bytes, start, end) : undefined;
    if (value !== undefined) {
      return this.#take(value, text);
    }
    this.#reportText(text);
    return undefined;
  }

  #openPrefix(row: PrefixRow, match: RegExpExecArray, text: Text): FoundEvent | undefined {
    const depth = text.depth + 1;
    this.#wrappings[depth] = row;
    const content = partOf(text, text.start + match[0].length, text.end, depth);
    const { stream = '', part } = match.groups ?? {};
    return part === undefined
      ? this.#read(content)
      : this.#readPart(`${row.name} ${stream}`, part, content);
  }

  /** A line of a container that may be a part of one. */
  #readPart(stream: string, part: string, text: Text): FoundEvent | undefined {
    if (part === 'P') {
      this.#parts.add(stream, text);
      return undefined;
    }
    return this.#parts.has(stream) ? this.#joinPart(stream, text) : this.#read(text);
  }

  /** The last part of a line. */
  #joinPart(stream: string, text: Text): FoundEvent | undefined {
    this.#parts.add(stream, text);
    const whole = this.#parts.take(stream);
    if (whole === undefined) {
      return undefined;
    }
    const { bytes, line, offset, isOversized } = whole;
    const joined = { ...text, bytes, start: 0, end: bytes.length, line, offset, isOnDisk: false };
    if (isOversized) {
      this.report('audit/oversized-event', joined, 'is longer than 16 MiB');
      return undefined;
    }
    return this.#read({ ...joined, text: undefined });
  }

  #unpack(text: Text): FoundEvent | undefined {
    const unpacked = unpackText(text.bytes.latin1Slice(text.start, text.end), MAX_EVENT_BYTES);
    if (typeof unpacked === 'string') {
      this.report('audit/broken-json', text, unpacked);
      return undefined;
    }
    const { bytes, encoding } = unpacked;
    this.#wrappings[text.depth + 1] = encoding;
    return this.#read({
      ...text,
      bytes,
      start: 0,
      end: bytes.length,
      text: undefined,
      depth: text.depth + 1,
      isOnDisk: false,
    });
  }

  /** A parsed value: an event is given out, a list or an envelope is opened, anything else is reported. */
  #take(value: unknown, text: Text): FoundEvent | undefined {
    const kind = kindOf(value);
    switch (kind) {
      case 'k8s_audit':
      case 'cloudtrail':
        return { format: kind, event: value as JsonObject, text };
      case 'list': {
        const splitter = new RecordSplitter(MAX_EVENT_BYTES);
        splitter.at = text.start;
        splitter.lineCount = text.line - 1;
        this.#wrappings[text.depth + 1] = undefined;
        this.#lists.push({ splitter, text: { ...text, depth: text.depth + 1 } });
        this.hasRecords ||= isObject(value) && Array.isArray(value['Records']);
        return undefined;
      }
      case 'insight':
        this.#findings.count('audit/insight');
        return undefined;
      case 'other': {
        const row = isObject(value) ? envelopeOf(value) : undefined;
        if (row !== undefined) {
          return this.#open(row, value as JsonObject, text);
        }
        this.report('audit/other-json', text, 'holds no audit event');
        return undefined;
      }
    }
  }

  #nextOfList(splitter: RecordSplitter, text: Text): FoundEvent | undefined {
    const { bytes, isOnDisk } = text;
    const found = splitter.scan(bytes, text.end);
    if (found === FOUND.NOTHING) {
      this.#lists.pop();
      return undefined;
    }
    if (found !== FOUND.RECORD) {
      return undefined; // its text was parsed whole, so it is neither broken nor too long
    }
    const { valueStart: start, valueEnd: end, lineCount } = splitter;
    const offset = isOnDisk ? this.#window.placeOf(start) : text.offset;
    const line = isOnDisk ? lineCount + 1 : text.line;
    return this.#read({ ...text, start, end, offset, line, text: undefined });
  }

  /** Take off an envelope. */
  #open(row: EnvelopeRow, envelope: JsonObject, text: Text): FoundEvent | undefined {
    const depth = text.depth + 1;
    this.#wrappings[depth] = row;
    if (row.rebuild !== undefined) {
      return this.#rebuild(row.rebuild(envelope), { ...text, depth });
    }
    const content = contentOf(envelope, row.path);
    if (typeof content === 'string') {
      const bytes = this.#scratch.hold(depth, content);
      const inner = { ...text, bytes, start: 0, end: bytes.length, text: content, depth };
      return row.isSplit === true
        ? this.#readSplit(row, envelope, { ...inner, isOnDisk: false }, content)
        : this.#read({ ...inner, isOnDisk: false });
    }
    const span = findJson(text, row.path);
    if (span === undefined) {
      return undefined;
    }
    const offset = text.isOnDisk ? this.#window.placeOf(span.start) : text.offset;
    return depth > MAX_DEPTH
      ? this.#read({ ...text, depth })
      : this.#take(content, { ...text, start: span.start, end: span.end, offset, depth });
  }

  /** An entry whose text goes on in the next one where it has no newline at its end; but a whole value is whole. */
  #readSplit(
    row: EnvelopeRow,
    envelope: JsonObject,
    text: Text,
    content: string,
  ): FoundEvent | undefined {
    const stream = `${row.name} ${envelope['stream'] === 'stderr' ? 'stderr' : 'stdout'}`;
    if (content.endsWith('\n')) {
      return this.#parts.has(stream) ? this.#joinPart(stream, text) : this.#read(text);
    }
    const value = opensJson(text.bytes, 0)
      ? parseJson(text.bytes, 0, text.end, content)
      : undefined;
    if (value !== undefined) {
      this.#reportUnfinished(stream);
      return this.#take(value, text);
    }
    this.#parts.add(stream, text);
    return undefined;
  }

  #rebuild(event: JsonObject | undefined, text: Text): FoundEvent | undefined {
    if (event === undefined) {
      this.report('audit/other-json', text, 'is of another service than Kubernetes');
      return undefined;
    }
    const bytes = this.#scratch.hold(text.depth, JSON.stringify(event));
    this.#findings.count('audit/rebuilt');
    return { format: 'k8s_audit', event, text: { ...text, bytes, start: 0, end: bytes.length } };
  }

  /** Report a text by its line; `subject` is what lies there. */
  report(id: DiagnosticId, text: Text, detail: string, subject?: string): void {
    const wrapping = this.wrappingsOf(text).at(-1);
    const within = wrapping === undefined ? '' : ` within ${wrapping.name}`;
    const what = subject === undefined ? `line ${text.line}` : `${subject} at line ${text.line}`;
    this.#findings.add(id, text.offset, `${what}${within} ${detail}`);
  }

  /** Whether the log ends in this line, without a newline. */
  #isCutOff({ isOnDisk }: Text): boolean {
    return isOnDisk && this.#cutter.isLine && this.#cutter.isCutOff;
  }

  /** Nothing stands behind a prefix: no matter, unless the log was cut there. */
  #reportEmpty(text: Text): void {
    if (text.depth > 0 && this.#isCutOff(text)) {
      this.report('audit/truncated-log', text, 'is cut off');
    }
  }

  /** A text that is nothing that is known. In a log of nothing but events any such line is damage. */
  #reportText(text: Text): void {
    const { bytes, start, end } = text;
    const isMixed = (text.depth > 0 || this.#hasBystanders) && !this.#isCutOff(text);
    if (!isMixed || looksCut(bytes, start, end)) {
      const id = this.#isCutOff(text) ? 'audit/truncated-log' : 'audit/broken-json';
      this.report(id, text, `(${end - start} bytes) is not JSON`);
    } else {
      this.#findings.count('audit/other-text', 'other lines of text');
    }
  }

  /** A line whose end never came. */
  #reportUnfinished(stream: string): void {
    const line = this.#parts.take(stream);
    if (line !== undefined) {
      const detail = `the end of the line that begins at line ${line.line} is missing`;
      this.#findings.add('audit/truncated-log', line.offset, detail);
    }
  }
}
