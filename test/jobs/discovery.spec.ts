import { Injectable, Scope, UseGuards, type CanActivate, type Provider } from '@nestjs/common';
import { defineJob, OnJobEvent, ProcessesJob, ScheduledJob, type JobEvent, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { expectImpaired } from './host-questions.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const ping = defineJob({ type: 'ping', payload: z.object({}) });
const heard: string[] = [];

@Injectable()
@ProcessesJob(ping)
class PingProcessor implements JobProcessor<typeof ping> {
  async process(): Promise<unknown> {
    return 'pong';
  }
}

@Injectable({ scope: Scope.TRANSIENT })
@ProcessesJob(ping)
class TransientProcessor extends PingProcessor {}

@Injectable({ scope: Scope.REQUEST })
@ProcessesJob(ping)
class RequestWithoutProcess {}

class Closed implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
@UseGuards(Closed)
@ProcessesJob(ping)
class GuardedProcessor extends PingProcessor {}

@Injectable()
@ProcessesJob(ping)
class GuardedMethod implements JobProcessor<typeof ping> {
  @UseGuards(new Closed())
  async process(): Promise<void> {}
}

@Injectable()
@ProcessesJob(undefined)
class WithoutDefinition extends PingProcessor {}

@Injectable({ scope: Scope.REQUEST })
class RequestListener {
  @OnJobEvent('completed')
  completed(): void {}
}

@Injectable()
class ListenerOfRequest {
  constructor(readonly scoped: RequestListener) {}
}

@Injectable({ scope: Scope.REQUEST })
class ScopedThing {}

@Injectable()
class DependentListener {
  constructor(readonly scoped: ScopedThing) {}
  @OnJobEvent('completed')
  completed(): void {}
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientSchedule {
  @ScheduledJob('0 0 1 1 *', { name: 'transient' })
  async run(): Promise<void> {}
}

@Injectable({ scope: Scope.REQUEST })
class RequestSchedule {
  @ScheduledJob('0 0 1 1 *', { name: 'request' })
  async run(): Promise<void> {}
}

@Injectable()
class StaticListener {
  @OnJobEvent('completed')
  static completed(): void {}
}

const symbol = Symbol('named by nobody');

@Injectable()
class Listener {
  private readonly name = 'Listener';
  @OnJobEvent('completed', { type: 'ping' })
  completed(event: JobEvent): void {
    heard.push(`${this.name} ${event.type}`);
  }
  @OnJobEvent('completed')
  [symbol](): void {
    heard.push('symbol');
  }
}

@ProcessesJob(ping)
abstract class DecoratedBase {}

@Injectable()
class Inherits extends DecoratedBase implements JobProcessor<typeof ping> {
  async process(): Promise<unknown> {
    return 'inherited';
  }
}

class Hides {
  constructor() {
    Object.defineProperty(this, 'completed', { value: undefined });
  }
  completed(): void {}
}

@Injectable()
class HiddenListener {
  constructor() {
    Object.defineProperty(this, 'completed', { value: undefined });
  }
  @OnJobEvent('completed')
  completed(): void {}
}

function oddProviders(): Provider[] {
  const getters = Object.create({
    get now(): never {
      throw new Error('called a getter');
    },
  }) as object;
  const values = [Object.create(null), getters, Object.freeze({}), () => 1, null, undefined, 7, 'x'];
  return [...values, new Hides()].map((useValue: unknown, i) => ({ provide: `odd ${i}`, useValue }));
}

describe('discovery', () => {
  const database = useDatabase();
  let host: Host | null = null;

  beforeEach(() => {
    heard.length = 0;
  });

  afterEach(async () => {
    await host?.close();
    host = null;
  });

  const start = async (providers: Provider[]) => (host = await startHost({ url: database.url, providers }));
  const resultOfPing = async () => {
    const { id } = await host!.jobs.enqueue(ping, {});
    return eventually(async () => {
      const job = await host!.jobs.get(id);
      expect(job).toMatchObject({ status: 'completed' });
      return job!.result;
    });
  };

  it.each<[string, Provider[], RegExp]>([
    ['a transient processor', [TransientProcessor], /JOBS_PROCESSOR_TRANSIENT: TransientProcessor.*"ping"/],
    [
      'a request-scoped class without process()',
      [RequestWithoutProcess],
      /JOBS_INVALID_PROCESSOR: RequestWithoutProcess/,
    ],
    ['a guard on a processor', [GuardedProcessor], /JOBS_PROCESSOR_GUARDED: GuardedProcessor/],
    ['a guard on process()', [GuardedMethod], /JOBS_PROCESSOR_GUARDED: GuardedMethod/],
    ['@ProcessesJob() without a definition', [WithoutDefinition], /JOBS_INVALID_PROCESSOR: WithoutDefinition/],
    [
      'a request-scoped listener',
      [RequestListener],
      /JOBS_METHOD_NOT_SINGLETON: @OnJobEvent on RequestListener\.completed/,
    ],
    [
      'a listener that injects something request-scoped',
      [DependentListener, ScopedThing],
      /JOBS_METHOD_NOT_SINGLETON: @OnJobEvent on DependentListener\.completed/,
    ],
    [
      'a request-scoped schedule',
      [RequestSchedule],
      /JOBS_METHOD_NOT_SINGLETON: @ScheduledJob on RequestSchedule\.run/,
    ],
    ['a transient schedule', [TransientSchedule], /JOBS_METHOD_NOT_SINGLETON.*TransientSchedule\.run.*transient/],
    ['a static listener', [StaticListener], /JOBS_STATIC_METHOD: @OnJobEvent on StaticListener\.completed/],
    ['a listener that its instance hides', [HiddenListener], /JOBS_METHOD_NOT_CALLABLE.*HiddenListener\.completed/],
    ['a scoped listener that somebody injects', [RequestListener, ListenerOfRequest], /JOBS_METHOD_NOT_SINGLETON/],
  ])('refuses %s by name', async (_, providers, message) => {
    await expect(start(providers)).rejects.toThrow(message);
  });

  it.each<[string, Provider[], unknown]>([
    ['a factory', [{ provide: 'ping', useFactory: () => new PingProcessor() }], 'pong'],
    ['a value', [{ provide: PingProcessor, useValue: new PingProcessor() }], 'pong'],
    ['a class under another name', [{ provide: 'ping', useClass: PingProcessor }], 'pong'],
    ['an alias beside the class', [PingProcessor, { provide: 'ping', useExisting: PingProcessor }], 'pong'],
    [
      'a request-scoped factory',
      [{ provide: PingProcessor, scope: Scope.REQUEST, useFactory: () => new PingProcessor() }],
      'pong',
    ],
    [
      'a stand-in for the class',
      [{ provide: PingProcessor, useValue: { process: async () => 'stand-in' } }],
      'stand-in',
    ],
    ['a subclass of what is decorated', [Inherits], 'inherited'],
  ])('finds a processor that comes as %s', async (_, providers, expected) => {
    await start(providers);
    expect(await resultOfPing()).toEqual(expected);
    await expectImpaired(host!);
  });

  it('calls a listener once, also under two names and by a symbol, and breaks at no odd provider', async () => {
    const alias = { provide: 'alias', useExisting: Listener };
    await start([PingProcessor, Listener, alias, ...oddProviders()]);
    expect(await resultOfPing()).toBe('pong');
    await eventually(() => expect(heard.toSorted()).toEqual(['Listener ping', 'symbol']));
  });
});
