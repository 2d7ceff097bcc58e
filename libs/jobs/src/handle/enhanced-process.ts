import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import {
  ApplicationConfig,
  ExternalContextCreator,
  NestContainer,
  type ContextId,
  type ModulesContainer,
} from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Job } from '../job/job.js';
import type { Enhancers } from './enhancer-metadata.js';
import type { JobContext } from './job-context.js';
import type { JobProcessor } from './job-processor.js';

export type Process = (job: Job, context: JobContext) => Promise<unknown>;

export interface EnhancedHost {
  instance: JobProcessor;
  /** The id of its provider. */
  id: string;
  /** Only for a request-scoped processor. */
  contextId?: ContextId;
}

const PARAMS = 'monstera:job-params';
/** The name of no real method. Nest keeps the metadata of parameters under a method's name. */
const PAYLOAD_OF = 'monstera:payload';

/** The modules of the application without its global enhancers, which are meant for HTTP requests. */
class WithoutGlobals extends NestContainer {
  constructor(private readonly found: ModulesContainer) {
    super(new ApplicationConfig());
  }

  override getModules(): ModulesContainer {
    return this.found;
  }
}

/**
 * Wraps `process` in filters, interceptors and pipes, in the order that Nest uses for a route. Pipes get the payload.
 * Interceptors and filters get the job and its context as arguments; the type of their execution context is `job`.
 * Global enhancers of the application are left out, because they are meant for HTTP requests.
 */
export class ProcessEnhancer {
  private readonly creator: ExternalContextCreator;

  constructor(modules: ModulesContainer) {
    this.creator = ExternalContextCreator.fromContainer(new WithoutGlobals(modules));
  }

  around(host: EnhancedHost, enhancers: Enhancers): Process {
    const { process } = host.instance;
    const handler = enhancers.pipes.length > 0 ? this.piped(host, process) : process;
    const run = this.create(host, handler, 'process', {
      interceptors: true,
      filters: enhancers.filters.length > 0,
    });
    return async (job, context) => {
      const result = await run(job, context);
      return isObservable(result) ? lastValueFrom(result) : result;
    };
  }

  /** Calls `process` with the payload that the pipes return. Has the metadata of `process`, which interceptors may read. */
  private piped(host: EnhancedHost, process: JobProcessor['process']): Process {
    const made = host.instance.constructor;
    Reflect.defineMetadata(PARAMS, { [`${RouteParamtypes.BODY}:0`]: { index: 0, pipes: [] } }, made, PAYLOAD_OF);
    const takePayload = copyMetadata(process, (payload: unknown) => payload);
    const pipe = this.create(host, takePayload as Process, PAYLOAD_OF, { interceptors: false, filters: false });
    return copyMetadata(process, async function (this: JobProcessor, job: Job, context: JobContext) {
      return process.call(this, withPayload(job, await pipe(job, context)), context);
    });
  }

  private create(
    { instance, id, contextId }: EnhancedHost,
    handler: Process,
    method: string,
    parts: { interceptors: boolean; filters: boolean },
  ): Process {
    const payload = { exchangeKeyForValue: (_type: number, _data: unknown, [job]: [Job]) => job.payload };
    const options = { ...parts, guards: false };
    const callback = handler as (...given: unknown[]) => unknown;
    return this.creator.create(instance, callback, method, PARAMS, payload, contextId, id, options, 'job');
  }
}

function copyMetadata<F extends object>(from: object, to: F): F {
  for (const key of Reflect.getMetadataKeys(from) as unknown[])
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
  return Object.defineProperty(to, 'name', { value: (from as { name?: unknown }).name });
}

function withPayload(job: Job, payload: unknown): Job {
  return Object.assign(Object.create(Object.getPrototypeOf(job) as object) as Job, job, { payload });
}
