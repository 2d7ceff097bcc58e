import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DefinitionRegistry } from '../../handle/definition.registry.js';
import { nearestName } from '../../job/validate/nearest-name.js';
import { decideProcessOptions, type ProcessOptions } from '../../state/process-options.js';
import { JobService } from '../../enqueue/job.service.js';
import { errorStreamLogger } from '../../report/error-stream-logger.js';
import { JobRunner } from '../../worker/job-runner.js';
import { UsageError } from '../failure.js';
import { loadModule } from './load-module.js';

/**
 * Boots a Nest module without HTTP, with a worker as the options say. Throws as `loadModule()` does, what the application
 * throws while it boots, and `UsageError` if it does not import `JobsModule`.
 */
export async function openApplication(reference: string, options: ProcessOptions): Promise<INestApplicationContext> {
  const module = await loadModule(reference);
  decideProcessOptions(options);
  const app = await NestFactory.createApplicationContext(module, {
    logger: errorStreamLogger(),
    abortOnError: false,
  });
  try {
    requireJobs(app, reference);
    await requireQueues(app, options.queues?.map(String) ?? []);
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

function requireJobs(app: INestApplicationContext, reference: string): void {
  try {
    app.get(JobRunner);
  } catch {
    throw new UsageError({
      code: 'JOBS_MODULE_WITHOUT_JOBS',
      what: `${reference} does not import JobsModule, or from another copy of @monstera/jobs than this one.`,
      fix: 'Give the root module, and run the command in the folder of the application.',
    });
  }
}

/** A misspelt name would look like a queue that is empty. */
async function requireQueues(app: INestApplicationContext, queues: readonly string[]): Promise<void> {
  const definitions = app.get(DefinitionRegistry, { strict: false }).allDefinitions();
  const known = [...new Set(definitions.map(({ queue }) => queue))];
  for (const name of queues.filter((queue) => !known.includes(queue))) {
    const nearest = nearestName(name, known);
    if (nearest === null || (await hasJobs(app, name))) continue;
    throw new UsageError({
      code: 'JOBS_UNKNOWN_QUEUE',
      what: `No job type of the application has the queue "${name}", and no job is in it.`,
      fix: `Did you mean "${nearest}"?`,
    });
  }
}

/** Also finished ones: this process may have run them already. */
async function hasJobs(app: INestApplicationContext, queue: string): Promise<boolean> {
  const { jobs } = await app.get(JobService).where({ queue }).list({ limit: 1 });
  return jobs.length > 0;
}
