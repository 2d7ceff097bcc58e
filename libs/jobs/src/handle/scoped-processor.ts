import { ContextIdFactory, type ModuleRef } from '@nestjs/core';
import type { Job } from '../job/job.js';
import { markCurrent } from './current-job.js';
import type { EnhancedHost, Process } from './enhanced-process.js';
import type { JobContext } from './job-context.js';
import type { JobProcessor } from './job-processor.js';

export interface ScopedProcessorParts {
  moduleRef: ModuleRef;
  token: Parameters<ModuleRef['resolve']>[0];
  id: string;
  /** What calls its `process`, where it has interceptors, filters or pipes. */
  enhance: ((host: EnhancedHost) => Process) | null;
}

/** Makes a processor anew for each job, with all that is request-scoped in what it injects. */
export class ScopedProcessor implements JobProcessor {
  constructor(private readonly parts: ScopedProcessorParts) {}

  async process(job: Job, context: JobContext): Promise<unknown> {
    const { moduleRef, token, id, enhance } = this.parts;
    // Not by ContextIdFactory.getByRequest(): the host's strategy for durable providers expects an HTTP request.
    const contextId = ContextIdFactory.create();
    markCurrent(job);
    moduleRef.registerRequestByContextId(job, contextId);
    const instance = await moduleRef.resolve<JobProcessor>(token, contextId, { strict: true });
    context.signal.throwIfAborted();
    return enhance ? enhance({ instance, id, contextId })(job, context) : instance.process(job, context);
  }
}
