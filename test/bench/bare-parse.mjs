// The yardstick for logs: read a file of JSON lines, parse each line, do nothing with it.
// Prints "events cpu-microseconds".
import { closeSync, openSync, readSync } from 'node:fs';

const fd = openSync(process.argv[2], 'r');
const chunk = Buffer.allocUnsafe(1 << 20);
let rest = Buffer.alloc(0);
let events = 0;
const started = process.cpuUsage();
for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
  const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
  let at = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    JSON.parse(bytes.latin1Slice(at, end));
    events += 1;
    at = end + 1;
  }
  rest = bytes.subarray(at);
}
closeSync(fd);
const { user, system } = process.cpuUsage(started);
console.log(events, user + system);
