import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DefinitionRegistry } from '../../handle/definition.registry.js';
import { nearestName } from '../../job/validate/nearest-name.js';
import { decideProcessOptions, type ProcessOptions } from '../../state/process-options.js';
import { JobService } from '../../enqueue/job.service.js';
import { errorStreamLogger } from '../../report/error-stream-logger.js';
import { JobRunner } from '../../worker/job-runner.js';
import { UsageError } from '../failure.js';
import { mayHaveJobs } from '../known-queues.js';
import { loadModule } from './load-module.js';

interface GivenQueues {
  queues: readonly string[];
  /** Hears of a queue that nobody knows and whose name is like none. Default: that is an error too. */
  onUnknown?: (error: UsageError) => void;
}

/**
 * Boots a Nest module without HTTP, with a worker as the options say. Throws as `loadModule()` does, what the application
 * throws while it boots, and `UsageError` if it does not import `JobsModule`.
 */
export async function openApplication(
  reference: string,
  options: ProcessOptions,
  onUnknownQueue?: GivenQueues['onUnknown'],
): Promise<INestApplicationContext> {
  const module = await loadModule(reference);
  decideProcessOptions(options);
  const app = await NestFactory.createApplicationContext(module, {
    logger: errorStreamLogger(),
    abortOnError: false,
  });
  try {
    requireJobs(app, reference);
    await requireQueues(app, { queues: options.queues?.map(String) ?? [], onUnknown: onUnknownQueue });
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
async function requireQueues(app: INestApplicationContext, { queues, onUnknown }: GivenQueues): Promise<void> {
  const definitions = app.get(DefinitionRegistry, { strict: false }).allDefinitions();
  const known = [...new Set(definitions.map(({ queue }) => queue))];
  for (const name of queues.filter((queue) => !known.includes(queue))) {
    if (await mayHaveJobs(app.get(JobService), name)) continue;
    const nearest = nearestName(name, known);
    const error = unknownQueue(name, nearest, known);
    if (nearest !== null || !onUnknown) throw error;
    onUnknown(error);
  }
}

function unknownQueue(name: string, nearest: string | null, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'JOBS_UNKNOWN_QUEUE',
    what: `No job type of the application has the queue "${name}", and no job is in it.`,
    fix:
      nearest === null ? `Its job types have the queues: ${known.join(', ') || 'none'}.` : `Did you mean "${nearest}"?`,
  });
}
