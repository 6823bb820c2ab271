// Loaded into a measured process: tells its peak memory on stderr when it ends.
process.on('exit', () => {
  process.stderr.write(`peak-memory-kb ${process.resourceUsage().maxRSS}\n`);
});
