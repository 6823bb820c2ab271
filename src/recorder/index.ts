/** A live machine -> .scap. See README.md. */
export type { Report, Tally } from './program.js';
export {
  startRecording,
  type Recording,
  type RecordingListener,
  type RecordingRequest,
} from './recording.js';
