import { Inject, type Provider, type Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JobOperations } from './control/background/job-operations.js';
import { JobQueues } from './control/job-queues.js';
import { JobSchedules } from './control/schedules/job-schedules.js';
import { JobWorkers } from './control/job-workers.js';
import { JobStatistics } from './control/statistics/job-statistics.js';
import { JobsOverview } from './control/jobs-overview.js';
import { JobsSystem } from './control/jobs-system.js';
import { JobDetails } from './enqueue/job-details.js';
import { JobTypes } from './enqueue/job-types.js';
import { JobService } from './enqueue/job.service.js';
import { ScheduledJobService } from './enqueue/scheduled-job-service.js';
import { DefinitionRegistry } from './handle/definition.registry.js';
import { DEFAULT_JOBS_NAME, JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from './jobs.options.js';
import { JobAuditService } from './observe/job-audit.service.js';
import { JOBS_HEALTH, JobsHealthIndicator } from './observe/health/job-health.js';
import { DependencyHealth } from './handle/dependency-health.js';
import { JOBS_REPOSITORY, JobRepository } from './observe/stats/job.repository.js';
import { JOBS_WORKER, JobRunner } from './worker/job-runner.js';
import { SCHEDULED_JOBS } from './schedule/scheduled-jobs.js';
import { JobWorkerService } from './worker/job-worker.service.js';

const SERVICES: readonly Type[] = [
  DependencyHealth,
  JobService,
  JobWorkerService,
  JobRunner,
  JobRepository,
  JobAuditService,
  JobsHealthIndicator,
  JobQueues,
  JobWorkers,
  JobSchedules,
  JobOperations,
  JobsOverview,
  JobStatistics,
  JobsSystem,
  JobDetails,
  JobTypes,
];

/** Injection token of a service of the `JobsModule` with this name; the class itself for the one without a name. */
export function jobsToken<T>(name: string, service: Type<T>): string | Type<T> {
  return name === DEFAULT_JOBS_NAME ? service : `${service.name} of the jobs "${name}"`;
}

/**
 * Injects the `JobService` of the `JobsModule` with this name, or another of its services: `@InjectJobs('billing',
 * JobRepository)`. Default: the module without a name.
 */
export function InjectJobs(name: string = DEFAULT_JOBS_NAME, service: Type = JobService): ParameterDecorator {
  return Inject(jobsToken(name, service));
}

/**
 * The services of a module for the application and for the module's own parts. A module with a name has tokens of its
 * own, so that `app.get(JobService)` finds the module without a name.
 */
export function sharedServices(name: string): { providers: Provider[]; exports: (string | Type)[] } {
  const services = SERVICES.map((service) => ({ provide: jobsToken(name, service), useClass: service }));
  return {
    providers: [
      ...services,
      { provide: JOBS_REPOSITORY, useExisting: jobsToken(name, JobRepository) },
      { provide: JOBS_HEALTH, useExisting: jobsToken(name, JobsHealthIndicator) },
      { provide: JOBS_WORKER, useExisting: jobsToken(name, JobWorkerService) },
      scheduledJobs(name),
    ],
    exports: services.map(({ provide }) => provide),
  };
}

function scheduledJobs(name: string): Provider {
  return {
    provide: SCHEDULED_JOBS,
    inject: [jobsToken(name, JobService), DefinitionRegistry, JOBS_DATA_SOURCE, JOBS_OPTIONS],
    useFactory: (jobs: JobService, registry: DefinitionRegistry, dataSource: DataSource, options: JobsOptions) =>
      new ScheduledJobService(jobs, registry, dataSource, options),
  };
}
