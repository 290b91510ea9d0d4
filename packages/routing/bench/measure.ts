const ROUNDS = 9;
const ROUND_US = 60_000;

/** The median of some rounds, per time: CPU time, so that whoever else has the core does not count. */
export function nanosecondsOf(run: (times: number) => void): number {
  let times = 512;
  for (let spent = 0; spent < ROUND_US; times *= 2) spent = microsecondsOf(() => run(times));
  const rounds = Array.from({ length: ROUNDS }, () => (microsecondsOf(() => run(times)) / times) * 1_000);
  return rounds.toSorted((a, b) => a - b)[(ROUNDS - 1) / 2] as number;
}

/** CPU time of one run. */
export function microsecondsOf(run: () => void): number {
  const { user, system } = process.cpuUsage();
  run();
  const end = process.cpuUsage();
  return end.user - user + end.system - system;
}
