import { Inject, type Provider, type Type } from '@nestjs/common';
import { JobService } from './enqueue/job.service.js';
import { DEFAULT_JOBS_NAME } from './jobs.options.js';
import { JobAuditService } from './observe/job-audit.service.js';
import { JOBS_HEALTH, JobsHealthIndicator } from './observe/health/job-health.js';
import { DependencyHealth } from './handle/dependency-health.js';
import { JOBS_REPOSITORY, JobRepository } from './observe/stats/job.repository.js';
import { JobWorkerService } from './worker/job-worker.service.js';

/** What hosts inject. */
const SERVICES: readonly Type[] = [
  DependencyHealth,
  JobService,
  JobWorkerService,
  JobRepository,
  JobAuditService,
  JobsHealthIndicator,
];

/** Injection token of a service of the `JobsModule` with a name; the class itself for the one without. */
export function jobsToken<T>(name: string, service: Type<T>): string | Type<T> {
  return name === DEFAULT_JOBS_NAME ? service : `${service.name} of the jobs "${name}"`;
}

/**
 * Injects the `JobService` of the `JobsModule` with this name, or another service of it:
 * `@InjectJobs('billing', JobRepository)`.
 */
export function InjectJobs(name: string = DEFAULT_JOBS_NAME, service: Type = JobService): ParameterDecorator {
  return Inject(jobsToken(name, service));
}

/**
 * What a module gives to the application: its services, and what its own parts know them by. Under names of their own if
 * it has one: `app.get(JobService)` finds the module without.
 */
export function sharedServices(name: string): { providers: Provider[]; exports: (string | Type)[] } {
  const services = SERVICES.map((service) => ({ provide: jobsToken(name, service), useClass: service }));
  return {
    providers: [
      ...services,
      { provide: JOBS_REPOSITORY, useExisting: jobsToken(name, JobRepository) },
      { provide: JOBS_HEALTH, useExisting: jobsToken(name, JobsHealthIndicator) },
    ],
    exports: services.map(({ provide }) => provide),
  };
}
