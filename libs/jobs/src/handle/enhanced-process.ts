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
  /** The sub-tree of a request-scoped processor. */
  contextId?: ContextId;
}

const PARAMS = 'monstera:job-params';
/** Not a method of anybody: metadata of a parameter stands under the name of one. */
const PAYLOAD_OF = 'monstera:payload';

/** The modules of the application, without what is bound to all of its HTTP routes. */
class WithoutGlobals extends NestContainer {
  constructor(private readonly found: ModulesContainer) {
    super(new ApplicationConfig());
  }

  override getModules(): ModulesContainer {
    return this.found;
  }
}

/**
 * Puts interceptors, pipes and filters around `process`, as Nest puts them around a route: filters outside, then
 * interceptors, then pipes. Pipes get the payload; interceptors and filters get the job and its context as arguments,
 * in a context of the type `job`. Global ones of the application are for its requests, and are left out.
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

  /** `process` itself, as far as anybody can see who looks at its metadata, for a job whose payload went through the pipes. */
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
