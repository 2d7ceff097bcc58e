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

/** What an action on many jobs did. `more`: jobs that match were left. */
export interface Changed {
  changed: number;
  skipped: number;
  more: boolean;
}

export interface Queue {
  name: string;
  paused: boolean;
  pausedAt: string | null;
  pausedUntil: string | null;
  pausedBy: string | null;
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
  running: number;
  startedAt: string;
  lastSeenAt: string;
  alive: boolean;
}

export interface Tick {
  plannedAt: string;
  firedAt: string | null;
}

export interface Schedule {
  name: string;
  cron: string;
  timeZone: string;
  catchUp: string;
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
