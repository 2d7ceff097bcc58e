export const STATUSES = ['pending', 'blocked', 'processing', 'completed', 'failed', 'cancelled'] as const;

export type Status = (typeof STATUSES)[number];

/** A job as a list has it. Times are ISO 8601. */
export interface JobSummary {
  id: string;
  type: string;
  queue: string;
  status: Status;
  priority: number;
  attempts: number;
  maxAttempts: number;
  uniqueKey: string | null;
  progress: number | null;
  error: string | null;
  tags: string[];
  scheduledAt: string;
  startedAt: string | null;
  completedAt: string | null;
  createdAt: string;
}

export interface Failure {
  attempt: number;
  error: string;
  failedAt: string;
}

export interface Job extends JobSummary {
  progressNote: string | null;
  timeoutMs: number | null;
  /** Whether this browser may not see its payload and its result. */
  payloadHidden: boolean;
  updatedAt: string;
  /** Oldest first. */
  failures: Failure[];
}

/** A job, and the texts of its payload and result as the server sent them: a number in them is never rounded. */
export interface JobWithTexts {
  job: Job;
  payload: string;
  result: string;
}

export interface LogLine {
  /** Its number among all lines of the job. */
  line: number;
  attempt: number;
  loggedAt: string;
  message: string;
  fields: Record<string, unknown> | null;
}

export interface JobLog {
  /** Oldest first. */
  lines: LogLine[];
  /** The number of the last line. */
  total: number;
  dropped: number;
}

export interface JobPage {
  jobs: JobSummary[];
  next: string | null;
  capped: boolean;
}

export interface Count {
  count: number;
  capped: boolean;
}

export interface Why {
  code: string;
  words: string;
}

/** What an action on many jobs did. `operation`: nothing yet, it goes on in the background. */
export interface Changed {
  changed: number;
  skipped: number;
  /** Jobs that the database refuses to change. */
  refused: number;
  /** Why, for the first of them. */
  refusal?: string;
  more: boolean;
  operation?: string;
}

/** An action on many jobs that goes on in the background. */
export interface Operation {
  id: string;
  action: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  changed: number;
  skipped: number;
  refused: number;
  refusal: string | null;
  total: number;
  totalCapped: boolean;
  error: string | null;
  endedAt: string | null;
}

/** Of a queue or a type. */
export interface Pause {
  paused: boolean;
  pausedAt: string | null;
  pausedUntil: string | null;
  pausedBy: string | null;
}

export interface Queue extends Pause {
  name: string;
  pending: number;
  pendingCapped: boolean;
  oldestDueMs: number | null;
  running: number;
  workers: number;
  slots: number;
}

export interface Worker {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
  slots: number;
  /** What an operator has set and the worker has not told yet. */
  wantedSlots: number | null;
  /** The most that an operator can set; null: 1,000. */
  maxSlots: number | null;
  /** Since when it starts no jobs because an operator drains it. */
  drainingSince: string | null;
  /** Its jobs with the status `processing`: those in its slots, and those that wait for one. */
  running: number;
  busySlots: number;
  claimedAhead: number;
  startedAt: string;
  lastSeenAt: string;
  alive: boolean;
}

export interface Tick {
  plannedAt: string;
  firedAt: string | null;
  outcome: 'fired' | 'skipped' | 'replaced' | 'failed';
  jobId: string | null;
  error: string | null;
}

export type CatchUp = 'none' | 'latest' | 'all' | { last: number };
export type Overlap = 'allow' | 'skip' | 'replace';

export interface Schedule {
  name: string;
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  /** The type that it enqueues; null: it is a method. */
  job: string | null;
  /** What the code says, if an operator has replaced it. */
  declared: { cron: string; timeZone: string } | null;
  overlap: Overlap;
  jitterMs: number;
  startsAt: string | null;
  endsAt: string | null;
  times: number | null;
  timesLeft: number | null;
  endedAt: string | null;
  setBy: string | null;
  nextRunAt: string | null;
  next: string[];
  lastPlannedAt: string | null;
  failures: number;
  lastError: string | null;
  pausedAt: string | null;
  pausedBy: string | null;
  /** Whether a running process has it. If not, it does not fire. */
  held: boolean;
  ticks: Tick[];
}

export type Role = 'viewer' | 'operator' | 'admin';

export interface Overview {
  status: 'up' | 'degraded' | 'down';
  reasons: { code: string; message: string }[];
  pending: number;
  pendingCapped: boolean;
  running: number;
  failedLastDay: number;
  failedCapped: boolean;
  oldestDueMs: number | null;
  queues: number;
  workers: number;
  version: string;
  role: Role;
  /** Such as `production`. */
  environment: string;
}

export interface ErrorGroup {
  fingerprint: string;
  type: string;
  message: string;
  count: number;
  lastAt: string;
  sampleJobId: string;
  /** A part of all these errors, for a search; null if they have none. */
  search: string | null;
}

export interface AuditEntry {
  id: string;
  actor: string;
  action: string;
  jobId: string | null;
  details: unknown;
  createdAt: string;
}
