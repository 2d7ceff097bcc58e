export { defineJob } from './job/job-definition.js';
export type {
  JobDefinition,
  JobDefinitionOptions,
  PayloadInput,
  PayloadOutput,
  ResultInput,
  ResultOutput,
} from './job/job-definition.js';
export type { Job, JobView, JobFailureView } from './job/job.js';
export type { JobStatus } from './job/job-status.js';
export { JOB_STATUSES } from './job/job-status.js';
export type { JobEvent, JobEventName } from './job/job-events.js';
export { maskAddresses } from './job/text/mask-addresses.js';
export type { WaitsFor } from './job/outcome/job-outcome.js';
export type { MetricsRegistry } from './support/metrics-registry.js';
export type { RescheduleTo } from './job/new-time.js';
export type { RetryPolicy } from './job/retry-policy.js';
export {
  InvalidJobOptionError,
  InvalidPayloadError,
  JobAbortedError,
  JobConflictError,
  JobNotFoundError,
  JobsConfigurationError,
  JobsError,
  PermanentJobError,
  RetryJobError,
  SnoozeJobError,
  UnknownJobTypeError,
} from './job/job.errors.js';
export type { JobsErrorIssue } from './job/job.errors.js';
export { DependencyDownError } from './job/dependency-down.error.js';
export { CurrentJob } from './handle/current-job.js';
export { DependencyHealth } from './handle/dependency-health.js';
export type { JobContext } from './handle/job-context.js';
export type { JobProcessor } from './handle/job-processor.js';
export { ForJobs } from './discover/for-jobs.decorator.js';
export { ProcessesJob } from './handle/processes-job.decorator.js';
export { OnJobEvent } from './handle/on-job-event.decorator.js';
export type { OnJobEventOptions } from './handle/on-job-event.decorator.js';
export { ScheduledJob } from './schedule/scheduled-job.decorator.js';
export type { CatchUp } from './job/catch-up.js';
export type { Overlap } from './job/overlap.js';
export type { ScheduledJobOptions, ScheduledTick } from './schedule/scheduled-job.decorator.js';
export { InjectJobs, jobsToken } from './jobs.injection.js';
export { JobsExceptionFilter } from './http/jobs-exception.filter.js';
export { JobsModule } from './jobs.module.js';
export { jobsHttpRoutes } from './http/http-options.js';
export type { JobsHttpOptions } from './http/http-options.js';
export { jobsRouteOf } from './http/jobs-route.js';
export type { JobsRouteName } from './http/jobs-route.js';
export type { JobsModuleExtras } from './jobs.module-definition.js';
export type {
  JobsModuleOptions,
  JobsRole,
  RestoredCopyOption,
  LeaseOptions,
  RetentionOptions,
  ScheduleOptions,
  TransactionManagerOption,
} from './jobs.options.js';
export { jobsEntities } from './job/tables/entities.js';
export { JobEntity } from './job/tables/job.entity.js';
export { JobFailureEntity } from './job/tables/job-failure.entity.js';
export { JobWorkerEntity } from './job/tables/job-worker.entity.js';
export { JobScheduleEntity } from './job/tables/job-schedule.entity.js';
export { jobsMigrations, jobsMigrationsIn } from './migrations/index.js';
export { assertSchemaCurrent, pendingMigrations, runMigrations } from './migrations/run-migrations.js';
export { JobRunner } from './worker/job-runner.js';
export type { RunUntilEmptyOptions, RunUntilEmptyResult } from './worker/job-runner.js';
export { JobWorkerService } from './worker/job-worker.service.js';

export type { JobLog, LogOptions, WatchOptions } from './enqueue/job-log.js';
export type { JobChange, JobLogLine } from './wait/job-change.js';
export type { JobCount, JobPage, JobSelection, JobSummary, ListOptions } from './control/selection/job-selection.js';
export type { JobFilter } from './control/selection/job-filter.js';
export { JobQueues } from './control/job-queues.js';
export type { JobQueueList, ListQueuesOptions, PauseQueueOptions } from './control/job-queues.js';
export type { Pause, PauseOptions } from './control/pause.js';
export type { JobQueue, QueuePause } from './control/queue-view.js';
export { JobSchedules } from './control/schedules/job-schedules.js';
export type { SchedulePreview } from './control/schedules/preview-times.js';
export type { NewSchedule, ScheduleSettings } from './control/schedules/schedule-options.js';
export type { JobScheduleTick, JobScheduleView } from './control/schedules/schedule-view.js';
export { JobWorkers } from './control/job-workers.js';
export type { JobWorkerView } from './control/job-workers.js';
export { JobsOverview } from './control/jobs-overview.js';
export type { JobsOverviewView } from './control/jobs-overview.js';
export { JobsSystem } from './control/jobs-system.js';
export type { JobIndexSize, JobsSystemView, JobTableSize } from './control/jobs-system.js';
export type { Finding as DoctorFinding } from './observe/doctor/findings.js';
export { exactJson } from './enqueue/exact-json.js';
export { JobDetails } from './enqueue/job-details.js';
export type { ExactJobView } from './enqueue/job-details.js';
export { JobTypes } from './enqueue/job-types.js';
export type { JobTypeDetails, JobTypeList, JobTypeView, ListTypesOptions, TypePause } from './enqueue/job-types.js';
export { EXPORT_FORMATS, exportJobs, MAX_EXPORTED } from './control/selection/job-export.js';
export type { ExportFormat, ExportOptions } from './control/selection/job-export.js';
export type { OverviewReason } from './control/verdict.js';
export { JobStatistics } from './control/statistics/job-statistics.js';
export type {
  RunFiguresPerMinute,
  StatisticsByType,
  StatisticsSeries,
  TypeStatistics,
} from './control/statistics/job-statistics.js';
export type { Percentiles, RunFigures, StatisticsPoint } from './control/statistics/figures.js';
export type {
  StatisticsByTypeOptions,
  StatisticsSeriesOptions,
  StatisticsRange,
  StatisticsOrder,
} from './control/statistics/question.js';
export type { OperatorOptions } from './control/operations.js';
export { JobOperations } from './control/background/job-operations.js';
export type { ListOperationsOptions } from './control/background/job-operations.js';
export type { JobOperation } from './control/background/operation-view.js';
export type { ActionOptions, ActionResult } from './control/selection/selection-actions.js';
export type { WhyCode, WhyNotRunning } from './control/why/why-not-running.js';
export { JobService } from './enqueue/job.service.js';
export type { CancelledJob } from './enqueue/existing/cancel-unfinished.js';
export type { JobUpdate, UpdatedJob, UpdateOptions } from './enqueue/existing/pending-jobs.js';
export { JobNotCompletedError } from './wait/finished-job.js';
export type { FinishedJob } from './wait/finished-job.js';
export { clsTransactional, typeormTransactional } from './enqueue/ambient-managers.js';
export type { TransactionHostLike } from './enqueue/ambient-managers.js';
export type {
  EnqueueAndWaitOptions,
  EnqueuedJob,
  EnqueueOptions,
  JobOptions,
  WaitOptions,
  WithManager,
} from './enqueue/enqueue-options.js';
export { isDatabaseDown } from './store/connection/database-errors.js';
export { JobRepository } from './observe/stats/job.repository.js';
export type {
  CountsByQueue,
  LongRunningJob,
  LongRunningJobs,
  PendingJobs,
  QueueCounts,
  QueueSample,
  RunningJobs,
} from './observe/stats/job.repository.js';
export type { JobCounts } from './observe/stats/job-counts.js';
export type { FailedByError, FailureGroup } from './observe/stats/failure-groups.js';
export { JobAuditService } from './observe/job-audit.service.js';
export type { AuditEntry, AuditPage, RecordedAction } from './observe/job-audit.service.js';
export { JobsHealthIndicator } from './observe/health/job-health.js';
export type { HealthReason, JobsHealthResult } from './observe/health/job-health.js';
