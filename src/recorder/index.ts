/** A live machine -> .scap. See README.md. */
export type { Amount, Report, Tally } from './program.js';
export { startRecording, type Recording } from './recording.js';
