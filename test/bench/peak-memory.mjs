// Loaded into a measured process: tells its peak memory and its processor time on stderr when it ends.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(
    `peak-memory-kb ${maxRSS}\ncpu-microseconds ${userCPUTime + systemCPUTime}\n`,
  );
});
