/** Title and digits of each metric. */
export const METRICS = {
  jobsPerSecond: { title: 'jobs/s', digits: 0 },
  clientCpuMs: { title: 'client CPU ms/1k', digits: 1 },
  serverCpuMs: { title: 'server CPU ms/1k', digits: 1 },
  cpuMs: { title: 'CPU ms/1k', digits: 1 },
  walBytes: { title: 'WAL B/job', digits: 0 },
  p50Ms: { title: 'p50 ms', digits: 2 },
  p95Ms: { title: 'p95 ms', digits: 1 },
  p99Ms: { title: 'p99 ms', digits: 2 },
  maxMs: { title: 'max ms', digits: 1 },
  claimMs: { title: 'claim ms', digits: 2 },
  searchMsPerSecond: { title: 'claims and questions ms/s', digits: 1 },
  startMs: { title: 'start late by ms', digits: 0 },
  lastFifth: { title: 'last fifth ÷ first', digits: 2 },
  deadlocks: { title: 'deadlocks', digits: 0 },
  claimsPerJob: { title: 'claims/job', digits: 2 },
  questionsPerJob: { title: 'questions/job', digits: 2 },
  statementsPerJob: { title: 'statements/job', digits: 1 },
  workersIn100Ms: { title: 'workers in 100 ms', digits: 0 },
  allWorkersMs: { title: 'all workers by ms', digits: 0 },
  statementsPerSecond: { title: 'statements/s', digits: 2 },
  clientCpuPercent: { title: 'worker CPU %', digits: 2 },
  serverCpuPercent: { title: 'server CPU %', digits: 2 },
  blockMs: { title: 'longest block ms', digits: 0 },
  peakMb: { title: 'peak RSS MB', digits: 0 },
  slopeMb: { title: 'MB per 100k', digits: 2 },
};

export function figure(value, digits) {
  if (value === null || value === undefined) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `1.52 (1.41–1.60)` */
export function withRange({ median, min, max }, digits) {
  if (min === max) return figure(median, digits);
  return `${figure(median, digits)} (${figure(min, digits)}–${figure(max, digits)})`;
}
