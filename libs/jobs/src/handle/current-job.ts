import { Inject, Scope, type FactoryProvider } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { Job } from '../job/job.js';

const CURRENT_JOB = Symbol('CURRENT_JOB');
/** The jobs among the "requests" that Nest creates request-scoped providers for. The others are HTTP requests. */
const current = new WeakSet<object>();

/**
 * Injects the current job into a processor with `Scope.REQUEST` and into the request-scoped providers that it uses. Null
 * if such a provider is created for something else, such as an HTTP request. A provider that injects the job becomes
 * request-scoped, and so does every provider that uses it.
 */
export const CurrentJob = (): ParameterDecorator & PropertyDecorator => Inject(CURRENT_JOB);

export function markCurrent(job: Job): void {
  current.add(job);
}

export const currentJobProvider: FactoryProvider<Job | null> = {
  provide: CURRENT_JOB,
  scope: Scope.REQUEST,
  inject: [REQUEST],
  useFactory: (request: unknown) =>
    typeof request === 'object' && request !== null && current.has(request) ? (request as Job) : null,
};
