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
  /** Wraps `process` in the processor's interceptors, filters and pipes. Null if it has none. */
  enhance: ((host: EnhancedHost) => Process) | null;
}

/** Creates a new processor for each job, together with the request-scoped providers that it injects. */
export class ScopedProcessor implements JobProcessor {
  constructor(private readonly parts: ScopedProcessorParts) {}

  async process(job: Job, context: JobContext): Promise<unknown> {
    const { moduleRef, token, id, enhance } = this.parts;
    // ContextIdFactory.getByRequest() would call the host's strategy for durable providers, which expects an HTTP request.
    const contextId = ContextIdFactory.create();
    markCurrent(job);
    moduleRef.registerRequestByContextId(job, contextId);
    const instance = await moduleRef.resolve<JobProcessor>(token, contextId, { strict: true });
    context.signal.throwIfAborted();
    return enhance ? enhance({ instance, id, contextId })(job, context) : instance.process(job, context);
  }
}
