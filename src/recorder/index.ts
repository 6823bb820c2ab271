/** A live machine -> .scap. See README.md. */
export type { Report, Tally } from './program.js';
export { startRecording } from './recording.js';
