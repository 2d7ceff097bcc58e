/** 100000 → 100k, as it is written on the command line. */
export function shortCount(count) {
  if (count >= 1_000_000 && count % 100_000 === 0) return `${count / 1_000_000}M`;
  return count >= 1_000 && count % 100 === 0 ? `${count / 1_000}k` : String(count);
}

/** What `--jobs` asks for: a scenario that takes one number takes the largest. */
export function jobsOr({ jobs }, standard) {
  return jobs ? Math.max(...jobs) : standard;
}

/** Both states of statistics that a table can be in when its jobs are drained. */
export const STATISTICS = [
  { id: 'analysed', analysed: true },
  { id: 'fresh', analysed: false },
];
