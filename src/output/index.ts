/** Anything -> text, JSON, CSV, tables; to stdout, files and other sinks. See README.md. */
export {
  ALERT_FORMATS,
  alertJson,
  openAlertFormatter,
  type AlertFormat,
  type AlertFormatter,
  type AlertFormatOptions,
  type AlertOrigin,
  type JsonParts,
} from './alert-formats.js';
export type { Channel, Fault, OpenChannel } from './channel.js';
export { openChannel } from './channels.js';
export type { Cell } from './csv.js';
export { openCsv } from './csv-lazily.js';
export { columnsOf, padToColumns } from './display-width.js';
export { escapeJson, escapeLine, escapeText, evidenceName } from './escape.js';
export { drawForest, type NodeLine } from './forest.js';
export { markdownCode, markdownTableCode, mermaidText } from './markup.js';
export { grouped } from './number.js';
export { drained, undrainedBytes } from './descriptor.js';
export type { PriorityColours } from './priority-colours.js';
export { openPriorityColours } from './priority-colours-lazily.js';
export {
  beforeOutput,
  openBytePipe,
  openOutput,
  openStdout,
  refuseUnopenable,
  say,
  sayAsIs,
  type BytePipe,
  type Sink,
} from './sink.js';
export { junitText, type JunitCase, type JunitSuite } from './junit.js';
export { isOnGithub, jsonWithoutCommands, withoutCommands } from './runner.js';
export { sarifText, type SarifFinding } from './sarif.js';
export { lcovText, type LcovBranch, type LcovFile } from './lcov.js';
export { navigatorText } from './navigator.js';
export { openLines, openTable } from './table-lazily.js';
export type { RowSink } from './lines.js';
export type { TableLayout } from './table.js';
export { utcTime } from './time.js';
export { openSummary } from './summary-lazily.js';
export type { ContainerTally, EvidenceTally, RuleTally, SummaryFacts } from './summary.js';
