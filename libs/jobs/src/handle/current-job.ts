import { Inject, Scope, type FactoryProvider } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { Job } from '../job/job.js';

const CURRENT_JOB = Symbol('CURRENT_JOB');
/** Tells jobs from the HTTP requests that the same providers may be made for. */
const current = new WeakSet<object>();

/**
 * Injects the job that a request-scoped provider was made for: into a processor of `Scope.REQUEST`, and into whatever
 * request-scoped providers it uses. Null where such a provider is made for something else, such as an HTTP request.
 * A provider that injects it is request-scoped, and so is each that uses that one.
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
