// Prints how many events a capture has, and how many a second a bare scan walks: the yardstick of replay.mjs.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const EVENTS = new Set([0x204, 0x208, 0x216, 0x217, 0x221, 0x222]);
const FLAGGED = new Set([0x208, 0x217, 0x222]);
const counts = new Uint32Array(65536);

function scan() {
  let events = 0;
  for (let at = 0; at + 12 <= bytes.length;) {
    const type = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4);
    if (length < 12) {
      break;
    }
    if (EVENTS.has(type)) {
      const header = at + 10 + (FLAGGED.has(type) ? 4 : 0);
      counts[bytes.readUInt16LE(header + 20)] += 1;
      if (type === 0x216 || type === 0x217) {
        const params = bytes.readUInt32LE(header + 22);
        for (let i = 0; i < params; i += 1) {
          counts[0] += bytes.readUInt16LE(header + 26 + 2 * i);
        }
      }
      events += 1;
    }
    at += length;
  }
  return events;
}

scan();
const speeds = Array.from({ length: 3 }, () => {
  const start = process.hrtime.bigint();
  const events = scan();
  return { events, speed: events / (Number(process.hrtime.bigint() - start) / 1e9) };
});
const { events, speed } = speeds.sort((a, b) => a.speed - b.speed)[1];
console.log(events, Math.round(speed));
